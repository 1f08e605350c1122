import { createContext, useContext } from 'react';
import { errorOf } from '@latchkey-go/client';
import { Problem } from '../../shared/problem';
import { auth } from './auth';

export interface Product {
  id: number;
  name: string;
  price_cents: number;
}

/** A person's own lists. */
export type Shelf = 'cart' | 'wishlist';

export interface Shop {
  products: readonly Product[];
  cart: readonly Product[];
  wishlist: readonly Product[];
  add: (shelf: Shelf, product: Product) => Promise<void>;
  remove: (shelf: Shelf, product: Product) => Promise<void>;
}

export const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) throw new Error('useShop needs a ShopProvider above it');
  return shop;
}

/** Asks for a list, or changes one: the answer is the list as it is now. */
export async function list(
  name: 'products' | Shelf,
  change?: { add: Product } | { remove: Product },
): Promise<readonly Product[]> {
  let path = `/${name}`;
  let init: RequestInit = {};
  if (change && 'add' in change) {
    const headers = { 'Content-Type': 'application/json' };
    init = { method: 'POST', headers, body: JSON.stringify({ product_id: change.add.id }) };
  } else if (change) {
    path += `/${change.remove.id}`;
    init = { method: 'DELETE' };
  }
  const response = await auth.fetch(path, init);
  if (response.status === 404 && change) throw new Problem('This product is not there any more.');
  if (!response.ok) throw await errorOf(response);
  return ((await response.json()) as Record<string, Product[]>)[name] ?? [];
}

export const price = (cents: number): string =>
  new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(cents / 100);
