import { lazy, Suspense } from 'react';
import { useConfig } from '../useConfig';

const Drawer = lazy(() => import('../dev/Drawer'));

/** What developers see of the session, in dev mode only. */
export function DevDrawer() {
  if (!useConfig().dev) return null;
  return (
    <Suspense>
      <Drawer />
    </Suspense>
  );
}
