import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { Link, Navigate } from 'react-router';
import { Door } from '../components/Door';
import { Field, Form, PasswordField, Submit } from '../components/form';
import { AuthLoading } from '../components/AuthLoading';
import { Page } from '../components/Page';
import { useNext, withNext } from '../next';
import { useConfig } from '../useConfig';

export function SignIn() {
  const auth = useAuth();
  const client = useAuthClient();
  const next = useNext();
  const config = useConfig();

  if (auth.status === 'loading') return <AuthLoading />;
  if (auth.status === 'authenticated') return <Navigate replace to={next} />;
  return (
    <Page title="Sign in" className="entrance">
      <div className="entrance-form">
        {next !== '/' && <p className="hint">Sign in to open the page you asked for.</p>}
        <Form
          action="/sign-in"
          check={({ username, password }) => [
            ...(username?.trim() ? [] : [{ field: 'username', msg: 'Enter your username' }]),
            ...(password ? [] : [{ field: 'password', msg: 'Enter your password' }]),
          ]}
          send={({ username = '', password = '' }) => client.login({ username, password })}
        >
          <Field name="username" label="Username" autoComplete="username" verbatim />
          <PasswordField name="password" label="Password" autoComplete="current-password" />
          <Submit busy="Signing in…">Sign in</Submit>
        </Form>
        {config.sign_up && (
          <p className="other-way">
            New here? <Link to={withNext('/sign-up', next)}>Create an account</Link>
          </p>
        )}
      </div>
      <Door />
    </Page>
  );
}
