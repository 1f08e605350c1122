import type { Duration } from './duration.js';
import type { AuthError } from './errors.js';
import type { StorageKind, TokenStorage } from './tokens.js';

/** The session behind a sign-in. Times are `Date.now()` milliseconds by this device's clock. */
export interface SessionInfo {
  id: string;
  /** When the person last proved who they are. */
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

/** What happened. `elsewhere` is true if another tab did it. */
export interface AuthEvents {
  signedIn: { elsewhere: boolean };
  /** The reason is empty when the person asked for it, `idle` when they were away. */
  signedOut: { elsewhere: boolean; reason: string };
  renewed: { elsewhere: boolean };
  expired: { reason: string };
  /** The page was locked for want of activity. */
  idle: { elsewhere: boolean };
}

export type AuthEvent = keyof AuthEvents;

/** What a person types to sign in or sign up; sent to the server as it is. */
export type Credentials = Record<string, string>;

/** Where the server's calls are, relative to `baseUrl`. */
export interface Endpoints {
  me: string;
  signIn: string;
  signUp: string;
  signOut: string;
  refresh: string;
  reauthenticate: string;
  password: string;
  activity: string;
}

/** How a client works. Every setting has a default that suits a Latchkey server of the same origin. */
export interface ClientOptions {
  /** `cookie` (default): the browser holds the tokens and no script can read them. `headers`: this client does. */
  mode?: 'cookie' | 'headers';
  /** Where the server is. Default: the origin of the page. */
  baseUrl?: string;
  /** Paths that differ from those of `latchkey serve`. */
  endpoints?: Partial<Endpoints>;
  /** Headers mode only: where tokens are kept. Default `memory`. */
  storage?: StorageKind | TokenStorage;
  refresh?: {
    /** `auto` (default) renews by itself; `ask` goes to status `expired` and waits for `refresh()`. */
    mode?: 'auto' | 'ask';
    /** How long before its end a token is renewed: default 30 s, but at most a quarter of its life. */
    leeway?: Duration;
    /** Milliseconds to wait for other tabs that are renewing: default 3000; 0 uses no lock. */
    lockTimeout?: number;
  };
  /** What happens when nobody touches the page. Default: nothing. */
  idle?: {
    timeout: Duration;
    /** How long before the timeout to warn: default 60 s, at least 20 s. */
    warn?: Duration;
    /** `signOut` (default) ends the session; `lock` locks the page until `refresh()`, even after a reload. */
    action?: 'signOut' | 'lock';
  };
  /** Further origins that `fetch` may send credentials to. */
  allowedOrigins?: readonly string[];
  /** Cookie mode: the readable cookie with the CSRF value and the header it goes back in. False if the server has none. */
  csrf?: { cookie?: string; header?: string } | false;
}
