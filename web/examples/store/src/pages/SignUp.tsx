import { useEffect } from 'react';
import { errorOf } from '@latchkey-go/client';
import { useAuth } from '@latchkey-go/client/react';
import { Link, useNavigate } from 'react-router';
import { Field, Form, PasswordField } from '../../../shared/Form';
import { Page } from '../../../shared/Page';
import { Problem } from '../../../shared/problem';
import { auth } from '../auth';

export function SignUp() {
  const { status } = useAuth();
  const navigate = useNavigate();

  useEffect(() => {
    if (status === 'authenticated') void navigate('/protected', { replace: true });
  }, [status, navigate]);

  return (
    <Page title="Sign up" heading="Sign up" className="narrow">
      <div className="card">
        <Form action="/signup" submit="Sign Up" send={signUp}>
          <Field
            name="username"
            label="Username"
            hint="At most 20 characters."
            autoComplete="username"
            verbatim
          />
          <Field name="name" label="Your name (optional)" autoComplete="name" />
          <PasswordField name="password" label="Password" autoComplete="new-password" />
        </Form>
      </div>
      <p className="muted">
        Not your first time? <Link to="/login">Log in</Link>
      </p>
    </Page>
  );
}

/** Creates the account and signs in with it. */
async function signUp({ username = '', name = '', password = '' }) {
  const response = await auth.fetch('/signup', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, name, password }),
  });
  if (response.status === 409) {
    throw new Problem('There is a problem', {
      username: 'This username is taken. Choose another, or log in if it is yours.',
    });
  }
  if (response.status === 422) {
    const { errors } = (await response.json()) as { errors: Record<string, string> };
    throw new Problem('There is a problem', errors);
  }
  if (!response.ok) throw await errorOf(response);
  await auth.login({ username, password });
}
