import { useCallback } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../auth';
import type { User } from '../auth';
import { LongList } from '../components/LongList';
import { Page } from '../components/Page';
import { day } from '../time';
import { usePages } from '../usePages';
import type { Pages } from '../usePages';
import { Find } from './Find';
import { Marks } from './Marks';
import type { Person } from './types';

const atOnce = '25';

/** Everybody with an account. */
export function Users() {
  const client = useAuthClient<User>();
  const [params] = useSearchParams();
  const search = params.get('search') ?? '';
  const ask = useCallback(
    async (cursor: string) => {
      const query = new URLSearchParams({
        limit: atOnce,
        ...(search && { search }),
        ...(cursor && { cursor }),
      });
      const { users, next_cursor = '' } = await call<{ users: Person[]; next_cursor?: string }>(
        client,
        `/api/v1/admin/users?${query.toString()}`,
      );
      return { items: users, next: next_cursor };
    },
    [client, search],
  );
  const pages = usePages(ask);

  return (
    <Page title="Users">
      <Find act="Search">
        <div className="field">
          <label htmlFor="search">Username</label>
          <input
            id="search"
            name="search"
            type="search"
            maxLength={64}
            autoCapitalize="none"
            autoComplete="off"
            autoCorrect="off"
            spellCheck={false}
          />
        </div>
      </Find>
      <p role="status" className="muted">
        {count(pages, search)}
      </p>
      <LongList
        pages={pages}
        what="Looking up users"
        empty="The search looks for usernames that begin so."
        keyOf={(person) => person.id}
      >
        {(person) => (
          <>
            <p className="row-title">
              <Link to={`/admin/users/${person.id}`}>{person.username}</Link>
              <Marks person={person} />
            </p>
            <p className="row-facts">
              {person.name && <span>{person.name}</span>}
              <span>since {day(person.created_at)}</span>
            </p>
          </>
        )}
      </LongList>
    </Page>
  );
}

function count({ list }: Pages<Person>, search: string): string {
  if (list.step !== 'here') return '';
  const { items, next } = list.value;
  const found = search && ` whose username begins with “${search}”`;
  if (items.length === 0) return `There are no users${found}.`;
  if (next) return `The first ${items.length} users${found}.`;
  return items.length === 1 ? `1 user${found}.` : `${items.length} users${found}.`;
}
