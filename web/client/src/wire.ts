import { jsonOf } from './errors.js';
import type { ClientOptions, Endpoint } from './types.js';

const csrfHeader = 'X-CSRF-TOKEN';

/** What a server does in its own way, beside the options of every client. */
export interface ServerOptions<User = unknown> extends Omit<ClientOptions, 'adapt' | 'csrf'> {
  /**
   * Paths of calls, relative to `baseUrl`. Default: `/api/v1/` and the name, as in `latchkey serve`.
   * False where the server has no such call. Without `me`, whoever has a token is signed in and
   * `user` is null; without `refresh`, the session ends with its access token; without
   * `sign-out`, the tokens are forgotten.
   */
  endpoints?: Partial<Record<Endpoint, string | false>>;
  /**
   * Finds the user in the JSON of an answer to `me`, where it is not the member `user`. If it finds
   * none, nobody is signed in.
   */
  user?: (answer: Record<string, unknown>) => User | undefined;
  /** Cookie mode: the readable cookie with the CSRF value and the header it goes back in. False if the server has none. */
  csrf?: { cookie?: string; header?: string } | false;
}

/**
 * Returns the options of a client for a server with other calls, names and answers than those of
 * `latchkey serve`, such as one that was built with the library:
 * `createAuthClient<User>(anotherServer<User>({ … }))`.
 */
export function anotherServer<User = unknown>({
  endpoints = {},
  user,
  csrf = {},
  ...options
}: ServerOptions<User>): ClientOptions {
  const { baseUrl = '', refresh } = options;
  const calls = new Map(
    Object.entries(endpoints).map(([name, path]) => [baseUrl + '/api/v1/' + name, { name, path }]),
  );
  const me = baseUrl + '/api/v1/me';

  const adapt: ClientOptions['adapt'] = (send) => async (input, init) => {
    const { name = '', path } = calls.get(input as string) ?? {};
    if (path === false) return withoutCall(name);
    const answer = await send(
      path === undefined ? input : baseUrl + path,
      csrf ? renamed(init, csrf.header) : init,
    );
    if (!user || input !== me || !answer.ok) return answer;
    const said = await jsonOf<Record<string, unknown>>(answer);
    return Response.json(
      { session: { id: '' }, ...said, user: user(said) },
      { headers: answer.headers },
    );
  };

  return {
    ...options,
    ...(endpoints.refresh === false && { refresh: { ...refresh, mode: 'never' } }),
    csrf,
    adapt,
  };
}

/** What is answered in place of a server that has no such call. */
function withoutCall(name: string): Response {
  if (name === 'me') return Response.json({ user: null, session: { id: '' } });
  const refused = { status: 401, headers: { 'Latchkey-Code': 'token_expired' } };
  return Response.json({}, name === 'refresh' ? refused : {});
}

/** The same request with the CSRF value in another header. */
function renamed(init: RequestInit = {}, header = csrfHeader): RequestInit {
  const headers = new Headers(init.headers);
  const value = headers.get(csrfHeader);
  if (!value) return init;
  headers.delete(csrfHeader);
  headers.set(header, value);
  return { ...init, headers };
}
