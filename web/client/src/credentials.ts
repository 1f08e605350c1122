import type { TokenStorage } from './tokens.js';
import type { SessionInfo } from './types.js';

/** What the server's answers carry, as far as it carries it. */
export interface Answer<User> {
  user: User;
  session: { id: string; auth_time?: string; ends_at?: string };
  expires_in: number;
  csrf_token: string;
  access_token: string;
  refresh_token: string;
}

/** What is known of the tokens and the session, gathered from answers. */
export interface Credentials<User> {
  /** Who is signed in, as far as answers have said. */
  known: { user: User; session: SessionInfo } | undefined;
  /** How many milliseconds the access token has left; Infinity if unknown. */
  left(): number;
  /** The longest that it had left, in milliseconds. */
  lifetime: number;
  /** Takes in an answer to a request that was sent at `sentAt`. */
  accept(answer: Partial<Answer<User>>, response: Response, sentAt: number): void;
  /** The access token has this many seconds left from `from` on. */
  expire(from: number, seconds: number): void;
  clear(): void;
}

export function createCredentials<User>(storage: TokenStorage | undefined): Credentials<User> {
  let expiresAt = Infinity;
  let skew = 0; // this clock minus the server's

  const local = (time?: string) => (Date.parse(time ?? '') || NaN) + skew || 0;

  const credentials: Credentials<User> = {
    known: undefined,
    lifetime: 0,
    left: () => expiresAt - Date.now(),

    accept({ access_token, refresh_token, expires_in, session, user }, response, sentAt) {
      const header = (name: string) => response.headers.get(name);
      const bearer = (name: string) => /^Bearer (\S+)$/.exec(header(name) ?? '')?.[1];
      const access = bearer('Authorization') ?? access_token;
      if (storage && access) {
        const refresh = bearer('Refresh-Token') ?? refresh_token ?? storage.get()?.refresh;
        storage.set({ access, refresh });
      }
      const seconds = +(expires_in ?? header('Latchkey-Expires-In') ?? 0);
      // Counted from before the request: never later than by the server's own reckoning.
      if (seconds) credentials.expire(sentAt, seconds);

      const measured = Date.now() - Date.parse(header('Date') ?? '');
      if (Math.abs(measured - skew) > 2000) skew = measured;
      if (session) {
        const facts = {
          id: session.id,
          authTime: local(session.auth_time),
          endsAt: local(session.ends_at),
        };
        const who = user ?? credentials.known?.user;
        if (who) credentials.known = { user: who, session: facts };
      }
    },

    expire(from, seconds) {
      expiresAt = from + seconds * 1000;
      credentials.lifetime = Math.max(credentials.lifetime, seconds * 1000);
    },

    clear() {
      credentials.known = undefined;
      credentials.lifetime = 0;
      expiresAt = Infinity;
      storage?.set(null);
    },
  };
  return credentials;
}
