import { useReauthentication, useUser } from '@latchkey-go/client/react';
import type { User } from '../auth';
import { Form, PasswordField, Submit } from './form';
import { Modal } from './Modal';

/** Asks for the password when a request needs a recent sign-in; the request then goes out again. */
export function PasswordPrompt() {
  const { asking, submit, cancel } = useReauthentication();
  const user = useUser<User>();
  if (!asking) return null;
  return (
    <Modal labelledBy="prompt-title" describedBy="prompt-text" onCancel={cancel}>
      <h2 id="prompt-title">Is it still you?</h2>
      <p id="prompt-text">
        It has been a while since you signed in. To go on, enter the password you use now.
      </p>
      <Form
        action="/account"
        inDialog
        check={({ password }) =>
          password ? [] : [{ field: 'password', msg: 'Enter your password' }]
        }
        send={({ password = '' }) => submit(password)}
        place={(error) =>
          error.code === 'invalid_credentials'
            ? { field: 'password', msg: 'That is not your password. Try again.' }
            : null
        }
      >
        <input name="username" autoComplete="username" value={user?.username} hidden readOnly />
        <PasswordField name="password" label="Password" autoComplete="current-password" />
        <div className="actions">
          <Submit busy="Checking…">Continue</Submit>
          <button type="button" className="button button-quiet" onClick={cancel}>
            Cancel
          </button>
        </div>
      </Form>
    </Modal>
  );
}
