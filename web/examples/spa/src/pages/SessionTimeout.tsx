import { useEffect } from 'react';
import { localPath } from '@latchkey-go/client';
import { useAuthClient } from '@latchkey-go/client/react';
import { useLocation, useNavigate } from 'react-router';
import { Page } from '../../../shared/Page';
import { Continue } from '../Continue';

/** The access token has ended: a click renews it and leads back. */
export function SessionTimeout() {
  const auth = useAuthClient();
  const navigate = useNavigate();
  const location = useLocation();
  const from = localPath((location.state as { from?: string } | null)?.from);

  // Renewed here or in another tab.
  useEffect(
    () => auth.on('renewed', () => void navigate(from, { replace: true })),
    [auth, from, navigate],
  );

  return (
    <Page title="Session timed out" heading="Session Timed Out!!" className="card middle">
      <p>You were signed in for a while. Continue to go on where you were.</p>
      <Continue from={from} />
    </Page>
  );
}
