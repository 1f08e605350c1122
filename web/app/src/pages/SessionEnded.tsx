import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { Link, Navigate, useLocation } from 'react-router';
import { Page } from '../components/Page';
import { useNext, withNext } from '../next';
import { explain } from '../reasons';

export function SessionEnded() {
  const auth = useAuth();
  const next = useNext();
  const { refresh } = useAuthClient();
  const state = useLocation().state as { reason?: unknown } | null;

  if (auth.status === 'authenticated') return <Navigate replace to={next} />;
  const reason = (auth.status === 'expired' && auth.reason) || state?.reason;
  return (
    <Page title="Your session has ended" className="narrow">
      <p className="lede">{explain(reason)}</p>
      {next !== '/' && <p>After signing in you come back to the page you were on.</p>}
      <p className="actions">
        {auth.status === 'expired' && auth.canRefresh ? (
          <button type="button" className="button" onClick={() => void refresh().catch(() => {})}>
            Continue
          </button>
        ) : (
          <Link className="button" to={withNext('/sign-in', next)}>
            Sign in again
          </Link>
        )}
        <Link className="button button-quiet" to="/">
          Go to the home page
        </Link>
      </p>
    </Page>
  );
}
