import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Notice } from '../../../ui/Notice';
import type { Pages } from '../usePages';
import { Loaded } from './Loaded';

interface LongListProps<T> {
  pages: Pages<T>;
  /** What is being done until the list is there. */
  what: string;
  /** What to say of a list without entries. */
  empty: string;
  keyOf: (item: T) => string | number;
  children: (item: T) => ReactNode;
}

/** A list that grows by "Show more". What was added gets the focus: it is above the button. */
export function LongList<T>({ pages, what, empty, keyOf, children }: LongListProps<T>) {
  const firstNew = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (pages.seen > 0) firstNew.current?.focus();
  }, [pages.seen]);

  const scroll = pages.list.step === 'here' ? pages.list.value.scroll : undefined;
  useLayoutEffect(() => {
    if (scroll !== undefined) scrollTo(0, scroll);
  }, [scroll]);

  return (
    <Loaded answer={pages.list} what={what} again={pages.again}>
      {({ items, next }) => (
        <>
          {items.length === 0 ? (
            <p className="muted">{empty}</p>
          ) : (
            <ul className="rows">
              {items.map((item, index) => (
                <li
                  key={keyOf(item)}
                  className="row"
                  {...(index > 0 && index === pages.seen && { ref: firstNew, tabIndex: -1 })}
                >
                  {children(item)}
                </li>
              ))}
            </ul>
          )}
          {pages.problem && (
            <Notice kind="problem">
              <p>{pages.problem}</p>
            </Notice>
          )}
          {next && (
            <button
              type="button"
              className="button button-quiet"
              aria-disabled={pages.busy}
              onClick={pages.more}
            >
              {pages.busy ? 'Loading…' : 'Show more'}
            </button>
          )}
        </>
      )}
    </Loaded>
  );
}
