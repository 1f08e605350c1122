import { milliseconds } from './duration.js';
import type { Duration } from './duration.js';
import { AuthError } from './errors.js';
import { createObservers } from './observers.js';
import type { TokenKeys, Tokens } from './tokens.js';
import type { AuthClient, AuthEvent, EventDetail, Snapshot, Status } from './types.js';

/** What a test client begins with. */
export interface TestClientOptions<User> {
  /** Default: `authenticated` if there is a user, else `anonymous`. */
  status?: Status;
  /** Who is signed in, or will be after `login`. */
  user?: User;
  /** The time since the person gave the password. Default: 0. */
  age?: Duration;
  /** Answers `fetch`. Default: 200 and `{}`. */
  fetch?: typeof fetch;
}

/** A call of a test client. */
export interface Call {
  /** Such as `login` or `fetch`. */
  name: string;
  args: readonly unknown[];
}

/** A client without a server, whose status the test decides. */
export interface TestClient<User> extends AuthClient<User> {
  /** What was called so far, in order. */
  readonly calls: readonly Call[];
  /** Changes the status, as if it had happened by itself. */
  setStatus: (status: Status, user?: User) => void;
  /** Shows the idle warning with so much time left. */
  warn: (left: Duration) => void;
  /** Says that something happened, here or (with `elsewhere`) in another tab. */
  emit: (event: AuthEvent, detail?: Partial<EventDetail>) => void;
  /** Makes the next call of that name reject: with an AuthError of that code, or your own error. */
  failNext: (name: Action, error: string | Error) => void;
}

type Action =
  'login' | 'signUp' | 'logout' | 'refresh' | 'reauthenticate' | 'changePassword' | 'fetch';

/**
 * Creates a client for tests of components: nothing is sent. `login`, `signUp` and `refresh` sign
 * the user in, `logout` signs out, and all are recorded in `calls`.
 */
export function createTestClient<User>({
  user,
  status = user === undefined ? 'anonymous' : 'authenticated',
  age = 0,
  fetch: answer = () => Promise.resolve(Response.json({})),
}: TestClientOptions<User> = {}): TestClient<User> {
  const { now, show, emit, on, subscribe } = createObservers<User>();
  const calls: Call[] = [];
  const failures = new Map<string, Error>();
  const session = { id: 'test', authTime: Date.now() - milliseconds(age), endsAt: 0 };
  let person = user;
  let askPassword: (() => Promise<boolean>) | undefined;

  const snapshots: Record<Status, () => Snapshot<User>> = {
    loading: () => ({ status: 'loading' }),
    anonymous: () => ({ status: 'anonymous' }),
    authenticated: () => ({ status: 'authenticated', user: person as User, session, warning: 0 }),
    expired: () => ({ status: 'expired', canRefresh: true, reason: 'token_expired' }),
    idle: () => ({ status: 'idle' }),
  };
  const setStatus = (next: Status, somebody = person) => {
    person = somebody;
    show(snapshots[next]());
  };

  /** Records a call; fails if that was asked for. */
  function record(name: string, ...args: unknown[]): Promise<void> {
    calls.push({ name, args });
    const error = failures.get(name);
    failures.delete(name);
    return error ? Promise.reject(error) : Promise.resolve();
  }

  async function entered(event: AuthEvent, recorded: Promise<void>): Promise<void> {
    await recorded;
    setStatus('authenticated');
    emit(event);
  }

  setStatus(status);
  return {
    calls,
    setStatus,
    getSnapshot: now,
    subscribe,
    on,
    warn(left) {
      setStatus('authenticated');
      show({ ...now(), warning: Date.now() + milliseconds(left) } as Snapshot<User>);
    },
    emit: (event, { elsewhere = false, reason = '' } = {}) => emit(event, reason, elsewhere),
    failNext: (name, error) =>
      void failures.set(name, typeof error === 'string' ? new AuthError(error, error) : error),

    start: () => () => {},
    login: (credentials) => entered('signedIn', record('login', credentials)),
    signUp: (details) => entered('signedIn', record('signUp', details)),
    async logout() {
      await record('logout');
      setStatus('anonymous');
      emit('signedOut');
    },
    async refresh() {
      await entered('renewed', record('refresh'));
      return true;
    },
    async reauthenticate(password) {
      const recorded = record('reauthenticate', password);
      await recorded;
      session.authTime = Date.now();
      await entered('signedIn', recorded);
    },
    changePassword: (current, next) => entered('signedIn', record('changePassword', current, next)),
    stay() {
      void record('stay');
      if (now().status === 'authenticated') setStatus('authenticated');
    },
    async fetch(input, init) {
      await record('fetch', input, init);
      let response = await answer(input, init);
      const stale = response.headers.get('Latchkey-Code') === 'not_fresh';
      if (stale && (await askPassword?.())) response = await answer(input, init);
      return response;
    },
    onNotFresh(handler) {
      askPassword = handler;
      return () => (askPassword = undefined);
    },
    timeLeft: () => Infinity,
  };
}

/** A clock that only moves when told to. */
export interface FakeClock {
  /** Moves the clock, as if the device had slept, and wakes the page: clients look at their deadlines. */
  advance: (by: Duration) => void;
  /** Gives the real clock back. */
  restore: () => void;
}

/**
 * Stops `Date.now()`, the clock that clients go by. Timers and `new Date()` go on as ever: use the
 * fake timers of your test runner where you need those too.
 */
export function fakeClock(start: number = Date.now()): FakeClock {
  const real = Date.now;
  let time = start;
  Date.now = () => time;
  return {
    advance(by) {
      time += milliseconds(by);
      globalThis.dispatchEvent(new Event('visibilitychange'));
    },
    restore: () => void (Date.now = real),
  };
}

/** What a browser has stored, as Playwright takes and gives it. */
export interface StorageState {
  cookies: Cookie[];
  origins: { origin: string; localStorage: { name: string; value: string }[] }[];
}

interface Cookie {
  name: string;
  value: string;
  domain: string;
  path: string;
  expires: number;
  httpOnly: boolean;
  secure: boolean;
  sameSite: 'Strict' | 'Lax' | 'None';
}

/**
 * The storage state of a browser that holds tokens in localStorage, for a client of
 * `mode: 'headers'` with `storage: 'local'`. Give `keys` if your client has keys of its own.
 */
export function storageState(
  baseUrl: string,
  tokens: Tokens,
  keys: TokenKeys = { access: 'latchkey.access', refresh: 'latchkey.refresh' },
): StorageState {
  const localStorage = [{ name: keys.access, value: tokens.access }];
  if (keys.refresh && tokens.refresh) {
    localStorage.push({ name: keys.refresh, value: tokens.refresh });
  }
  return { cookies: [], origins: [{ origin: new URL(baseUrl).origin, localStorage }] };
}

/** As much of Playwright's APIRequestContext as `signIn` needs. */
export interface ApiRequests {
  post(
    url: string,
    options: { data: unknown; headers: Record<string, string> },
  ): Promise<{ ok(): boolean; status(): number; text(): Promise<string> }>;
  storageState(): Promise<StorageState>;
}

/**
 * Signs in through the API, without a page, and returns the storage state with the cookies: for
 * `test.use({ storageState })` or `browser.newContext({ storageState })`. Throws if the server
 * refuses.
 */
export async function signIn(
  request: ApiRequests,
  baseUrl: string,
  credentials: Record<string, string>,
  path = '/api/v1/sign-in',
): Promise<StorageState> {
  const { href, origin } = new URL(path, baseUrl);
  const answer = await request.post(href, { data: credentials, headers: { Origin: origin } });
  if (!answer.ok()) {
    throw new Error(`Signing in at ${href} failed: ${answer.status()} ${await answer.text()}`);
  }
  return request.storageState();
}
