import { Page } from '../../../shared/Page';
import { price, useShop } from '../shop';
import type { Product, Shelf } from '../shop';
import { Picture } from '../Picture';

export function Products() {
  const { products } = useShop();
  return (
    <Page title="Products" heading="Products">
      <ul className="goods">
        {products.map((product) => (
          <li key={product.id} className="card good">
            <Picture of={product.name} />
            <h2>{product.name}</h2>
            <p className="price">{price(product.price_cents)}</p>
            <div className="actions">
              <Put product={product} shelf="cart" />
              <Put product={product} shelf="wishlist" />
            </div>
          </li>
        ))}
      </ul>
    </Page>
  );
}

/** Puts the product on a shelf, or takes it away again. */
function Put({ product, shelf }: { product: Product; shelf: Shelf }) {
  const shop = useShop();
  const there = shop[shelf].some(({ id }) => id === product.id);
  const change = there ? shop.remove : shop.add;
  return (
    <button
      type="button"
      className={`button button-small${there || shelf === 'wishlist' ? ' button-quiet' : ''}`}
      onClick={() => void change(shelf, product)}
    >
      {there ? 'Remove' : 'Add'}
      <span className="visually-hidden"> {product.name} </span>
      {there ? ' from ' : ' to '}
      {shelf}
    </button>
  );
}
