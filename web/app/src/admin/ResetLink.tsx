import { useRef, useState } from 'react';
import { Notice } from '../../../ui/Notice';
import { moment } from '../time';
import type { PersonDetail } from './types';
import type { PersonState } from './usePerson';

interface Made {
  token: string;
  expires_at: string;
}

/** Makes a link with which somebody chooses a password. It is shown once. */
export function ResetLink({ person, state }: { person: PersonDetail; state: PersonState }) {
  const [link, setLink] = useState<Made | null>(null);
  const { username } = person;
  const busy = state.busy === 'reset-link';

  async function make() {
    setLink(null);
    const made = await state.change<Made>({ path: 'reset-link', done: () => '' });
    if (made) setLink(made);
  }

  return (
    <section className="section" aria-labelledby="link-title">
      <div className="section-head">
        <h2 id="link-title">Link for a new password</h2>
        <p className="muted">
          For somebody who has forgotten theirs. It works once, for ten minutes.
        </p>
      </div>
      <div className="section-body">
        {link && (
          <>
            <Notice kind="info" focus>
              <p>
                Give this link to {username} and to nobody else: whoever has it gets the account. It
                works until {moment(link.expires_at)} and is not shown again.
              </p>
            </Notice>
            <Copy key={link.token} text={`${location.origin}/reset#${link.token}`} />
          </>
        )}
        <button
          type="button"
          className="button button-quiet"
          aria-disabled={busy}
          onClick={() => void make()}
        >
          {busy ? 'Making a link…' : link ? 'Make another link' : 'Make a link'}
        </button>
      </div>
    </section>
  );
}

function Copy({ text }: { text: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      setSaid('Copied.');
    } catch {
      field.current?.select();
      setSaid('Your browser does not let this page copy. The link is selected: copy it by hand.');
    }
  }

  return (
    <>
      <div className="copy">
        <input
          ref={field}
          aria-label="The link"
          value={text}
          readOnly
          autoComplete="off"
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" className="button button-small" onClick={() => void copy()}>
          Copy
        </button>
      </div>
      <p role="status">{said}</p>
    </>
  );
}
