import { useState } from 'react';
import { RequireAuth, useAuth } from '@latchkey-go/client/react';
import { Navigate, Outlet, useLocation } from 'react-router';
import { withNext } from '../next';
import { AuthLoading } from './AuthLoading';

/** The pages below are for signed-in people; everybody else is taken where they can become one. */
export function Protected() {
  const auth = useAuth();
  const location = useLocation();
  const [wasIn, setWasIn] = useState(false);
  if (auth.status === 'authenticated' && !wasIn) setWasIn(true);

  const here = location.pathname + location.search + location.hash;
  return (
    <RequireAuth
      loading={<AuthLoading />}
      // Somebody who was here a moment ago has signed out and did not ask for the page.
      fallback={<Navigate replace to={wasIn ? '/signed-out' : withNext('/sign-in', here)} />}
      expired={
        <Navigate
          replace
          to={withNext('/session-ended', here)}
          state={{ reason: auth.status === 'expired' ? auth.reason : '' }}
        />
      }
    >
      <Outlet />
    </RequireAuth>
  );
}
