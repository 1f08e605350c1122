import { Component, lazy, Suspense } from 'react';
import type { ReactNode } from 'react';
import { useUser } from '@latchkey-go/client/react';
import { Notice } from '../../../ui/Notice';
import { isAdmin } from '../auth';
import type { User } from '../auth';
import { NotFound } from '../pages/NotFound';
import { Waiting } from './Waiting';

// A file of its own: most people never need it.
const Admin = lazy(() => import('../admin/Admin'));

/** The part of the app for administrators. For everybody else there is no such page. */
export function AdminPart() {
  const user = useUser<User>();
  if (!user || !isAdmin(user)) return <NotFound />;
  return (
    <LoadedOrNot>
      <Suspense fallback={<Waiting what="Opening the page" />}>
        <Admin />
      </Suspense>
    </LoadedOrNot>
  );
}

/** Catches that the file is not there: the server was updated since this page was opened. */
class LoadedOrNot extends Component<{ children: ReactNode }, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <div className="page narrow">
        <Notice kind="problem">
          <p>
            This part of the site could not be opened. There may be a newer version of it: load the
            page again.
          </p>
          <button type="button" className="button button-small" onClick={() => location.reload()}>
            Load the page again
          </button>
        </Notice>
      </div>
    );
  }
}
