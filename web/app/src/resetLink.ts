import { createCell } from './cell';

const page = '/reset';

/**
 * The secret of a link to choose a new password. It comes in the fragment, which browsers send to
 * nobody; it is kept in this page only and travels in the bodies of requests. Empty: there is none.
 */
export const resetToken = createCell('');

/** Takes the secret out of the address, where others could see it and the history would keep it. */
export function takeResetLink(): void {
  if (location.pathname !== page || location.hash.length < 2) return;
  resetToken.set(location.hash.slice(1));
  history.replaceState(history.state, '', page);
}
