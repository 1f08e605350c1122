import { useCallback, useEffect } from 'react';
import { useAuthClient } from '@latchkey-go/client/react';
import { call } from '../../auth';
import type { User } from '../../auth';
import { LongList } from '../../components/LongList';
import { Moment } from '../../components/Time';
import { isAlarming, tell } from '../../happenings';
import { usePages } from '../../usePages';

/** Something that happened to the account, as `GET /api/v1/activity` lists it. */
interface HistoryEvent {
  id: number;
  at: string;
  kind: string;
  reason?: string;
  /** Whoever runs the site did it. */
  by_operator: boolean;
  address: string;
  /** Empty where no browser was involved. */
  user_agent: string;
  device: string;
}

const atOnce = 10;

/** What happened to the account, the latest first. Asked for again when `changes` is another number. */
export function History({ changes }: { changes: number }) {
  const client = useAuthClient<User>();
  const ask = useCallback(
    async (before: string) => {
      const query = new URLSearchParams({ limit: String(atOnce), ...(before && { before }) });
      const { events, next } = await call<{ events: HistoryEvent[]; next?: number }>(
        client,
        `/api/v1/activity?${query.toString()}`,
      );
      return { items: events, next: next ? String(next) : '' };
    },
    [client],
  );
  const pages = usePages(ask);
  const { again } = pages;
  useEffect(() => {
    if (changes > 0) again();
  }, [changes, again]);

  return (
    <section className="section" aria-labelledby="history-title">
      <div className="section-head">
        <h2 id="history-title">What happened lately</h2>
        <p className="muted">
          Sign-ins, failed attempts and changes. If something was not you, change your password.
        </p>
      </div>
      <div className="section-body">
        <LongList
          pages={pages}
          what="Looking up what happened"
          empty="Nothing has been recorded yet."
          keyOf={(event) => event.id}
        >
          {(event) => <Entry event={event} />}
        </LongList>
      </div>
    </section>
  );
}

function Entry({ event }: { event: HistoryEvent }) {
  const where = [
    event.user_agent && event.device,
    event.by_operator ? 'by whoever runs this site' : event.address && `from ${event.address}`,
  ];
  return (
    <>
      <p className={isAlarming(event) ? 'row-title row-alarm' : 'row-title'}>{tell(event)}</p>
      <p className="row-facts">
        <Moment at={event.at} />
        {where.some(Boolean) && <span>{where.filter(Boolean).join(' ')}</span>}
      </p>
    </>
  );
}
