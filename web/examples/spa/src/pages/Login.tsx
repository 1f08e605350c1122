import { useEffect } from 'react';
import { useAuth } from '@latchkey-go/client/react';
import { useLocation, useNavigate } from 'react-router';
import { Notice } from '../../../../ui/Notice';
import { Field, Form, PasswordField } from '../../../shared/Form';
import { Page } from '../../../shared/Page';
import { takeAsked } from '../asked';
import { auth } from '../auth';

export function Login() {
  const { status } = useAuth();
  const navigate = useNavigate();
  const location = useLocation();
  const { from } = (location.state ?? {}) as { from?: string };

  // Signed in just now, here or in another tab.
  useEffect(() => {
    if (status === 'authenticated') void navigate(takeAsked(from), { replace: true });
  }, [status, from, navigate]);

  return (
    <Page title="Sign in" heading="Please fill the below form to sign-in!!" className="narrow">
      {status === 'expired' && (
        <Notice kind="problem">
          <p>Your session has ended. Sign in again.</p>
        </Notice>
      )}
      <div className="card">
        <Form action="/login" submit="Submit" send={auth.login}>
          <Field name="username" label="Username" autoComplete="username" verbatim />
          <PasswordField name="password" label="Password" autoComplete="current-password" />
        </Form>
      </div>
    </Page>
  );
}
