import { useState } from 'react';
import type { ReactNode } from 'react';
import { Navigate, Outlet, redirect, useLocation, useSearchParams } from 'react-router';

import { milliseconds } from './duration.js';
import type { Duration } from './duration.js';
import { localPath } from './local-path.js';
import { RequireAuth, useAuth } from './react.js';
import type { AuthClient } from './types.js';

const parameter = 'next';

/** Where people go who may not see a page. All are paths of the app. */
export interface GuardOptions {
  /** The sign-in page. Default: `/sign-in`. */
  signIn?: string;
  /** When the session has ended or the page is locked. Default: `signIn`. */
  expired?: string;
  /** The longest time since the person gave the password. Default: any. */
  fresh?: Duration;
  /** When that is longer ago: a page that calls `reauthenticate`. Default: `signIn`. */
  reauthenticate?: string;
}

/**
 * Guards a route: use it as its `loader`, as one of its `middleware`, or await it at the start of a
 * loader or action of your own. It waits while it is not known who is signed in, and redirects
 * whoever is not, with the asked page in `?next=`. After it `auth.getSnapshot()` has the user.
 *
 * The client has to be started; `AuthProvider` around the `RouterProvider` does that. A convenience:
 * the server decides what anybody gets.
 */
export function requireAuth(
  auth: AuthClient,
  options: GuardOptions = {},
): (args: { request: Request }) => Promise<undefined> {
  return async ({ request }) => {
    await known(auth, request.signal);
    const snapshot = auth.getSnapshot();
    const to = detour(
      snapshot.status,
      snapshot.status === 'authenticated' ? snapshot.session.authTime : 0,
      options,
    );
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- how React Router redirects
    if (to) throw redirect(withReturnTo(to, new URL(request.url)));
  };
}

/** Resolves when it is known who is signed in; rejects when the navigation is given up. */
function known(auth: AuthClient, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (auth.getSnapshot().status === 'loading') return;
      stop();
      resolve();
    };
    const stop = auth.subscribe(look);
    signal.addEventListener('abort', () => {
      stop();
      reject(signal.reason as Error);
    });
    look();
  });
}

/** Where somebody has to go instead; undefined if they may stay. */
function detour(
  status: string,
  authTime: number,
  { signIn = '/sign-in', expired = signIn, fresh, reauthenticate = signIn }: GuardOptions,
): string | undefined {
  if (status === 'anonymous') return signIn;
  if (status !== 'authenticated') return expired;
  const stale = fresh !== undefined && Date.now() - authTime >= milliseconds(fresh);
  return stale ? reauthenticate : undefined;
}

/** The address of `page` with the place to return to in `?next=`, unless that is the home page. */
export function withReturnTo(
  page: string,
  from: { pathname: string; search: string; hash: string },
): string {
  const back = localPath(from.pathname + from.search + from.hash);
  if (back === '/') return page;
  return `${page}${page.includes('?') ? '&' : '?'}${parameter}=${encodeURIComponent(back)}`;
}

/** The page to return to: `?next=` of the address, if it is a path of this site, else `fallback`. */
export function useReturnTo(fallback = '/'): string {
  return localPath(useSearchParams()[0].get(parameter), fallback);
}

export interface ProtectedRouteProps extends GuardOptions {
  /** While it is not known who is signed in. Default: nothing. */
  loading?: ReactNode;
  /** Where somebody goes who signs out on one of the pages. Default: `signIn`, to come back. */
  signedOut?: string;
}

/**
 * A layout route: the routes below it are for signed-in people. Everybody else is redirected, with
 * the asked page in `?next=`.
 */
export function ProtectedRoute({ loading, signedOut, ...options }: ProtectedRouteProps) {
  const { signIn = '/sign-in', expired = signIn, reauthenticate = signIn, fresh } = options;
  const location = useLocation();
  const { status } = useAuth();
  const [wasIn, setWasIn] = useState(false);
  if (status === 'authenticated' && !wasIn) setWasIn(true);
  const go = (page: string) => <Navigate replace to={withReturnTo(page, location)} />;
  return (
    <RequireAuth
      loading={loading}
      // Somebody who was here a moment ago has signed out and did not ask for the page.
      fallback={wasIn && signedOut ? <Navigate replace to={signedOut} /> : go(signIn)}
      expired={go(expired)}
      stale={go(reauthenticate)}
      {...(fresh !== undefined && { fresh })}
    >
      <Outlet />
    </RequireAuth>
  );
}

/**
 * A layout route around the sign-in page: whoever is signed in goes to the page they asked for, or
 * to `home`. Do not put the page that asks for the password again below it.
 */
export function SignInRoute({ home = '/' }: { home?: string }) {
  const { status } = useAuth();
  const back = useReturnTo(home);
  if (status === 'loading') return null;
  return status === 'authenticated' ? <Navigate replace to={back} /> : <Outlet />;
}
