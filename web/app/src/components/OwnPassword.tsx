import type { User } from '../auth';
import { Form, PasswordField, Submit } from './form';

interface OwnPasswordProps {
  user: User | null;
  /** What the password is given for: the words of the button. */
  act: string;
  busy: string;
  /** Gets the password. What it rejects with is shown; when it succeeds, the form should go away. */
  send: (password: string) => Promise<void>;
  onCancel: () => void;
}

/** The form of a dialog that wants the password of the person who is signed in. */
export function OwnPassword({ user, act, busy, send, onCancel }: OwnPasswordProps) {
  return (
    <Form
      action="/account"
      inDialog
      check={({ password }) =>
        password ? [] : [{ field: 'password', msg: 'Enter your password' }]
      }
      send={({ password = '' }) => send(password)}
      place={(error) =>
        error.code === 'invalid_credentials'
          ? { field: 'password', msg: 'That is not your password. Try again.' }
          : null
      }
    >
      <input name="username" autoComplete="username" value={user?.username} hidden readOnly />
      <PasswordField name="password" label="Password" autoComplete="current-password" />
      <div className="actions">
        <Submit busy={busy}>{act}</Submit>
        <button type="button" className="button button-quiet" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </Form>
  );
}
