/** Something that happened to an account: kind and reason as the audit trail has them. */
export interface Happening {
  kind: string;
  reason?: string;
}

type Words = Readonly<Record<string, string>>;

const simple: Words = {
  signed_up: 'Account created',
  user_added: 'Account created',
  signed_in: 'Signed in',
  password_check_failed: 'A wrong password was given on a signed-in device',
  locked: 'Sign-in locked after too many wrong passwords',
  unlocked: 'Sign-in unlocked',
  password_changed: 'Password changed',
  password_set: 'Password set',
  password_reset: 'New password chosen with a link',
  user_disabled: 'Account switched off',
  user_enabled: 'Account switched on again',
  password_change_required: 'Asked to choose a new password',
  sessions_ended: 'All devices signed out',
  session_other_client:
    'One sign-in was used from two browsers or networks at nearly the same time',
};

const failures: Words = {
  wrong_password: 'Sign-in failed: wrong password',
  too_soon: 'Sign-in refused: too soon after several wrong passwords',
  locked: 'Sign-in refused: locked after too many wrong passwords',
  client_throttled: 'Sign-in refused: too many attempts from this network',
  disabled: 'Sign-in refused: the account is switched off',
  no_password: 'Sign-in failed: the account has no password',
  unusable_hash: 'Sign-in failed: the stored password cannot be read',
  password_too_long: 'Sign-in failed: the password was too long to be right',
  unknown_user: 'Sign-in failed: no such user',
};

const ends: Words = {
  sign_out: 'Signed out',
  ended_by_user: 'A device was signed out from another one',
  ended_by_admin: 'A device was signed out',
  replaced: 'Gave the password again on a signed-in device',
  reuse: 'Signed out for safety: an old copy of the sign-in was used',
  future: 'Signed out: the site went back to an older backup',
  password_changed: 'A device was signed out because the password changed',
  user_disabled: 'A device was signed out because the account was switched off',
  session_limit: 'The oldest device was signed out: too many at once',
  idle: 'Signed out after a while away',
  expired: 'A sign-in reached its longest time',
  epoch: 'Signed out together with everybody else',
};

const lookUp = (words: Words, key: string): string | undefined =>
  Object.hasOwn(words, key) ? words[key] : undefined;

/** What happened, in plain words. A kind that is not known here is told by its name. */
export function tell({ kind, reason = '' }: Happening): string {
  switch (kind) {
    case 'sign_in_failed':
      return lookUp(failures, reason) ?? 'Sign-in failed';
    case 'session_ended':
      return lookUp(ends, reason) ?? 'A device was signed out';
    case 'scope_granted':
      return `Permission given: ${reason}`;
    case 'scope_revoked':
      return `Permission taken away: ${reason}`;
    case 'password_reset_requested':
      return reason
        ? 'Link for a new password asked for; none was sent'
        : 'Link for a new password made';
  }
  return lookUp(simple, kind) ?? kind.replaceAll('_', ' ');
}

const alarms = new Set([
  'sign_in_failed',
  'password_check_failed',
  'locked',
  'session_other_client',
]);

/** Whether a person should look twice: somebody else may have been at work. */
export const isAlarming = ({ kind, reason }: Happening): boolean =>
  alarms.has(kind) || (kind === 'session_ended' && reason === 'reuse');
