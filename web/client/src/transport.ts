import { unreachable } from './errors.js';
import { attempt } from './tokens.js';
import type { ClientOptions, Endpoint } from './types.js';

/** Sends requests, with credentials where they belong and nowhere else. */
export interface Transport {
  /** Where a call of the server is. */
  url: (endpoint: Endpoint) => string;
  /** Whether credentials may go to this address. */
  trusts: (input: RequestInfo | URL) => boolean;
  /** Rejects with AuthError `network` if no answer comes. */
  send: (input: RequestInfo | URL, init?: RequestInit, token?: string) => Promise<Response>;
  /** False if the readable cookie shows that nobody is signed in, so that the server need not be asked. */
  maybeSignedIn: () => boolean;
  /** Remembers the CSRF value of an answer, for servers whose cookie this page cannot read. */
  remember: (csrf: string) => void;
}

export function createTransport(options: ClientOptions): Transport {
  const cookies = options.mode !== 'headers';
  const csrf = options.csrf ?? {};
  const here = attempt(() => location.href) ?? 'http://localhost';
  const home = new URL(here).origin;
  const originOf = (input: RequestInfo | URL) =>
    new URL(input instanceof Request ? input.url : input, here).origin;
  const url = (name: Endpoint) =>
    (options.baseUrl ?? '') + (options.endpoints?.[name] ?? '/api/v1/' + name);
  const serverOrigin = originOf(url('me'));
  const trusted = [home, serverOrigin, ...(options.allowedOrigins ?? [])];
  let remembered = '';

  // On https the server puts a prefix in front of the name.
  const bare = (name: string) => name.replace(/^__(Host|Secure)-/, '');
  const cookieStart = bare((csrf && csrf.cookie) || 'latchkey_csrf') + '=';
  const cookie = () =>
    document.cookie
      .split('; ')
      .map(bare)
      .find((pair) => pair.startsWith(cookieStart))
      ?.slice(cookieStart.length);

  return {
    url,
    trusts: (input) => trusted.includes(originOf(input)),
    remember: (value) => void (remembered = value),
    maybeSignedIn: () => !cookies || !csrf || serverOrigin !== home || !!cookie(),

    async send(input, init = {}, token) {
      const request: RequestInit = input instanceof Request ? input : {};
      const headers = new Headers(init.headers ?? request.headers);
      const sent: RequestInit = { ...init, headers };
      if (token) headers.set('Authorization', 'Bearer ' + token);
      if (cookies) {
        sent.credentials = originOf(input) === home ? 'same-origin' : 'include';
        if (csrf && !/^(GET|HEAD|OPTIONS)$/i.test(init.method ?? request.method ?? 'GET')) {
          // The cookie is newer than what was remembered when another tab signed in.
          const value = cookie() || remembered;
          if (value) headers.set(csrf.header ?? 'X-CSRF-TOKEN', value);
        }
      }
      try {
        return await fetch(input, sent);
      } catch (cause) {
        // Anything else is the caller's own, such as an abort.
        if (!(cause instanceof TypeError)) throw cause;
        throw unreachable();
      }
    },
  };
}
