import type { AuthEvent, EventDetail, Snapshot } from './types.js';

const changed = 'changed';

/** Holds the snapshot and tells who wants to know. */
export interface Observers<User> {
  now: () => Snapshot<User>;
  /** Replaces the snapshot; nobody is called unless it differs. */
  show: (next: Snapshot<User>) => void;
  emit: (event: AuthEvent, reason?: string, elsewhere?: boolean) => void;
  on: (event: AuthEvent | typeof changed, listener: (detail: EventDetail) => void) => () => void;
  subscribe: (listener: () => void) => () => void;
}

export function createObservers<User>(): Observers<User> {
  // The platform's own: a listener that throws is reported and does not stop the others.
  const target = new EventTarget();
  let snapshot: Snapshot<User> = { status: 'loading' };

  const send = (event: string, detail?: EventDetail) =>
    target.dispatchEvent(new CustomEvent(event, { detail }));

  const on: Observers<User>['on'] = (event, listener) => {
    const heard = (e: Event) => listener((e as CustomEvent<EventDetail>).detail);
    target.addEventListener(event, heard);
    return () => target.removeEventListener(event, heard);
  };

  return {
    now: () => snapshot,
    show(next) {
      if (JSON.stringify(next) === JSON.stringify(snapshot)) return;
      snapshot = next;
      send(changed);
    },
    emit: (event, reason = '', elsewhere = false) => void send(event, { elsewhere, reason }),
    on,
    subscribe: (listener) => on(changed, listener),
  };
}
