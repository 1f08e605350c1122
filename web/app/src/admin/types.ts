import type { User } from '../auth';

// What administrators see, as the API below /api/v1/admin tells it. A time that is not there is null.

/** A user in the list. */
export interface Person extends User {
  disabled: boolean;
  disabled_at: string | null;
  has_password: boolean;
  password_changed_at: string | null;
}

/** A user by themselves. */
export interface PersonDetail extends Person {
  /** Too many wrong passwords in a row: no further one is accepted. */
  locked: boolean;
  /** How many devices are signed in. */
  sessions: number;
  last_sign_in_at: string | null;
}

/** A record of the audit trail. */
export interface AuditRecord {
  number: number;
  at: string;
  kind: string;
  reason: string;
  user_id: string;
  username: string;
  /** Who did it, if not the user: an administrator's id, or "cli". */
  actor: string;
  /** Empty where the actor is no user. */
  actor_username: string;
  address: string;
  device: string;
}

/** A signing key, without any part of it. */
export interface Key {
  id: string;
  algorithm: string;
  state: string;
  created_at: string;
  active_at: string | null;
  retired_at: string | null;
  forget_at: string | null;
}
