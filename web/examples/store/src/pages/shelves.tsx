import { useUser } from '@latchkey-go/client/react';
import { Link } from 'react-router';
import { Page } from '../../../shared/Page';
import { price, useShop } from '../shop';
import type { Shelf } from '../shop';
import type { User } from '../auth';

const names = { cart: 'Cart', wishlist: 'Wishlist' };

/** The page that people see first: who they are, and what they have put aside. */
export function Overview() {
  const user = useUser<User>();
  return (
    <Page heading={`Welcome, ${user?.name ?? ''}`}>
      <p>
        Look at the <Link to="/products">products</Link>, or go on with what you have chosen.
      </p>
      <div className="shelves">
        {(['cart', 'wishlist'] as const).map((shelf) => (
          <section key={shelf} className="card shelf" aria-labelledby={shelf}>
            <h2 id={shelf}>{names[shelf]}</h2>
            <List shelf={shelf} />
          </section>
        ))}
      </div>
    </Page>
  );
}

export const Cart = () => <Own shelf="cart" />;

export const Wishlist = () => <Own shelf="wishlist" />;

function Own({ shelf }: { shelf: Shelf }) {
  return (
    <Page title={names[shelf]} heading={names[shelf]}>
      <div className="card shelf">
        <List shelf={shelf} />
      </div>
    </Page>
  );
}

function List({ shelf }: { shelf: Shelf }) {
  const shop = useShop();
  const goods = shop[shelf];
  if (goods.length === 0) return <p className="muted">Your {shelf} is empty.</p>;
  return (
    <>
      <ul>
        {goods.map((product) => (
          <li key={product.id}>
            {product.name}
            <span className="price">{price(product.price_cents)}</span>
            <button
              type="button"
              className="button button-small button-quiet"
              onClick={() => void shop.remove(shelf, product)}
            >
              Remove
              <span className="visually-hidden">
                {' '}
                {product.name} from {shelf}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {shelf === 'cart' && (
        <p className="total">
          Total <span>{price(goods.reduce((sum, { price_cents }) => sum + price_cents, 0))}</span>
        </p>
      )}
    </>
  );
}
