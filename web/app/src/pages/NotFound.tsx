import { Link } from 'react-router';
import { Page } from '../components/Page';

export function NotFound() {
  return (
    <Page title="There is no such page" className="narrow">
      <p className="lede">
        The address may have been mistyped, or the page may have moved. Nothing is broken.
      </p>
      <p className="actions">
        <Link className="button" to="/">
          Go to the home page
        </Link>
      </p>
    </Page>
  );
}
