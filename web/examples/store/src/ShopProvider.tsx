import { useCallback, useEffect, useMemo, useState } from 'react';
import { Outlet, useLocation } from 'react-router';
import { Notice } from '../../../ui/Notice';
import { Trouble, Waiting } from '../../shared/Page';
import { problemOf } from '../../shared/problem';
import { list, ShopContext } from './shop';
import type { Product, Shelf } from './shop';

type Lists = Record<'products' | Shelf, readonly Product[]>;

/** What a change has come to, for the page it was made on. */
interface Said {
  kind: 'done' | 'problem';
  words: string;
  place: string;
}

/** Loads what the shop has and what the person has put aside, and keeps the pages up to date. */
export function ShopProvider() {
  const [lists, setLists] = useState<Lists>();
  const [trouble, setTrouble] = useState('');
  const { key: place } = useLocation();
  const [said, setSaid] = useState<Said>();

  useEffect(() => {
    Promise.all([list('products'), list('cart'), list('wishlist')]).then(
      ([products, cart, wishlist]) => setLists({ products, cart, wishlist }),
      (error: unknown) => setTrouble(problemOf(error).message),
    );
  }, []);

  const change = useCallback(
    async (shelf: Shelf, how: { add: Product } | { remove: Product }, words: string) => {
      setSaid(undefined);
      try {
        const now = await list(shelf, how);
        setLists((before) => before && { ...before, [shelf]: now });
        setSaid({ kind: 'done', words, place });
      } catch (error) {
        setSaid({ kind: 'problem', words: problemOf(error).message, place });
      }
    },
    [place],
  );

  const shop = useMemo(
    () =>
      lists && {
        ...lists,
        add: (shelf: Shelf, product: Product) =>
          change(shelf, { add: product }, `${product.name} is in your ${shelf}.`),
        remove: (shelf: Shelf, product: Product) =>
          change(shelf, { remove: product }, `${product.name} is no longer in your ${shelf}.`),
      },
    [lists, change],
  );

  if (trouble) return <Trouble words={trouble} />;
  if (!shop) return <Waiting />;
  return (
    <ShopContext value={shop}>
      <div className="said">
        {said?.place === place && (
          <Notice kind={said.kind}>
            <p>{said.words}</p>
          </Notice>
        )}
      </div>
      <Outlet />
    </ShopContext>
  );
}
