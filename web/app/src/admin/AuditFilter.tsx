import { useCallback } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../auth';
import type { User } from '../auth';
import { useAnswer } from '../useAnswer';
import { Find } from './Find';
import type { PersonDetail } from './types';
import { groups } from './words';

/** Narrows the audit trail down. */
export function AuditFilter() {
  const user = useSearchParams()[0].get('user');
  return (
    <>
      {user && <OnlyOne id={user} />}
      <Find act="Show" keep="user">
        <div className="field">
          <label htmlFor="show">Show</label>
          <select id="show" name="show">
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
          <input id="from" name="from" type="date" />
        </div>
        <div className="field">
          <label htmlFor="to">To day</label>
          <input id="to" name="to" type="date" />
        </div>
      </Find>
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
