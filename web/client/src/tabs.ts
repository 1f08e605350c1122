import { attempt } from './tokens.js';
import type { AuthEvent } from './types.js';

/** A fact that tabs tell each other. Never a token, and nothing that could stand in for one. */
export interface Fact {
  type: AuthEvent | 'active';
  reason: string;
  /** `signedIn`: 1 if the same person again. `renewed`: seconds left. `active`: when, by this device's clock. */
  value: number;
}

/**
 * Opens the line between the tabs of one site. Returns undefined where there is no
 * BroadcastChannel: each tab is then on its own and still correct.
 */
export function openTabs(heard: (fact: Fact) => void): BroadcastChannel | undefined {
  const channel = attempt(() => new BroadcastChannel('latchkey'));
  if (channel) channel.onmessage = (event: MessageEvent<Fact>) => heard(event.data);
  return channel;
}

/**
 * Runs `task` holding a lock shared by all tabs, so that usually one of them renews at a time.
 * This is a courtesy: after `timeout` milliseconds the task runs without the lock, since a lock
 * whose owner was frozen may never be free, and the server copes with several renewals at once.
 */
export async function withLock<T>(timeout: number, task: () => Promise<T>): Promise<T> {
  let running: Promise<T> | undefined;
  const run = () => (running ??= task());
  try {
    if (timeout) {
      await navigator.locks.request('latchkey', { signal: AbortSignal.timeout(timeout) }, run);
    }
  } catch {
    // No locks here, or not granted in time. A failure of the task itself is passed on below.
  }
  return run();
}
