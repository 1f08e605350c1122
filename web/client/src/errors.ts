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
  declare readonly status: number;
  /** The fields that were refused; empty unless `status` is 422. */
  declare readonly fields: readonly FieldError[];
  /** Why the session ended, with code `session_ended`; otherwise empty. */
  declare readonly reason: string;
  /** Seconds to wait before trying again; 0 when the server named none. */
  declare readonly retryAfter: number;

  constructor(
    message: string,
    code: string,
    { status = 0, fields = [], reason = '', retryAfter = 0 }: ErrorDetails = {},
  ) {
    super(message);
    Object.assign(this, { code, status, fields, reason, retryAfter });
  }
}

interface ErrorDetails {
  status?: number;
  fields?: readonly FieldError[] | undefined;
  reason?: string | undefined;
  retryAfter?: number;
}

/** The error for a request that got no answer. */
export const unreachable = (): AuthError =>
  new AuthError('The server cannot be reached. Try again.', 'network');

/** Reads an answer's JSON, leaving the answer readable; an empty object if it has none. */
export async function jsonOf<T extends object>(response: Response): Promise<Partial<T>> {
  const json = response.headers.get('Content-Type')?.includes('json');
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
  const said = await jsonOf<AuthError & { msg: string }>(response);
  const { message = 'Something went wrong. Try again.', msg = message, fields, reason } = said;
  return new AuthError(msg, headers.get('Latchkey-Code') ?? said.code ?? '', {
    status,
    fields,
    reason,
    retryAfter: Number(headers.get('Retry-After')) || 0,
  });
}

/** Whether the session behind the token is over, as far as that token tells. */
export const sessionOver = ({ code }: AuthError): boolean => /session_ended|user_gone/.test(code);

/** Whether it was the token that was refused: always with 401, never with 403. */
export const tokenRefused = (error: AuthError): boolean =>
  error.status === 401
    ? error.code !== 'invalid_credentials'
    : error.status !== 403 && (sessionOver(error) || error.code.startsWith('token_'));
