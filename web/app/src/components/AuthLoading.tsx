import { useAuth } from '@latchkey-go/client/react';
import { Notice } from './Notice';
import { Waiting } from './Waiting';

/** Shown while it is not known who is signed in. */
export function AuthLoading() {
  const auth = useAuth();
  if (auth.status !== 'loading' || !auth.problem) return <Waiting what="Opening the page" />;
  return (
    <div className="page narrow">
      <Notice kind="problem">
        <p>{auth.problem.message}</p>
        <p>You are not signed out. This page keeps trying and opens by itself.</p>
      </Notice>
    </div>
  );
}
