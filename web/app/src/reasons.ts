const reasons: Record<string, string> = {
  sign_out: 'You signed out on this device.',
  ended_by_user: 'You signed this device out from another one.',
  ended_by_admin: 'Somebody who runs this site signed this device out.',
  replaced: 'You signed in again on this device.',
  reuse:
    'An old copy of your sign-in was used, which can mean that somebody else has it. To be safe it was ended. If you do not know how that came about, change your password after signing in.',
  future:
    'The site was restored from a backup that is older than your sign-in, so the sign-in was ended.',
  password_changed: 'Your password was changed, which signs out every other device.',
  user_disabled: 'This account is switched off. Ask whoever runs this site.',
  user_gone: 'This account no longer exists. Ask whoever runs this site.',
  session_limit:
    'You signed in on more devices than are allowed at once, and this one was the oldest.',
  idle: 'You were away for a while. To keep your account safe, you were signed out.',
  expired: 'You stay signed in for a limited time, and that time is over.',
  token_expired: 'You had not been here for a while.',
  epoch: 'Everybody was signed out by whoever runs this site.',
};

/** Why a session ended, for the person whose it was. */
export function explain(reason: unknown): string {
  const known = typeof reason === 'string' && Object.hasOwn(reasons, reason);
  return (known && reasons[reason]) || 'To go on, sign in again.';
}
