import { unreachable } from './errors.js';
import { attempt } from './tokens.js';
import type { ClientOptions, Endpoint } from './types.js';

/** Sends requests, with credentials where they belong and nowhere else. */
export interface Transport {
  /** Where a call of the server is; empty if it has no such call. */
  url: (endpoint: Endpoint) => string;
  /** Whether credentials may go to this address. */
  trusts: (input: RequestInfo | URL) => boolean;
  /** Rejects with AuthError `network` if no answer comes. `via` is what sends; by default fetch. */
  send: (
    input: RequestInfo | URL,
    init: RequestInit | undefined,
    credentials: { token: string | undefined; csrf: string },
    via?: typeof fetch,
  ) => Promise<Response>;
  /** False if the readable cookie shows that nobody is signed in, so that the server need not be asked. */
  maybeSignedIn: () => boolean;
}

// On https the server puts a prefix in front of the name.
const bare = (cookies: string) => ('; ' + cookies).replace(/; __(Host|Secure)-/g, '; ');

export function createTransport<User>({
  mode,
  baseUrl = '',
  endpoints = {},
  allowedOrigins = [],
  csrf = {},
}: ClientOptions<User>): Transport {
  const here = attempt(() => location.href) ?? 'http://localhost';
  const originOf = (input: RequestInfo | URL) =>
    new URL(input instanceof Request ? input.url : input, here).origin;
  const home = originOf('');
  const server = originOf(baseUrl);
  const trusted = [home, server, ...allowedOrigins];

  const cookieStart = csrf && bare(csrf.cookie ?? 'latchkey_csrf') + '=';
  const cookie = () => cookieStart && bare(document.cookie).split(cookieStart)[1]?.split(';')[0];

  return {
    url(name) {
      const path = endpoints[name] ?? '/api/v1/' + name;
      return path ? baseUrl + path : '';
    },
    trusts: (input) => trusted.includes(originOf(input)),
    maybeSignedIn: () => !csrf || server !== home || !!cookie(),

    async send(input, init = {}, credentials, via = fetch) {
      const request: RequestInit = input instanceof Request ? input : {};
      const headers = new Headers(init.headers ?? request.headers);
      const sent: RequestInit = { ...init, headers };
      if (credentials.token) headers.set('Authorization', 'Bearer ' + credentials.token);
      if (mode !== 'headers') {
        sent.credentials = originOf(input) === home ? 'same-origin' : 'include';
        // The cookie is newer than what was remembered when another tab signed in.
        const value = cookie() || credentials.csrf;
        if (
          csrf &&
          value &&
          !/^(GET|HEAD|OPTIONS)$/i.test(init.method ?? request.method ?? 'GET')
        ) {
          headers.set(csrf.header ?? 'X-CSRF-TOKEN', value);
        }
      }
      try {
        return await via(input, sent);
      } catch (cause) {
        // Anything else is the caller's own, such as an abort.
        throw cause instanceof TypeError ? unreachable() : cause;
      }
    },
  };
}
