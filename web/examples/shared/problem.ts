import { AuthError } from '@latchkey-go/client';

/** What went wrong, in words for the person. */
export class Problem extends Error {
  constructor(
    message: string,
    /** The fields that are to blame, and why. */
    readonly fields: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** The words for whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (!(error instanceof AuthError)) {
    return new Problem('Something went wrong on this page. Reload it and try again.');
  }
  if (error.retryAfter > 0) {
    return new Problem(`${error.message} Wait ${error.retryAfter} seconds.`);
  }
  return new Problem(error.message);
}
