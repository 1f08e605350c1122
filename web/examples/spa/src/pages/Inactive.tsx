import { useLocation } from 'react-router';
import { Page } from '../../../shared/Page';
import { Continue } from '../Continue';

/** Nobody has touched the page for a while: a click shows it again. */
export function Inactive() {
  const { pathname } = useLocation();
  return (
    <Page title="Inactive" heading="User Inactive!!" className="card middle">
      <p>Nobody has touched this page for a while, so it is covered. You are still signed in.</p>
      <Continue from={pathname} />
    </Page>
  );
}
