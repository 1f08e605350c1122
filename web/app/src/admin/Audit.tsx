import { useCallback } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { Link, useSearchParams } from 'react-router';
import { call } from '../auth';
import type { User } from '../auth';
import { LongList } from '../components/LongList';
import { Page } from '../components/Page';
import { Moment } from '../components/Time';
import { usePages } from '../usePages';
import type { Pages } from '../usePages';
import { AuditFilter } from './AuditFilter';
import type { AuditRecord } from './types';
import { actorOf, dayStart, groups, isAlarming, tellAdmin } from './words';

const atOnce = '25';

/** Who did what, when and from where. */
export function Audit() {
  const client = useAuthClient<User>();
  const [params] = useSearchParams();
  const asked = question(params);
  const ask = useCallback(
    async (cursor: string) => {
      const query = new URLSearchParams(asked);
      if (cursor) query.set('cursor', cursor);
      const answer = await call<{ records: AuditRecord[]; next_cursor?: string }>(
        client,
        `/api/v1/admin/audit?${query.toString()}`,
      );
      return { items: answer.records, next: answer.next_cursor ?? '' };
    },
    [client, asked],
  );
  const pages = usePages(ask);
  // Records about sessions have the id alone; most often another one has the name.
  const names = new Map<string, string>();
  if (pages.list.step === 'here') {
    for (const { user_id, username } of pages.list.value.items) {
      if (username) names.set(user_id, username);
    }
  }

  return (
    <Page title="Audit trail">
      <AuditFilter />
      <p role="status" className="muted">
        {count(pages)}
      </p>
      <LongList
        pages={pages}
        what="Looking up what happened"
        empty={
          isBackwards(params)
            ? 'The first day is later than the last one. Choose them the other way round.'
            : 'Nothing like that has been recorded.'
        }
        keyOf={(record) => record.number}
      >
        {(record) => <Entry record={record} username={names.get(record.user_id)} />}
      </LongList>
    </Page>
  );
}

/** Says how much there is; of nothing, the list says so itself. */
function count({ list }: Pages<AuditRecord>): string {
  if (list.step !== 'here' || list.value.items.length === 0) return '';
  const { items, next } = list.value;
  if (next) return `The last ${items.length} entries.`;
  return items.length === 1 ? '1 entry.' : `${items.length} entries.`;
}

function isBackwards(params: URLSearchParams): boolean {
  const to = params.get('to');
  return !!to && (params.get('from') ?? '') > to;
}

/** The question to the server that belongs to an address of this page. */
function question(params: URLSearchParams): string {
  const group = params.get('show') ?? '';
  const query = new URLSearchParams({ limit: atOnce });
  const add = (name: string, value: string | null) => value && query.set(name, value);
  add('user', params.get('user'));
  add('kind', Object.hasOwn(groups, group) ? groups[group]!.kinds.join(',') : '');
  add('since', dayStart(params.get('from') ?? ''));
  add('until', dayStart(params.get('to') ?? '', 1)); // that day is asked for too
  return query.toString();
}

function Entry({ record, username }: { record: AuditRecord; username: string | undefined }) {
  const { user_id, actor, device, address } = record;
  return (
    <>
      <p className={isAlarming(record) ? 'row-title row-alarm' : 'row-title'}>
        {tellAdmin(record)}
      </p>
      <p className="row-facts">
        {user_id && <Link to={`/admin/users/${user_id}`}>{username ?? 'A user'}</Link>}
        {actor && <span>by {actorOf(record)}</span>}
        {(device || address) && (
          <span>
            {device} {address && `from ${address}`}
          </span>
        )}
        <Moment at={record.at} />
      </p>
    </>
  );
}
