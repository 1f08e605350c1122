import { useState } from 'react';
import type { User } from '../auth';
import { Modal } from '../components/Modal';
import { OwnPassword } from '../components/OwnPassword';
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
          <OwnPassword
            user={user}
            act="Revoke"
            busy="Revoking…"
            send={async (password) => {
              await revokeFromElsewhere(user.username, password, session);
              setAsking(false);
              onDone('this session was ended by another device');
            }}
            onCancel={cancel}
          />
        </Modal>
      )}
    </>
  );
}
