import type { AuthError } from '@latchkey-go/client';
import { useAuth } from '@latchkey-go/client/react';
import { Notice } from '../../../ui/Notice';
import { describe } from '../auth';
import { Page } from './Page';
import { Waiting } from './Waiting';

/** Shown while it is not known who is signed in. */
export function AuthLoading() {
  const auth = useAuth();
  if (auth.status !== 'loading' || !auth.problem) return <Waiting what="Opening the page" />;
  return (
    <Page title="This page cannot be opened yet" className="narrow">
      <StillTrying problem={auth.problem} />
    </Page>
  );
}

/** Says why it is not known who is signed in. */
export function StillTrying({ problem }: { problem: AuthError }) {
  return (
    <Notice kind="problem">
      <p>{describe(problem)}</p>
      <p>You are not signed out. This page keeps trying and opens by itself.</p>
    </Notice>
  );
}
