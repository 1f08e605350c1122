import { milliseconds } from './duration.js';
import type { ClientOptions } from './types.js';

const gestures = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart', 'scroll'] as const;
const leastWarning = 20_000; // WCAG 2.2, 2.2.1: at least 20 seconds to ask for more time

/** Knows when the person last did something, here or in another tab. */
export interface Activity {
  /** When that was. */
  last(): number;
  /** Listens to the page until the returned function is called. */
  listen(): () => void;
  /** Compares the clock with the deadlines. Call it often; after a sleep the first call finds out. */
  check(): void;
  /** Counts as activity even while the warning shows. */
  stay(): void;
  /** Another tab saw activity. */
  heard(at: number): void;
  /** A fresh start, as after signing in. */
  reset(): void;
}

interface Hooks {
  /** Whether anybody is signed in: nobody else can be idle. */
  watching(): boolean;
  /** At most every few seconds while the person is active: for the other tabs. */
  tell(at: number): void;
  /** At most every third of the timeout while the person is active: for the server. */
  ping(): void;
  /** The moment of the idle end once it is near, else 0. */
  warn(deadline: number): void;
  idle(): void;
}

export function createActivity(options: ClientOptions['idle'], hooks: Hooks): Activity {
  const timeout = options ? milliseconds(options.timeout) : Infinity;
  const lead = options ? Math.max(milliseconds(options.warn ?? '60s'), leastWarning) : 0;
  if (lead >= timeout) throw new RangeError('idle.timeout must be longer than its warning');
  let last = Date.now();
  let told = 0;
  let pinged = last;
  let warned = false;

  function check(): void {
    if (!hooks.watching() || timeout === Infinity) return;
    const now = Date.now();
    const deadline = last + timeout;
    if (now >= deadline) return hooks.idle();
    warned = now >= deadline - lead;
    hooks.warn(warned ? deadline : 0);
  }

  function saw(at: number): void {
    last = Math.max(last, at);
    check();
  }

  function act(): void {
    const now = Date.now();
    saw(now);
    if (now - told >= Math.min(5000, timeout / 10)) {
      told = now;
      hooks.tell(now);
    }
    if (hooks.watching() && now - pinged >= timeout / 3) {
      pinged = now;
      hooks.ping();
    }
  }

  function gesture(): void {
    // First the deadlines: the gesture that wakes a laptop must not revive a session that was
    // over hours ago. A gesture during the warning does not answer it.
    check();
    if (!warned && Date.now() - last >= 1000) act();
  }

  return {
    last: () => last,
    listen() {
      const how = { capture: true, passive: true };
      for (const name of gestures) addEventListener(name, gesture, how);
      return () => {
        for (const name of gestures) removeEventListener(name, gesture, how);
      };
    },
    check,
    stay: act,
    heard: saw,
    reset() {
      last = pinged = Date.now();
      warned = false;
    },
  };
}
