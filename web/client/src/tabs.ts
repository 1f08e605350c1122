/** A fact that tabs tell each other. Never a token, and nothing that could stand in for one. */
export type Fact =
  | { type: 'signedIn'; again: boolean }
  | { type: 'signedOut'; reason: string }
  | { type: 'renewed'; seconds: number }
  | { type: 'active'; at: number }
  | { type: 'locked' };

/** The line between the tabs of one site. */
export interface Tabs {
  tell(fact: Fact): void;
  close(): void;
}

/** Opens the line. Without BroadcastChannel each tab is on its own and still correct. */
export function openTabs(name: string, heard: (fact: Fact) => void): Tabs {
  if (typeof BroadcastChannel === 'undefined') return { tell() {}, close() {} };
  const channel = new BroadcastChannel(name);
  channel.onmessage = (event: MessageEvent<Fact>) => heard(event.data);
  return {
    tell: (fact) => channel.postMessage(fact),
    close: () => channel.close(),
  };
}

/**
 * Runs `task` holding a lock shared by all tabs, so that usually one of them renews at a time.
 * This is a courtesy: after `timeout` milliseconds the task runs without the lock, since a lock
 * whose owner was frozen may never be free, and the server copes with several renewals at once.
 */
export async function withLock<T>(name: string, timeout: number, task: () => Promise<T>): Promise<T> {
  const locks = globalThis.navigator?.locks;
  if (!locks || timeout <= 0) return task();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), timeout);
  let result: Promise<T> | undefined;
  const run = () => {
    clearTimeout(timer);
    return (result ??= task());
  };
  try {
    await locks.request(name, { signal: patience.signal }, run);
  } catch {
    // Not granted in time, or locks are not available here. A failure of the task itself is
    // passed on below.
  }
  return run();
}
