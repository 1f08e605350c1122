import { useState } from 'react';
import { useAuthClient, useUser } from '@latchkey-go/client/react';
import type { User } from '../../auth';
import { Form, PasswordField, Submit } from '../../components/form';
import { Notice } from '../../components/Notice';
import { checkNewPassword, newPasswordHint } from '../../password';
import { useConfig } from '../../useConfig';

/** Changes the password. The server may ask for the old one once more: see PasswordPrompt. */
export function PasswordSection() {
  const auth = useAuthClient();
  const user = useUser<User>();
  const config = useConfig();
  const [done, setDone] = useState(false);

  return (
    <section className="section" aria-labelledby="password-title">
      <div className="section-head">
        <h2 id="password-title">Password</h2>
        <p className="muted">A change signs out every other device.</p>
      </div>
      <div className="section-body">
        {done ? (
          // The form is gone, which tells password managers that it was accepted.
          <Notice kind="done" focus>
            <p>
              <strong>Your password has been changed.</strong> Every other device has been signed
              out; this one stays signed in.
            </p>
          </Notice>
        ) : (
          <Form
            action="/account"
            check={(values) => [
              ...(values.current_password
                ? []
                : [{ field: 'current_password', msg: 'Enter the password you use now' }]),
              ...checkNewPassword('new_password', values.new_password, config),
            ]}
            send={async ({ current_password = '', new_password = '' }) => {
              await auth.changePassword(current_password, new_password);
              setDone(true);
            }}
            place={(error) =>
              error.code === 'invalid_credentials'
                ? { field: 'current_password', msg: 'That is not the password you use now' }
                : null
            }
          >
            <input name="username" autoComplete="username" value={user?.username} hidden readOnly />
            <PasswordField
              name="current_password"
              label="Current password"
              autoComplete="current-password"
            />
            <PasswordField
              name="new_password"
              label="New password"
              hint={newPasswordHint(config)}
              autoComplete="new-password"
            />
            <Submit busy="Changing…">Change password</Submit>
          </Form>
        )}
      </div>
    </section>
  );
}
