import { useCallback, useState, useSyncExternalStore } from 'react';
import { AuthError, errorOf } from '@latchkey-go/client';
import { useAuth, useAuthClient } from '@latchkey-go/client/react';
import { Link } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Door } from '../components/Door';
import { Form, PasswordField, Submit } from '../components/form';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { checkNewPassword, newPasswordHint } from '../password';
import { resetToken } from '../resetLink';
import { useAnswer } from '../useAnswer';
import { useConfig } from '../useConfig';

/** Calls the API as nobody: whose account it is about, the link says. */
async function post<T>(path: string, body: object): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new AuthError('The server cannot be reached. Try again.', 'network');
  }
  if (!response.ok) throw await errorOf(response);
  return (await response.json()) as T;
}

const isSpent = (error: unknown): boolean =>
  error instanceof AuthError && error.code === 'reset_expired';

/** Where a link leads by which somebody chooses a password. */
export function Reset() {
  const token = useSyncExternalStore(resetToken.subscribe, resetToken.get);
  // Another link is another page.
  return token ? <WithLink key={token} token={token} /> : <NoLink />;
}

function WithLink({ token }: { token: string }) {
  const auth = useAuth();
  const client = useAuthClient();
  const [end, setEnd] = useState<'' | 'spent' | 'done'>('');
  const ask = useCallback(
    () => post<{ username: string }>('/api/v1/password/reset/check', { token }),
    [token],
  );
  const { answer, again } = useAnswer(ask);

  async function send(newPassword: string) {
    try {
      await post('/api/v1/password/reset', { token, new_password: newPassword });
    } catch (error) {
      if (!isSpent(error)) throw error;
      setEnd('spent');
      return;
    }
    setEnd('done');
    // It may have been this browser's own session that ended with it.
    if (auth.status === 'authenticated') await client.refresh().catch(() => {});
  }

  if (end === 'done') return <Done />;
  if (end === 'spent' || (answer.step === 'failed' && isSpent(answer.error))) return <Spent />;
  return (
    <Page title="Choose a new password" className="entrance">
      <div className="entrance-form">
        <Loaded answer={answer} what="Looking at the link" again={again}>
          {({ username }) => <NewPasswordForm username={username} send={send} />}
        </Loaded>
      </div>
      <Door />
    </Page>
  );
}

interface NewPasswordFormProps {
  username: string;
  send: (newPassword: string) => Promise<void>;
}

function NewPasswordForm({ username, send }: NewPasswordFormProps) {
  const config = useConfig();
  return (
    <>
      <p className="lede">
        For the account <strong>{username}</strong>. All devices that are signed in to it will be
        signed out.
      </p>
      <Form
        action="/reset"
        check={({ new_password }) => checkNewPassword('new_password', new_password, config)}
        send={({ new_password = '' }) => send(new_password)}
      >
        <input name="username" autoComplete="username" value={username} hidden readOnly />
        <PasswordField
          name="new_password"
          label="New password"
          hint={newPasswordHint(config)}
          autoComplete="new-password"
        />
        <Submit busy="Saving…">Save the password</Submit>
      </Form>
    </>
  );
}

function Done() {
  return (
    <Page title="Your password is set" className="narrow">
      <Notice kind="done" focus>
        <p>
          <strong>You have a new password.</strong> Every device was signed out. Sign in with the
          new password to go on.
        </p>
      </Notice>
      <p className="actions">
        <Link className="button" to="/sign-in">
          Sign in
        </Link>
      </p>
    </Page>
  );
}

function Spent() {
  return (
    <Page title="This link does not work any more" className="narrow" replaces>
      <p className="lede">
        A link is good for one new password and for ten minutes. This one was used already, or its
        time is over.
      </p>
      <p>Ask whoever runs this site for a new link, and open it soon after it reaches you.</p>
      <ToSignIn />
    </Page>
  );
}

function NoLink() {
  return (
    <Page title="Open your link again" className="narrow">
      <p className="lede">
        To choose a new password you need the link that you were given. This page does not keep it:
        open it again from where you have it.
      </p>
      <p>No link yet? Ask whoever runs this site for one.</p>
      <ToSignIn />
    </Page>
  );
}

function ToSignIn() {
  return (
    <p className="actions">
      <Link className="button button-quiet" to="/sign-in">
        Sign in with a password
      </Link>
    </p>
  );
}
