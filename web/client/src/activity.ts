import { milliseconds } from './duration.js';
import type { ClientOptions } from './types.js';

const gestures = ['pointerdown', 'pointermove', 'keydown', 'scroll'];
const leastWarning = 20_000; // WCAG 2.2, 2.2.1: at least 20 seconds to ask for more time

/** Knows when the person last did something, here or in another tab. */
export interface Activity {
  /** When that was. */
  last: () => number;
  /** Listens to the page until the signal is aborted. */
  listen: (signal: AbortSignal) => void;
  /** Compares the clock with the deadlines. Call it often; after a sleep the first call finds out. */
  check: () => void;
  /** Counts as activity even while the warning shows. */
  stay: () => void;
  /** Another tab saw activity. */
  heard: (at: number) => void;
  /** A fresh start, as after signing in. */
  reset: () => void;
}

interface Hooks {
  /** Whether anybody is signed in: nobody else can be idle. */
  authenticated(): boolean;
  /** At most every second while the person is active: for the other tabs. */
  active(at: number): void;
  /** At most every third of the timeout while the person is active: for the server. */
  activity(): void;
  /** The moment of the idle end once it is near, else 0. */
  warning(deadline: number): void;
  idle(): void;
}

export function createActivity(options: ClientOptions['idle'], hooks: Hooks): Activity {
  const timeout = options ? milliseconds(options.timeout) : Infinity;
  const { warn = '60s', action } = options ?? {};
  // A lock takes nothing away, so it needs no warning.
  const silent = action === 'lock' && !options?.warn;
  const lead = silent ? 0 : Math.max(milliseconds(warn), leastWarning);
  if (lead >= timeout) throw new RangeError('idle.timeout is too short');
  let last = Date.now();
  let pinged = last;
  let warned = false;

  function check(): void {
    if (!hooks.authenticated()) return;
    const now = Date.now();
    const deadline = last + timeout;
    warned = now >= deadline - lead;
    if (now >= deadline) hooks.idle();
    else hooks.warning(warned ? deadline : 0);
  }

  function heard(at: number): void {
    last = Math.max(last, at);
    check();
  }

  function stay(): void {
    const now = Date.now();
    heard(now);
    if (options) hooks.active(now);
    if (hooks.authenticated() && now - pinged >= timeout / 3) {
      pinged = now;
      hooks.activity();
    }
  }

  function gesture(): void {
    // First the deadlines: the gesture that wakes a laptop must not revive a session that was
    // over hours ago. A gesture during the warning does not answer it.
    check();
    if (!warned && Date.now() - last >= 1000) stay();
  }

  return {
    last: () => last,
    listen(signal) {
      for (const name of gestures) {
        addEventListener(name, gesture, { capture: true, signal });
      }
    },
    check,
    stay,
    heard,
    reset() {
      last = pinged = Date.now();
      warned = false;
    },
  };
}
