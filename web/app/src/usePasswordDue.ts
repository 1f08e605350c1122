import { useSyncExternalStore } from 'react';
import { useUser } from '@latchkey-go/client/react';
import type { User } from './auth';
import { passwordDue } from './passwordDue';

/** Whether the signed-in person has to choose a new password before anything else. */
export function usePasswordDue(): boolean {
  const refused = useSyncExternalStore(passwordDue.subscribe, passwordDue.get);
  const user = useUser<User>();
  return user !== null && (refused || user.must_change_password);
}
