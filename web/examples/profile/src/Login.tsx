import { Notice } from '../../../ui/Notice';
import { Field, Form, PasswordField } from '../../shared/Form';
import { Page } from '../../shared/Page';
import { auth, signInFor } from './auth';

export function Login({ ended }: { ended: boolean }) {
  return (
    <Page title="Login" heading="Login" className="narrow">
      {ended && (
        <Notice kind="problem">
          <p>Your session has ended. Sign in again.</p>
        </Notice>
      )}
      <div className="card">
        <Form
          action="/token"
          submit="Submit"
          emptied
          send={async ({ email = '', password = '', one }) => {
            signInFor(one ? 'this' : 'every');
            await auth.login({ email, password });
          }}
        >
          <Field name="email" label="Email" autoComplete="username" verbatim />
          <PasswordField name="password" label="Password" autoComplete="current-password" />
          <div className="choice">
            <input type="checkbox" id="one" name="one" />
            <label htmlFor="one">Keep me signed in in this tab only</label>
          </div>
        </Form>
      </div>
    </Page>
  );
}
