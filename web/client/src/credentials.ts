import type { TokenStorage } from './tokens.js';
import type { SessionInfo } from './types.js';

/** What the server's answers carry, as far as it carries it. */
export interface Answer<User> {
  user: User;
  session: { id?: string; auth_time?: string; ends_at?: string };
  expires_in: number;
  csrf_token: string;
  access_token: string;
  refresh_token: string;
}

/** What is known of the tokens and the session, gathered from answers. */
export interface Credentials<User> {
  /** Who is signed in, as far as answers have said. */
  known: { user: User; session: SessionInfo } | undefined;
  /** The CSRF value of the last answer that had one, for servers whose cookie this page cannot read. */
  csrf: string;
  /** How many milliseconds the access token has left; Infinity if unknown. */
  left(): number;
  /** The longest that it had left, in milliseconds. */
  lifetime: number;
  /** Takes in an answer to a request that was sent at `sentAt`. */
  accept(answer: Partial<Answer<User>>, headers: Headers, sentAt: number): void;
  /** The access token has this many seconds left from `from` on. */
  expire(from: number, seconds: number): void;
  clear(): void;
}

export function createCredentials<User>(storage: TokenStorage | undefined): Credentials<User> {
  let expiresAt = Infinity;
  let skew = 0; // this clock minus the server's

  const local = (time = '') => (Date.parse(time) || NaN) + skew || 0;

  const held: Credentials<User> = {
    known: undefined,
    csrf: '',
    lifetime: 0,
    left: () => expiresAt - Date.now(),

    accept(answer, headers, sentAt) {
      const header = (name: string) => headers.get(name) ?? '';
      const bearer = (name: string) => /^Bearer (\S+)$/.exec(header(name))?.[1];
      const access = bearer('Authorization') ?? answer.access_token;
      if (storage && access) {
        const refresh = bearer('Refresh-Token') ?? answer.refresh_token ?? storage.get()?.refresh;
        storage.set({ access, refresh });
      }
      held.csrf = answer.csrf_token ?? held.csrf;
      // Counted from before the request: never later than by the server's own reckoning.
      const seconds = +(answer.expires_in ?? header('Latchkey-Expires-In'));
      if (seconds) held.expire(sentAt, seconds);

      const measured = Date.now() - Date.parse(header('Date'));
      if (Math.abs(measured - skew) > 2000) skew = measured;
      const { session, user = held.known?.user } = answer;
      if (session && user !== undefined) {
        held.known = {
          user,
          session: {
            id: session.id ?? '',
            authTime: local(session.auth_time),
            endsAt: local(session.ends_at),
          },
        };
      }
    },

    expire(from, seconds) {
      expiresAt = from + seconds * 1000;
      held.lifetime = Math.max(held.lifetime, seconds * 1000);
    },

    clear() {
      held.known = undefined;
      held.lifetime = 0;
      expiresAt = Infinity;
      storage?.set(null);
    },
  };
  return held;
}
