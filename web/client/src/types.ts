import type { Duration } from './duration.js';
import type { AuthError } from './errors.js';
import type { StorageKind, TokenStorage } from './tokens.js';

/** The session behind a sign-in. Times are `Date.now()` milliseconds by this device's clock. */
export interface SessionInfo {
  /** Empty if the server did not say. */
  id: string;
  /** When the person last proved who they are; 0 if the server did not say. */
  authTime: number;
  /** When the session ends however it is used; 0 if the server did not say. */
  endsAt: number;
}

/**
 * Who is signed in, as one union: look at `status` first.
 *
 * - `loading`: not known yet. Show neither private content nor the sign-in page. `problem` is set
 *   while the server cannot be reached; the client keeps trying.
 * - `anonymous`: nobody is signed in.
 * - `authenticated`: `user` is. `warning` is the moment at which they will be signed out for want
 *   of activity, once that is near; otherwise 0.
 * - `expired`: a session has ended, `reason` says why. If `canRefresh`, calling `refresh` may bring
 *   it back; otherwise the person has to sign in again.
 * - `idle`: the page is locked for want of activity, until `refresh` is called.
 */
export type Snapshot<User = unknown> =
  | { readonly status: 'loading'; readonly problem?: AuthError }
  | { readonly status: 'anonymous' }
  | {
      readonly status: 'authenticated';
      readonly user: User;
      readonly session: SessionInfo;
      readonly warning: number;
    }
  | { readonly status: 'expired'; readonly canRefresh: boolean; readonly reason: string }
  | { readonly status: 'idle' };

export type Status = Snapshot['status'];

/**
 * What happened:
 * - `signedIn`: somebody signed in, or proved again who they are.
 * - `signedOut`: because they asked for it, or with reason `idle` because they were away.
 * - `renewed`: the tokens are new.
 * - `expired`: the session has ended, or in `ask` mode its access token has.
 * - `idle`: the page was locked for want of activity.
 */
export type AuthEvent = 'signedIn' | 'signedOut' | 'renewed' | 'expired' | 'idle';

export interface EventDetail {
  /** True if it happened in another tab. */
  elsewhere: boolean;
  /** Why; empty if there is nothing to say. */
  reason: string;
}

/** What a person types to sign in or sign up; sent to the server as it is. */
export type Credentials = Record<string, string>;

/** The calls of the server. */
export type Endpoint =
  | 'me'
  | 'sign-in'
  | 'sign-up'
  | 'sign-out'
  | 'refresh'
  | 'reauthenticate'
  | 'password'
  | 'activity';

/** How a client works. Every setting has a default that suits a Latchkey server of the same origin. */
export interface ClientOptions {
  /** `cookie` (default): the browser holds the tokens and no script can read them. `headers`: this client does. */
  mode?: 'cookie' | 'headers';
  /** Where the server is. Default: the origin of the page. */
  baseUrl?: string;
  /** Headers mode only: where tokens are kept. Default `memory`. */
  storage?: StorageKind | TokenStorage;
  refresh?: {
    /**
     * `auto` (default) renews by itself; `ask` goes to status `expired` and waits for `refresh()`.
     * `never` is for servers without refresh tokens: the session ends with its access token.
     */
    mode?: 'auto' | 'ask' | 'never';
    /** How long before its end a token is renewed: default 30 s, but at most a quarter of the time it was given. */
    leeway?: Duration;
    /** Milliseconds to wait for other tabs that are renewing: default 3000; 0 uses no lock. */
    lockTimeout?: number;
  };
  /** What happens when nobody touches the page. Default: nothing. */
  idle?: {
    timeout: Duration;
    /** How long before the timeout to warn: default 60 s, at least 20 s. A lock comes without a warning unless this is set. */
    warn?: Duration;
    /** `signOut` (default) ends the session; `lock` locks the page until `refresh()`, even after a reload. */
    action?: 'signOut' | 'lock';
  };
  /** Further origins that `fetch` may send credentials to. */
  allowedOrigins?: readonly string[];
  /**
   * Cookie mode: the readable cookie with the CSRF value, by a name of letters, digits, `_` and `-`.
   * False if the server has none.
   */
  csrf?: { cookie?: string } | false;
  /**
   * Gets the `fetch` that sends and returns one that speaks to a server of another kind: it is asked,
   * and answers, as Latchkey is and does. `anotherServer` of the subpath `/wire` makes one.
   */
  adapt?: (send: typeof fetch) => typeof fetch;
}

/**
 * Keeps one person signed in, in this page and together with the other tabs. The functions need
 * no `this` and can be passed around.
 */
export interface AuthClient<User = unknown> {
  /** Who is signed in. The same object until something changes. */
  getSnapshot: () => Snapshot<User>;
  /** Calls `listener` when the snapshot has changed. Returns a function that stops it. */
  subscribe: (listener: () => void) => () => void;
  /** Calls `listener` when something happens. Returns a function that stops it. */
  on: (event: AuthEvent, listener: (detail: EventDetail) => void) => () => void;
  /**
   * Finds out who is signed in and starts watching clock, page and other tabs. Returns a function
   * that stops it. Call it once; `AuthProvider` of the React package does.
   */
  start: () => () => void;

  /** Signs in. Rejects with an AuthError, such as `invalid_credentials`. */
  login: (credentials: Credentials) => Promise<void>;
  /** Creates an account and signs in. Rejects with an AuthError, such as `username_taken`. */
  signUp: (details: Credentials) => Promise<void>;
  /** Signs out, in every tab. Repeating it does no harm. Rejects if the server could not be told. */
  logout: () => Promise<void>;
  /**
   * Renews now, or joins the renewal under way. False if the session has ended; rejects, changing
   * nothing, if the server cannot be asked.
   */
  refresh: () => Promise<boolean>;
  /** Proves again who the person is. Rejects with an AuthError, such as `invalid_credentials`. */
  reauthenticate: (password: string) => Promise<void>;
  /** Changes the password, which ends the person's other sessions. May need a recent sign-in, see `onNotFresh`. */
  changePassword: (current: string, next: string) => Promise<void>;
  /** The person is still here: ends the idle warning, in every tab. */
  stay: () => void;

  /**
   * Like the global `fetch`, with credentials on requests to this origin and the allowed ones. An
   * answer of 401 renews once and sends the request again, unless its body is a stream or a
   * Request object's. Rejects with AuthError `network` if no answer came, and `idle` while locked.
   *
   * `via` sends in place of the global `fetch`, once or twice, and gets the headers to send in its
   * `init`. It is there for other HTTP libraries; see the subpath `/axios`.
   */
  fetch: (input: RequestInfo | URL, init?: RequestInit, via?: typeof fetch) => Promise<Response>;
  /**
   * Sets what asks for the password when a request needs a recent sign-in. The handler calls
   * `reauthenticate` and resolves to true, and the request is sent again; or to false, and the
   * caller of `fetch` gets the refusal. Without a handler it always does. Returns a function that
   * removes it.
   */
  onNotFresh: (handler: () => Promise<boolean>) => () => void;
  /** Milliseconds until the access token ends; 0 if past, Infinity if unknown. */
  timeLeft: () => number;
}
