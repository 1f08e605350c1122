import { createCell } from './cell';

/**
 * Whether the server has refused something until the person chooses a new password. At sign-in it
 * says so with the user; this is for who was signed in already.
 */
export const passwordDue = createCell(false);
