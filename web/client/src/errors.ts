/** A field of a form that the server refused, and why in plain words. */
export interface FieldError {
  field: string;
  msg: string;
}

/**
 * What the server (or the network) said instead of doing as asked. Decide by `code`; `message` is
 * for people.
 */
export class AuthError extends Error {
  override readonly name = 'AuthError';

  constructor(
    /** The server's code, such as `invalid_credentials`; `network` when no answer came; `idle` while the page is locked. */
    readonly code: string,
    message: string,
    /** HTTP status; 0 when no answer came. */
    readonly status = 0,
    /** The fields that were refused; empty unless `status` is 422. */
    readonly fields: readonly FieldError[] = [],
    /** Why the session ended, with code `session_ended`; otherwise empty. */
    readonly reason = '',
    /** Seconds to wait before trying again; 0 when the server named none. */
    readonly retryAfter = 0,
  ) {
    super(message);
  }
}

/** The error for a request that got no answer. */
export function networkError(cause: unknown): AuthError {
  const error = new AuthError(
    'network',
    'The server could not be reached. Check your connection and try again.',
  );
  return Object.assign(error, { cause });
}

/** Reads the error out of an answer that is not a success, leaving the answer readable. */
export async function errorOf(response: Response): Promise<AuthError> {
  const body = (await response
    .clone()
    .json()
    .catch(() => null)) as Partial<AuthError & { msg: string }> | null;
  return new AuthError(
    response.headers.get('Latchkey-Code') ?? body?.code ?? '',
    body?.msg ?? 'The server answered in a way this page does not understand. Try again.',
    response.status,
    Array.isArray(body?.fields) ? body.fields : [],
    body?.reason ?? '',
    Number(response.headers.get('Retry-After')) || 0,
  );
}
