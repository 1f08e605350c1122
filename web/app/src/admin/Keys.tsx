import { useCallback } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { call } from '../auth';
import type { User } from '../auth';
import { Loaded } from '../components/Loaded';
import { Page } from '../components/Page';
import { Moment } from '../components/Time';
import { useAnswer } from '../useAnswer';
import type { Key } from './types';

const states: Readonly<Record<string, { name: string; text: string }>> = {
  active: { name: 'In use', text: 'Signs all new tokens.' },
  standby: { name: 'Prepared', text: 'Published, so that others know it before it signs.' },
  retired: {
    name: 'Retired',
    text: 'Signs nothing any more; tokens that it signed are still accepted.',
  },
};

/** The state of the signing keys. */
export function Keys() {
  const client = useAuthClient<User>();
  const ask = useCallback(() => call<{ keys: Key[] }>(client, '/api/v1/admin/keys'), [client]);
  const { answer, again } = useAnswer(ask);
  return (
    <Page title="Signing keys">
      <p className="lede">
        Tokens are signed with these. No part of a key is shown here; they are changed at the
        machine, with <code>latchkey key rotate</code>.
      </p>
      <Loaded answer={answer} what="Looking up the keys" again={again}>
        {({ keys }) => (
          <ul className="rows">
            {keys.map((key) => (
              <OneKey key={key.id} of={key} />
            ))}
          </ul>
        )}
      </Loaded>
    </Page>
  );
}

function OneKey({ of: key }: { of: Key }) {
  const state = states[key.state] ?? { name: key.state, text: '' };
  const dates: [string, string | null][] = [
    ['Made', key.created_at],
    ['In use since', key.active_at],
    ['Retired', key.retired_at],
    ['Forgotten', key.forget_at],
  ];
  return (
    <li className="row">
      <p className="row-title">
        <code className="key-id">{key.id}</code>
        <span className={key.state === 'active' ? 'badge' : 'badge badge-plain'}>{state.name}</span>
      </p>
      <p className="row-facts">
        <span>{key.algorithm}</span>
        {dates.map(
          ([name, at]) =>
            at && (
              <span key={name}>
                {name} <Moment at={at} />
              </span>
            ),
        )}
      </p>
      {state.text && <p className="row-facts">{state.text}</p>}
    </li>
  );
}
