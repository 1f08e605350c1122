import { useAuthClient, useUser } from '@latchkey-go/client/react';
import type { User } from '../auth';
import { checkNewPassword, newPasswordHint } from '../password';
import { useConfig } from '../useConfig';
import { Form, PasswordField, Submit } from './form';

/** Changes the password. The server may ask for the old one once more: see PasswordPrompt. */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const auth = useAuthClient();
  const user = useUser<User>();
  const config = useConfig();
  return (
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
        onDone?.();
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
  );
}
