import { useState } from 'react';
import { Link, Navigate } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Door } from '../components/Door';
import { Page } from '../components/Page';
import { PasswordForm } from '../components/PasswordForm';
import { useNext } from '../next';
import { usePasswordDue } from '../usePasswordDue';

/** Where somebody is led who has to choose a new password before anything else. */
export function NewPassword() {
  const due = usePasswordDue();
  const next = useNext();
  const [wasDue] = useState(due);

  if (!wasDue) return <Navigate replace to={next} />;
  return (
    <Page title="Choose a new password" className="entrance">
      <div className="entrance-form">
        {!due ? (
          // The form is gone, which tells password managers that it was accepted.
          <>
            <Notice kind="done" focus>
              <p>
                <strong>Your password has been changed.</strong> Every other device has been signed
                out; this one stays signed in.
              </p>
            </Notice>
            <p>
              <Link className="button" to={next}>
                Continue
              </Link>
            </p>
          </>
        ) : (
          <>
            <p className="lede">
              Whoever runs this site asks you to replace your password. After that you can go on.
            </p>
            <PasswordForm />
          </>
        )}
      </div>
      <Door open={!due} />
    </Page>
  );
}
