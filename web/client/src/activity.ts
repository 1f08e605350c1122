import { milliseconds } from './duration.js';
import type { ClientOptions } from './types.js';

/** The events of a page that show that somebody is there. */
export const gestures = ['pointerdown', 'pointermove', 'keydown', 'scroll'];

const leastWarning = 20_000; // WCAG 2.2, 2.2.1: at least 20 seconds to ask for more time

/**
 * Returns how long nobody may touch the page and how long before that to warn, in milliseconds.
 * Throws a RangeError if the warning would not fit.
 */
export function idleLimits({
  timeout,
  warn,
  action,
}: Partial<NonNullable<ClientOptions['idle']>> = {}): [patience: number, lead: number] {
  const patience = timeout ? milliseconds(timeout) : Infinity;
  // A lock takes nothing away, so it needs no warning.
  const lead = action === 'lock' && !warn ? 0 : Math.max(milliseconds(warn ?? '60s'), leastWarning);
  if (lead >= patience) throw new RangeError('idle.timeout is too short');
  return [patience, lead];
}
