import { useState } from 'react';
import { Notice } from '../../../../ui/Notice';
import { PasswordForm } from '../../components/PasswordForm';

/** Changes the password. */
export function PasswordSection({ onChange }: { onChange: () => void }) {
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
          <PasswordForm
            onDone={() => {
              setDone(true);
              onChange();
            }}
          />
        )}
      </div>
    </section>
  );
}
