import type { FieldError } from '@latchkey-go/client';
import type { Config } from './config';

/** What to say beside a field for a new password. */
export function newPasswordHint({ password_min_length: least }: Config): string {
  return `At least ${least} characters. Four or five random words make a good one; spaces are fine.`;
}

/** Checks what can be checked here: the server has the last word. */
export function checkNewPassword(field: string, password = '', config: Config): FieldError[] {
  const least = config.password_min_length;
  if (!password) return [{ field, msg: 'Choose a password' }];
  const length = Array.from(password.normalize('NFKC')).length; // as the server counts them
  if (length >= least) return [];
  return [{ field, msg: `Use at least ${least} characters for the password; this has ${length}` }];
}
