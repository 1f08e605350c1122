import { jsonOf, unreachable } from './errors.js';
import { milliseconds } from './duration.js';
import { attempt, tokenStorage } from './tokens.js';
import type { TokenStorage } from './tokens.js';
import type { ClientOptions, Endpoint, SessionInfo } from './types.js';

type Input = RequestInfo | URL;

/** What the server's answers carry, as far as it carries it. */
interface Answer<User> {
  user: User;
  session: { id?: string; auth_time?: string; ends_at?: string };
  expires_in: number;
  csrf_token: string;
  access_token: string;
  refresh_token: string;
}

/** Sends requests, with credentials where they belong and nowhere else, and takes in what answers bring. */
export interface Wire<User> {
  /** Where tokens are kept in headers mode. */
  storage: TokenStorage | undefined;
  /** Where a call of the server is. */
  url: (endpoint: Endpoint) => string;
  /** Whether credentials may go to this address. */
  allowed: (input: Input) => boolean;
  /** False if cookie or storage show that nobody is signed in, so that the server need not be asked. */
  maybe: () => boolean;
  /** Sends, by `via`, once. Rejects with AuthError `network` if no answer comes. */
  send: (input: Input, init?: RequestInit, via?: typeof fetch, token?: string) => Promise<Response>;
  /** Who is signed in, as far as answers have said. */
  known: { user: User; session: SessionInfo } | undefined;
  /** How many milliseconds the access token has left; Infinity if unknown. */
  left: () => number;
  /** Whether so little is left that the token should be renewed. */
  aging: () => boolean;
  /** The access token has this many seconds left from `from` on. */
  expires: (from: number, seconds: number) => void;
  clear: () => void;
}

/** In place of the address of a call that the server does not have. */
export const nowhere = '#';

// On https the server puts a prefix in front of the name.
const bare = (cookies: string) => ('; ' + cookies).replace(/; __(Host|Secure)-/g, '; ');

/** `era` grows when a session begins or ends: what then still comes of an earlier one is not taken in. */
export function createWire<User>(
  {
    mode,
    baseUrl = '',
    endpoints = {},
    allowedOrigins = [],
    csrf = {},
    storage: kept = 'memory',
    refresh,
    user: userOf,
  }: ClientOptions<User>,
  era: () => number,
): Wire<User> {
  const leeway = milliseconds(refresh?.leeway ?? '30s');
  const here = attempt(() => location.href) ?? 'http://localhost';
  const originOf = (input: Input) =>
    new URL(input instanceof Request ? input.url : input, here).origin;
  const home = originOf('');
  const server = originOf(baseUrl);
  const headersMode = mode === 'headers';
  const storage = headersMode ? (typeof kept === 'string' ? tokenStorage(kept) : kept) : undefined;

  let expiresAt = Infinity;
  let lifetime = 0; // the longest that the access token had left
  let skew = 0; // this clock minus the server's
  let remembered = ''; // the CSRF value of the last answer that had one

  const cookieStart = csrf && bare(csrf.cookie ?? 'latchkey_csrf') + '=';
  const cookie = () => cookieStart && bare(document.cookie).split(cookieStart)[1]?.split(';')[0];
  const local = (time = '') => (Date.parse(time) || NaN) + skew || 0;

  async function accept(response: Response, sentAt: number, me: boolean): Promise<void> {
    const began = era();
    const answer = await jsonOf<Answer<User>>(response);
    if (era() !== began) return;
    const header = (name: string) => response.headers.get(name) ?? '';
    const bearer = (name: string) => /^Bearer (\S+)$/.exec(header(name))?.[1];
    const access = bearer('Authorization') ?? answer.access_token;
    if (storage && access) {
      const refresh = bearer('Refresh-Token') ?? answer.refresh_token ?? storage.get()?.refresh;
      storage.set({ access, refresh });
    }
    remembered = answer.csrf_token ?? remembered;
    // Counted from before the request: never later than by the server's own reckoning.
    const seconds = +(answer.expires_in ?? header('Latchkey-Expires-In'));
    if (seconds) wire.expires(sentAt, seconds);

    const measured = Date.now() - Date.parse(header('Date'));
    if (Math.abs(measured - skew) > 2000) skew = measured;
    const user =
      me && userOf ? userOf(answer) : answer.user === undefined ? wire.known?.user : answer.user;
    const session = answer.session ?? (me && userOf ? {} : undefined);
    if (session && user !== undefined) {
      const { id = '', auth_time, ends_at } = session;
      wire.known = { user, session: { id, authTime: local(auth_time), endsAt: local(ends_at) } };
    }
  }

  const wire: Wire<User> = {
    storage,
    url(name) {
      const path = endpoints[name] ?? '/api/v1/' + name;
      return path ? baseUrl + path : nowhere;
    },
    allowed: (input) => [home, server, ...allowedOrigins].includes(originOf(input)),
    maybe: () => (storage ? !!storage.get() : !csrf || server !== home || !!cookie()),

    async send(input, init = {}, via = fetch, token = storage?.get()?.access) {
      const request: RequestInit = input instanceof Request ? input : {};
      const headers = new Headers(init.headers ?? request.headers);
      const sent: RequestInit = { ...init, headers };
      if (token) headers.set('Authorization', 'Bearer ' + token);
      if (!headersMode) {
        sent.credentials = originOf(input) === home ? 'same-origin' : 'include';
        // The cookie is newer than what was remembered when another tab signed in.
        const value = cookie() || remembered;
        if (
          csrf &&
          value &&
          !/^(GET|HEAD|OPTIONS)$/i.test(init.method ?? request.method ?? 'GET')
        ) {
          headers.set(csrf.header ?? 'X-CSRF-TOKEN', value);
        }
      }
      const began = era();
      const sentAt = Date.now();
      const me = input === wire.url('me');
      let response: Response;
      try {
        response =
          input === nowhere ? Response.json({ user: null, session: {} }) : await via(input, sent);
      } catch (cause) {
        // Anything else is the caller's own, such as an abort.
        throw cause instanceof TypeError ? unreachable() : cause;
      }
      // In cookie mode few answers have something for us; a header marks those with tokens.
      const marked = me || headersMode || response.headers.has('Latchkey-Expires-In');
      if (response.ok && marked && era() === began) await accept(response, sentAt, me);
      return response;
    },

    known: undefined,
    left: () => expiresAt - Date.now(),
    aging: () => wire.left() < Math.min(leeway, lifetime / 4),
    expires(from, seconds) {
      expiresAt = from + seconds * 1000;
      lifetime = Math.max(lifetime, seconds * 1000);
    },
    clear() {
      wire.known = undefined;
      lifetime = 0;
      expiresAt = Infinity;
      storage?.set(null);
    },
  };
  return wire;
}
