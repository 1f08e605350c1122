import { useState } from 'react';
import type { User } from '../auth';
import { Form, PasswordField, Submit } from '../components/form';
import { Modal } from '../components/Modal';
import { revokeFromElsewhere } from './nudge';

interface RevokeProps {
  user: User;
  session: string;
  onDone: (what: string) => void;
}

/** Ends this session from another device, which needs the password to be one. */
export function Revoke({ user, session, onDone }: RevokeProps) {
  const [asking, setAsking] = useState(false);
  const cancel = () => setAsking(false);
  return (
    <>
      <button
        type="button"
        className="button button-small button-quiet"
        onClick={() => setAsking(true)}
      >
        Revoke from elsewhere
      </button>
      {asking && (
        <Modal labelledBy="revoke-title" describedBy="revoke-text" onCancel={cancel}>
          <h2 id="revoke-title">Revoke from elsewhere</h2>
          <p id="revoke-text">
            A second device signs in as {user.username} and ends this session. This page learns of
            it with its next request.
          </p>
          <Form
            action="/account"
            inDialog
            check={({ password }) =>
              password ? [] : [{ field: 'password', msg: 'Enter your password' }]
            }
            send={async ({ password = '' }) => {
              await revokeFromElsewhere(user.username, password, session);
              setAsking(false);
              onDone('this session was ended by another device');
            }}
            place={(error) =>
              error.code === 'invalid_credentials'
                ? { field: 'password', msg: 'That is not your password. Try again.' }
                : null
            }
          >
            <input name="username" autoComplete="username" value={user.username} hidden readOnly />
            <PasswordField name="password" label="Password" autoComplete="current-password" />
            <div className="actions">
              <Submit busy="Revoking…">Revoke</Submit>
              <button type="button" className="button button-quiet" onClick={cancel}>
                Cancel
              </button>
            </div>
          </Form>
        </Modal>
      )}
    </>
  );
}
