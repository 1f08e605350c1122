'use client'; // frameworks with server components render these with the page

import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import type { ReactNode } from 'react';

import { milliseconds } from './duration.js';
import type { Duration } from './duration.js';
import type { AuthClient, Snapshot } from './types.js';

const Context = createContext<AuthClient | null>(null);
const loading: Snapshot<never> = { status: 'loading' };
const loadingOnServer = () => loading;
const never = () => () => {};

/** Starts the client and gives it to the hooks below it. */
export function AuthProvider({ client, children }: { client: AuthClient; children: ReactNode }) {
  useEffect(() => client.start(), [client]);
  return <Context.Provider value={client}>{children}</Context.Provider>;
}

/** The client of the AuthProvider above. Does not re-render. */
export function useAuthClient<User = unknown>(): AuthClient<User> {
  const client = useContext(Context);
  if (!client) throw new Error('useAuth needs an AuthProvider above it');
  return client as AuthClient<User>;
}

/** Who is signed in; re-renders when that changes. On a server the status is `loading`. */
export function useAuth<User = unknown>(): Snapshot<User> {
  const client = useAuthClient<User>();
  return useSyncExternalStore(client.subscribe, client.getSnapshot, loadingOnServer);
}

/** The signed-in user, or null. */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- the app's own type
export function useUser<User = unknown>(): User | null {
  const auth = useAuth<User>();
  return auth.status === 'authenticated' ? auth.user : null;
}

/** Shows its children while somebody is signed in. */
export function SignedIn({ children }: { children: ReactNode }) {
  return useAuth().status === 'authenticated' ? children : null;
}

/** Shows its children when it is known that nobody is signed in; nothing while loading. */
export function SignedOut({ children }: { children: ReactNode }) {
  const auth = useAuth();
  return auth.status === 'anonymous' || auth.status === 'expired' ? children : null;
}

export interface RequireAuthProps {
  children: ReactNode;
  /** While it is not known who is signed in: neither the page nor the sign-in page. */
  loading?: ReactNode;
  /** When nobody is signed in: usually a redirect to the sign-in page. */
  fallback: ReactNode;
  /** When the session has ended or the page is locked. Default: `fallback`. */
  expired?: ReactNode;
  /** The longest time since the person gave the password. Checked on entry, not while they read. */
  fresh?: Duration;
  /** When that is longer ago: usually a form that calls `reauthenticate`. */
  stale?: ReactNode;
}

/** Shows its children to signed-in people only. A convenience: the server decides what anybody gets. */
export function RequireAuth(props: RequireAuthProps): ReactNode {
  const auth = useAuth();
  if (auth.status === 'loading') return props.loading;
  if (auth.status === 'anonymous') return props.fallback;
  if (auth.status !== 'authenticated') return props.expired ?? props.fallback;
  if (props.fresh === undefined) return props.children;
  const { id, authTime } = auth.session;
  return <RequireFresh key={id} authTime={authTime} {...props} />;
}

function RequireFresh({
  authTime,
  fresh = 0,
  stale,
  children,
}: RequireAuthProps & { authTime: number }) {
  // Decided once a session: taking a form away while somebody fills it in helps nobody, and the
  // server asks again anyway.
  const [passed] = useState(() => Date.now() - authTime < milliseconds(fresh));
  return passed ? children : stale;
}

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, 500);
  return () => clearInterval(timer);
}

/** The idle warning: whether it shows, the time left, and how to stay. Re-renders every second while it shows. */
export function useIdleTimeout(): { warning: boolean; secondsLeft: number; stay: () => void } {
  const { stay } = useAuthClient();
  const auth = useAuth();
  const deadline = auth.status === 'authenticated' ? auth.warning : 0;
  const secondsLeft = useSyncExternalStore(
    deadline ? everySecond : never,
    () => (deadline ? Math.max(0, Math.ceil((deadline - Date.now()) / 1000)) : 0),
    () => 0,
  );
  return { warning: deadline > 0, secondsLeft, stay };
}

type Settle = (done: boolean) => void;

/** What useReauthentication returns. */
export interface Reauthentication {
  /** True while a request waits for the password. Show a dialog. */
  asking: boolean;
  /** Tries a password; the waiting requests are then sent again. Rejects with an AuthError. */
  submit: (password: string) => Promise<void>;
  /** Gives up; the waiting requests get their refusal. */
  cancel: () => void;
}

/**
 * Asks for the password when a request needs a recent sign-in. Use it in one place, near the top
 * of the app. Without it such requests simply fail with code `not_fresh`.
 */
export function useReauthentication(): Reauthentication {
  const client = useAuthClient();
  const [settle, setSettle] = useState<Settle | null>(null);
  useEffect(() => {
    let giveUp = () => {};
    const ask = () =>
      new Promise<boolean>((resolve) => {
        const own: Settle = (done) => {
          setSettle((now: Settle | null) => (now === own ? null : now)); // it may be another question's by now
          resolve(done);
        };
        giveUp = () => own(false);
        setSettle(() => own);
      });
    const refuse = () => giveUp();
    // A sign-out answers the question too.
    const stops = [
      client.onNotFresh(ask),
      client.on('signedOut', refuse),
      client.on('expired', refuse),
      refuse, // nobody else would answer it
    ];
    return () => stops.forEach((stop) => stop());
  }, [client]);
  const submit = useCallback(
    async (password: string) => {
      await client.reauthenticate(password);
      settle?.(true);
    },
    [client, settle],
  );
  const cancel = useCallback(() => settle?.(false), [settle]);
  return useMemo(() => ({ asking: settle !== null, submit, cancel }), [settle, submit, cancel]);
}
