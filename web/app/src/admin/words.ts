import { isAlarming, tell } from '../happenings';
import type { AuditRecord } from './types';

// What only the audit trail has; the rest is what people read of their own account.
const more: Readonly<Record<string, string>> = {
  sign_up_refused: 'Sign-up refused',
  password_confirmed: 'Gave the password again',
  password_reset_refused: 'A link for a new password was used that is not good',
  password_rehashed: 'Password stored anew, by the settings of today',
  user_deleted: 'Account deleted',
  session_started: 'A device was signed in',
  session_epoch_raised: 'Everybody was signed out',
  session_token_revoked: 'One token was revoked',
  session_feed_reset: 'The record of ended sessions was read anew',
};

const refusals: Readonly<Record<string, string>> = {
  username_taken: 'Sign-up refused: the username is taken',
  client_throttled: 'Sign-up refused: too many attempts from this network',
};

/** What a record says, in plain words. */
export function tellAdmin({ kind, reason }: AuditRecord): string {
  if (kind === 'sign_up_refused' && Object.hasOwn(refusals, reason)) return refusals[reason]!;
  return Object.hasOwn(more, kind) ? more[kind]! : tell({ kind, reason });
}

export { isAlarming };

/** Who did it, if not the person whose account it is. */
export function actorOf({ actor, actor_username }: AuditRecord): string {
  const operator = /^cli(:|$)/.test(actor);
  if (!operator) return actor_username || actor;
  return `${actor.slice('cli:'.length) || 'an operator'} at the command line`;
}

/** What an audit trail is narrowed down to, by the name in the address. */
export const groups: Readonly<Record<string, { name: string; kinds: readonly string[] }>> = {
  'sign-ins': { name: 'Sign-ins', kinds: ['signed_up', 'signed_in'] },
  failures: {
    name: 'Failed attempts',
    kinds: [
      ...['sign_in_failed', 'password_check_failed', 'locked'],
      ...['sign_up_refused', 'password_reset_refused'],
    ],
  },
  passwords: {
    name: 'Passwords',
    kinds: [
      ...['password_changed', 'password_set', 'password_reset_requested', 'password_reset'],
      'password_change_required',
    ],
  },
  sessions: {
    name: 'Ended sign-ins',
    kinds: [
      ...['session_ended', 'sessions_ended', 'session_other_client'],
      ...['session_epoch_raised', 'session_token_revoked'],
    ],
  },
  accounts: {
    name: 'Changes to accounts',
    kinds: [
      ...['user_added', 'user_disabled', 'user_enabled', 'user_deleted', 'unlocked'],
      ...['scope_granted', 'scope_revoked'],
    ],
  },
};

/**
 * The moment at which a day begins here, some days later, as RFC 3339; empty for what is no day.
 */
export function dayStart(day: string, later = 0): string {
  const [year, month, date] = /^\d{4}-\d{2}-\d{2}$/.test(day) ? day.split('-').map(Number) : [];
  if (year === undefined || month === undefined || date === undefined) return '';
  const start = new Date(year, month - 1, date + later);
  return Number.isNaN(start.getTime()) ? '' : start.toISOString();
}
