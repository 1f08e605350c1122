import { useAuth } from '@latchkey-go/client/react';
import { Link, Navigate } from 'react-router';
import { Page } from '../components/Page';

export function SignedOut() {
  const auth = useAuth();
  if (auth.status === 'authenticated') return <Navigate replace to="/" />;
  return (
    <Page title="You are signed out" className="narrow">
      <p className="lede">
        The door is locked behind you. Nobody can use this browser to get into your account.
      </p>
      <p className="actions">
        <Link className="button" to="/sign-in">
          Sign in again
        </Link>
        <Link className="button button-quiet" to="/">
          Go to the home page
        </Link>
      </p>
    </Page>
  );
}
