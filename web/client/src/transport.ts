import { networkError } from './errors.js';
import type { ClientOptions } from './types.js';

const safe = /^(GET|HEAD|OPTIONS)$/i;
const usualCookies = ['__Host-latchkey_csrf', '__Secure-latchkey_csrf', 'latchkey_csrf'];

/** Sends requests, with credentials where they belong and nowhere else. */
export interface Transport {
  url(path: string): URL;
  /** Whether credentials may go to this address. */
  trusts(input: RequestInfo | URL): boolean;
  send(input: RequestInfo | URL, init?: RequestInit, token?: string): Promise<Response>;
  /** False if the readable cookie shows that nobody is signed in, so that the server need not be asked. */
  maybeSignedIn(): boolean;
  /** Remembers the CSRF value of an answer, for servers whose cookie this page cannot read. */
  remember(csrf: string): void;
}

export function createTransport(options: ClientOptions): Transport {
  const cookies = options.mode !== 'headers';
  const csrf = options.csrf === false ? undefined : { header: 'X-CSRF-TOKEN', ...options.csrf };
  const here = globalThis.location?.href ?? 'http://localhost';
  const base = new URL(options.baseUrl || '/', here);
  const home = new URL(here).origin;
  const trusted = new Set([home, base.origin, ...(options.allowedOrigins ?? [])]);
  let remembered = '';

  const resolve = (input: RequestInfo | URL) =>
    new URL(input instanceof Request ? input.url : input, here);

  function csrfCookie(): string {
    const wanted = csrf?.cookie ? [csrf.cookie] : usualCookies;
    const jar = new Map(
      (globalThis.document?.cookie ?? '').split('; ').map((pair) => pair.split(/=(.*)/s) as [string, string]),
    );
    return wanted.map((name) => jar.get(name)).find(Boolean) ?? '';
  }

  return {
    url: (path) => new URL(base.pathname.replace(/\/$/, '') + path, base),
    trusts: (input) => trusted.has(resolve(input).origin),
    remember: (value) => void (remembered = value),
    maybeSignedIn: () => !(cookies && csrf && base.origin === home) || csrfCookie() !== '',

    async send(input, init = {}, token) {
      const request = input instanceof Request ? input : undefined;
      const headers = new Headers(init.headers ?? request?.headers);
      const sent: RequestInit = { ...init, headers };
      if (token) headers.set('Authorization', `Bearer ${token}`);
      if (cookies) {
        // The cookie is newer than what was remembered when another tab signed in.
        const value = csrfCookie() || remembered;
        if (csrf && value && !safe.test(init.method ?? request?.method ?? 'GET')) {
          headers.set(csrf.header, value);
        }
        sent.credentials = resolve(input).origin === home ? 'same-origin' : 'include';
      }
      try {
        return await fetch(input, sent);
      } catch (cause) {
        if (cause instanceof TypeError) throw networkError(cause);
        throw cause; // aborted by the caller
      }
    },
  };
}
