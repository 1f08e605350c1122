import { useReauthentication, useUser } from '@latchkey-go/client/react';
import type { User } from '../auth';
import { Modal } from './Modal';
import { OwnPassword } from './OwnPassword';

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
      <OwnPassword user={user} act="Continue" busy="Checking…" send={submit} onCancel={cancel} />
    </Modal>
  );
}
