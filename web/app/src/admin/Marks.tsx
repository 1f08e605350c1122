import { isAdmin } from '../auth';
import type { Person } from './types';

/** What is out of the ordinary about an account, beside its name. */
export function Marks({ person, locked = false }: { person: Person; locked?: boolean }) {
  return (
    <>
      {isAdmin(person) && <span className="badge">Administrator</span>}
      {person.disabled && <span className="badge badge-alarm">Disabled</span>}
      {locked && <span className="badge badge-alarm">Locked</span>}
      {person.must_change_password && (
        <span className="badge badge-plain">New password required</span>
      )}
      {!person.has_password && <span className="badge badge-plain">No password yet</span>}
    </>
  );
}
