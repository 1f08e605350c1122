import { useEffect } from 'react';
import { AuthError, localPath } from '@latchkey-go/client';
import { useAuth } from '@latchkey-go/client/react';
import { Link, useLocation, useNavigate } from 'react-router';
import { Notice } from '../../../../ui/Notice';
import { Field, Form, PasswordField } from '../../../shared/Form';
import { Page } from '../../../shared/Page';
import { Problem } from '../../../shared/problem';
import { auth } from '../auth';

export function Login() {
  const { status } = useAuth();
  const navigate = useNavigate();
  const location = useLocation();
  const from = localPath((location.state as { from?: string } | null)?.from, '/protected');

  // Signed in just now, here or in another tab.
  useEffect(() => {
    if (status === 'authenticated') void navigate(from, { replace: true });
  }, [status, from, navigate]);

  return (
    <Page title="Log in" heading="Log in" className="narrow">
      {status === 'expired' && (
        <Notice kind="problem">
          <p>Your session has ended. Log in again.</p>
        </Notice>
      )}
      <div className="card">
        <Form action="/login" submit="Log In" send={logIn}>
          <Field
            name="username"
            label="Username"
            placeholder="Username"
            autoComplete="username"
            verbatim
          />
          <Field
            name="email"
            label="Email (optional)"
            placeholder="Your email"
            autoComplete="email"
            hint="Your username is enough."
            verbatim
          />
          <PasswordField
            name="password"
            label="Password"
            placeholder="Your Password"
            autoComplete="current-password"
          />
        </Form>
      </div>
      <p className="muted">
        New here? <Link to="/signup">Sign up</Link>
      </p>
    </Page>
  );
}

async function logIn({ username = '', password = '' }) {
  try {
    await auth.login({ username, password });
  } catch (error) {
    if (!(error instanceof AuthError) || error.code !== 'invalid_credentials') throw error;
    throw new Problem('Login Failed. Check the username and the password.');
  }
}
