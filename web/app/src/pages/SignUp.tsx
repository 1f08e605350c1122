import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { Link, Navigate } from 'react-router';
import { AuthLoading } from '../components/AuthLoading';
import { Door } from '../components/Door';
import { Field, Form, PasswordField, Submit } from '../components/form';
import { Page } from '../components/Page';
import { useNext, withNext } from '../next';
import { checkNewPassword, newPasswordHint } from '../password';
import { useConfig } from '../useConfig';

export function SignUp() {
  const auth = useAuth();
  const client = useAuthClient();
  const next = useNext();
  const config = useConfig();

  if (auth.status === 'loading') return <AuthLoading />;
  if (auth.status === 'authenticated') return <Navigate replace to={next} />;
  if (!config.sign_up) return <Closed next={next} />;
  return (
    <Page title="Create an account" className="entrance">
      <div className="entrance-form">
        <Form
          action="/sign-up"
          check={({ username, password }) => [
            ...(username?.trim() ? [] : [{ field: 'username', msg: 'Choose a username' }]),
            ...checkNewPassword('password', password, config),
          ]}
          send={({ username = '', name = '', password = '' }) =>
            client.signUp({ username, password, ...(name.trim() && { name }) })
          }
          place={(error) =>
            error.code === 'username_taken' ? { field: 'username', msg: error.message } : null
          }
        >
          <Field
            name="username"
            label="Username"
            hint="What you will sign in with."
            autoComplete="username"
            verbatim
          />
          <Field name="name" label="Your name" autoComplete="name" optional />
          <PasswordField
            name="password"
            label="Password"
            hint={newPasswordHint(config)}
            autoComplete="new-password"
          />
          <Submit busy="Creating your account…">Create account</Submit>
        </Form>
        <p className="other-way">
          Have an account? <Link to={withNext('/sign-in', next)}>Sign in</Link>
        </p>
      </div>
      <Door />
    </Page>
  );
}

function Closed({ next }: { next: string }) {
  return (
    <Page title="New accounts are closed" className="narrow">
      <p className="lede">Whoever runs this site does not take new accounts at the moment.</p>
      <p>
        <Link className="button" to={withNext('/sign-in', next)}>
          Sign in
        </Link>
      </p>
    </Page>
  );
}
