import { useCallback } from 'react';
import type { SubmitEvent } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../auth';
import type { User } from '../auth';
import { useAnswer } from '../useAnswer';
import type { PersonDetail } from './types';
import { groups } from './words';

/** Narrows the audit trail down. What is chosen is in the address, so that it can be kept or sent. */
export function AuditFilter() {
  const [params, setParams] = useSearchParams();
  const user = params.get('user') ?? '';

  function narrow(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const chosen = new URLSearchParams(user && { user });
    for (const [name, value] of new FormData(event.currentTarget)) {
      if (typeof value === 'string' && value) chosen.set(name, value);
    }
    setParams(chosen);
  }

  return (
    <>
      {user && <OnlyOne id={user} />}
      <form key={params.toString()} role="search" className="find" onSubmit={narrow}>
        <div className="field">
          <label htmlFor="show">Show</label>
          <select id="show" name="show" defaultValue={params.get('show') ?? ''}>
            <option value="">Everything</option>
            {Object.entries(groups).map(([key, { name }]) => (
              <option key={key} value={key}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="from">From day</label>
          <input id="from" name="from" type="date" defaultValue={params.get('from') ?? ''} />
        </div>
        <div className="field">
          <label htmlFor="to">To day</label>
          <input id="to" name="to" type="date" defaultValue={params.get('to') ?? ''} />
        </div>
        <button type="submit" className="button">
          Show
        </button>
      </form>
    </>
  );
}

/** Says whose records these are. */
function OnlyOne({ id }: { id: string }) {
  const client = useAuthClient<User>();
  const ask = useCallback(
    () => call<{ user: PersonDetail }>(client, `/api/v1/admin/users/${encodeURIComponent(id)}`),
    [client, id],
  );
  const { answer } = useAnswer(ask);
  return (
    <p className="lede">
      Only the account <strong>{answer.step === 'here' ? answer.value.user.username : id}</strong>.{' '}
      <Link to="/admin/audit">Show all accounts</Link>
    </p>
  );
}
