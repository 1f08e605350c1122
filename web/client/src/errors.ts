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
  /**
   * The server's code, such as `invalid_credentials`; `network` when no answer came; `idle` while
   * the page is locked; empty when the server gave none.
   */
  declare readonly code: string;
  /** HTTP status; 0 when no answer came. */
  readonly status: number = 0;
  /** The fields that were refused; empty unless `status` is 422. */
  readonly fields: readonly FieldError[] = [];
  /** Why the session ended, with code `session_ended`; otherwise empty. */
  readonly reason: string = '';
  /** Seconds to wait before trying again; 0 when the server named none. */
  readonly retryAfter: number = 0;

  constructor(message: string, code: string, details?: ErrorDetails) {
    super(message);
    Object.assign(this, { code }, details);
  }
}

type ErrorDetails = Partial<Pick<AuthError, 'status' | 'fields' | 'reason' | 'retryAfter'>>;

/** The error for a request that got no answer. */
export const unreachable = (): AuthError =>
  new AuthError('The server cannot be reached. Try again.', 'network');

/** Reads an answer's JSON, leaving the answer readable; an empty object if it has none. */
export async function jsonOf<T extends object>(response: Response): Promise<Partial<T>> {
  // Not application/x-ndjson and the like, which may be streams without an end.
  const json = /[/+]json *(;|$)/i.test(response.headers.get('content-type') ?? '');
  const value: unknown =
    json &&
    (await response
      .clone()
      .json()
      .catch(() => 0));
  return Object(value) as Partial<T>;
}

/** Reads the error out of an answer that is not a success, leaving the answer readable. */
export async function errorOf(response: Response): Promise<AuthError> {
  const { headers, status } = response;
  const {
    message = 'Something went wrong. Try again.',
    msg = message,
    code = '',
    fields = [],
    reason = '',
  } = await jsonOf<AuthError & { msg: string }>(response);
  return new AuthError(msg, headers.get('latchkey-code') ?? code, {
    status,
    fields,
    reason,
    retryAfter: Number(headers.get('retry-after')) || 0,
  });
}

/** Whether the session behind the token is over, as far as that token tells. */
export const sessionOver = ({ code }: AuthError): boolean => /session_ended|user_gone/.test(code);

/** Whether it was the token that was refused: always with 401, never with 403. */
export const tokenRefused = ({ status, code }: AuthError): boolean =>
  status === 401
    ? code !== 'invalid_credentials'
    : status !== 403 && /token_|session_ended|user_gone/.test(code);
