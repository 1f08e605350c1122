import { createActivity } from './activity.js';
import { milliseconds } from './duration.js';
import { AuthError, errorOf, networkError } from './errors.js';
import { openTabs, withLock } from './tabs.js';
import type { Fact, Tabs } from './tabs.js';
import { tokenStorage } from './tokens.js';
import { createTransport } from './transport.js';
import type {
  AuthEvent,
  AuthEvents,
  ClientOptions,
  Credentials,
  Endpoints,
  SessionInfo,
  Snapshot,
} from './types.js';

const endpointsOfServe: Endpoints = {
  me: '/api/v1/me',
  signIn: '/api/v1/sign-in',
  signUp: '/api/v1/sign-up',
  signOut: '/api/v1/sign-out',
  refresh: '/api/v1/refresh',
  reauthenticate: '/api/v1/reauthenticate',
  password: '/api/v1/password',
  activity: '/api/v1/activity',
};

const channel = 'latchkey';
const lockedKey = 'latchkey.locked';
const refreshTimeout = 30_000;

/** Keeps one person signed in, in this page and together with the other tabs. */
export interface AuthClient<User = unknown> {
  /** Who is signed in. The same object until something changes. */
  getSnapshot(): Snapshot<User>;
  /** Calls `listener` when the snapshot has changed. Returns a function that stops it. */
  subscribe(listener: () => void): () => void;
  /** Calls `listener` when something happens. Returns a function that stops it. */
  on<E extends AuthEvent>(event: E, listener: (detail: AuthEvents[E]) => void): () => void;
  /**
   * Finds out who is signed in and starts watching clock, page and other tabs. Returns a function
   * that stops it. `AuthProvider` of the React package calls it.
   */
  start(): () => void;

  /** Signs in. Rejects with an AuthError, such as `invalid_credentials`. */
  login(credentials: Credentials): Promise<void>;
  /** Creates an account and signs in. Rejects with an AuthError, such as `username_taken`. */
  signUp(details: Credentials): Promise<void>;
  /** Signs out, in every tab. Repeating it does no harm. Rejects if the server could not be told. */
  logout(): Promise<void>;
  /** Renews now. False if the session has ended; rejects, changing nothing, if the server cannot be asked. */
  refresh(): Promise<boolean>;
  /** Proves again who the person is. Rejects with an AuthError, such as `invalid_credentials`. */
  reauthenticate(password: string): Promise<void>;
  /** Changes the password, which ends the person's other sessions. May need a recent sign-in, see `onNotFresh`. */
  changePassword(current: string, next: string): Promise<void>;
  /** The person is still here: ends the idle warning, in every tab. */
  stay(): void;

  /**
   * Like the global `fetch`, with credentials on requests to this origin and the allowed ones. An
   * answer of 401 renews once and sends the request again, unless its body is a stream or a
   * Request object's. Rejects with AuthError `network` if no answer came, and `idle` while locked.
   */
  fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response>;
  /**
   * Sets what asks for the password when a request needs a recent sign-in. The handler calls
   * `reauthenticate` and resolves to true, and the request is sent again; or to false, and the
   * caller of `fetch` gets the refusal. Without a handler it always does. Returns a function that
   * removes it.
   */
  onNotFresh(handler: () => Promise<boolean>): () => void;
  /** Milliseconds until the access token ends; 0 if unknown or past. */
  timeLeft(): number;
}

interface Answer<User> {
  user?: User;
  session?: { id: string; auth_time?: string | number; ends_at?: string | number };
  expires_in?: number;
  csrf_token?: string;
  access_token?: string;
  refresh_token?: string;
}

const asJSON = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
  body: JSON.stringify(body),
});

const instant = (time: string | number | undefined): number =>
  typeof time === 'number' ? time * 1000 : Date.parse(time ?? '') || 0;

/** Creates a client. It does nothing until it is used or started, so a module may create it. */
export function createAuthClient<User = unknown>(options: ClientOptions = {}): AuthClient<User> {
  const endpoints = { ...endpointsOfServe, ...options.endpoints };
  const transport = createTransport(options);
  const storage = options.mode === 'headers' ? tokenStorage(options.storage ?? 'memory') : undefined;
  const ask = options.refresh?.mode === 'ask';
  const leeway = milliseconds(options.refresh?.leeway ?? '30s');
  const lockTimeout = options.refresh?.lockTimeout ?? 3000;

  let snapshot: Snapshot<User> = { status: 'loading' };
  let known: { user: User; session: SessionInfo } | undefined;
  let era = 0; // grows when a session begins or ends: renewals of an earlier one are void
  let person = 0; // grows when it may be somebody else: no request is sent again as another person
  let renewals = 0; // grows when credentials arrive: a 401 of older ones is worth another try
  let renewedAt = 0;
  let expiresAt = 0;
  let lifetime = 0; // the longest that an access token of this session had left
  let skew = 0; // this clock minus the server's
  let renewing: Promise<boolean> | undefined;
  let leaving: Promise<void> | undefined;
  let asking: Promise<boolean> | undefined;
  let cancelRenewal = new AbortController();
  let notFresh: (() => Promise<boolean>) | undefined;
  let tabs: Tabs | undefined;
  let starts = 0;
  let stop = () => {};
  let retries = 0;
  let retryAt = 0;

  const listeners = new Set<() => void>();
  const events = new Map<AuthEvent, Set<(detail: never) => void>>();

  function show(next: Snapshot<User>): void {
    if (JSON.stringify(next) === JSON.stringify(snapshot)) return;
    snapshot = next;
    for (const listener of [...listeners]) listener();
  }

  function emit<E extends AuthEvent>(event: E, detail: AuthEvents[E]): void {
    for (const listener of [...(events.get(event) ?? [])]) {
      (listener as (detail: AuthEvents[E]) => void)(detail);
    }
  }

  const activity = createActivity(options.idle, {
    watching: () => snapshot.status === 'authenticated',
    tell: (at) => tabs?.tell({ type: 'active', at }),
    ping: () => void send(transport.url(endpoints.activity), asJSON({})).catch(() => {}),
    warn: (warning) => {
      if (snapshot.status === 'authenticated') show({ ...snapshot, warning });
    },
    idle() {
      if (options.idle?.action === 'lock') {
        lock(false);
        tabs?.tell({ type: 'locked' });
      } else {
        // The screen is cleared at once; the server hears of it when it can.
        void tellServerSignedOut().catch(() => {});
        leave('idle', false);
        tabs?.tell({ type: 'signedOut', reason: 'idle' });
      }
    },
  });

  // --- What the person may see ---

  function enter(): void {
    if (known) show({ status: 'authenticated', ...known, warning: 0 });
  }

  function leave(reason: string, elsewhere: boolean): void {
    forget();
    show(
      reason ? { status: 'expired', canRefresh: false, reason } : { status: 'anonymous' },
    );
    emit('signedOut', { elsewhere, reason });
  }

  function end(reason: string): void {
    const wasLoading = snapshot.status === 'loading';
    forget();
    if (wasLoading && reason === 'token_missing') return show({ status: 'anonymous' });
    show({ status: 'expired', canRefresh: false, reason });
    emit('expired', { reason });
  }

  function lapse(): void {
    if (snapshot.status === 'expired') return;
    show({ status: 'expired', canRefresh: true, reason: 'token_expired' });
    emit('expired', { reason: 'token_expired' });
  }

  function forget(): void {
    era++;
    person++;
    cancelRenewal.abort();
    known = undefined;
    expiresAt = 0;
    storage?.set(null);
    unlock();
  }

  function lock(elsewhere: boolean): void {
    if (snapshot.status !== 'authenticated') return;
    remember('1');
    show({ status: 'idle' });
    emit('idle', { elsewhere });
  }

  function unlock(): void {
    remember('');
    activity.reset();
  }

  // A lock survives a reload. It is a fact about the page, and no secret.
  function remember(locked: string): void {
    try {
      if (locked) localStorage.setItem(lockedKey, locked);
      else localStorage.removeItem(lockedKey);
    } catch {
      // Storage switched off: the lock lasts until the page is left.
    }
  }

  function wasLocked(): boolean {
    try {
      return options.idle?.action === 'lock' && localStorage.getItem(lockedKey) !== null;
    } catch {
      return false;
    }
  }

  // --- What answers bring ---

  /** Takes in the facts and tokens of an answer to a request that was sent at `sentAt`. */
  function accept(answer: Answer<User>, response: Response, sentAt: number): void {
    const bearer = /^Bearer (\S+)$/;
    const header = (name: string) => response.headers.get(name);
    const access = bearer.exec(header('Authorization') ?? '')?.[1] ?? answer.access_token;
    const refresh = bearer.exec(header('Refresh-Token') ?? '')?.[1] ?? answer.refresh_token;
    if (storage && access) {
      storage.set({ access, refresh: refresh ?? storage.get()?.refresh });
      renewals++;
    }
    const seconds = Number(answer.expires_in ?? header('Latchkey-Expires-In') ?? NaN);
    // Counted from before the request: never later than the server's own reckoning.
    if (seconds > 0) deadline(sentAt, seconds);
    if (answer.csrf_token) transport.remember(answer.csrf_token);

    const measured = Date.now() - Date.parse(header('Date') ?? '');
    if (Math.abs(measured - skew) > 2000) skew = measured;
    const { session } = answer;
    if (session) {
      const local = (time: string | number | undefined) => (instant(time) ? instant(time) + skew : 0);
      const facts = {
        id: session.id,
        authTime: local(session.auth_time),
        endsAt: local(session.ends_at),
      };
      if (known) known = { ...known, session: facts };
      if (answer.user) known = { user: answer.user, session: facts };
    }
  }

  function deadline(from: number, seconds: number): void {
    expiresAt = from + seconds * 1000;
    lifetime = Math.max(seconds * 1000, lifetime);
  }

  const stale = (margin: number) => expiresAt > 0 && Date.now() >= expiresAt - margin;
  const margin = () => Math.min(leeway, lifetime / 4);

  const body = async (response: Response): Promise<Answer<User>> => {
    if (!/\bjson\b/.test(response.headers.get('Content-Type') ?? '')) return {};
    const value: unknown = await response.clone().json().catch(() => null);
    return value && typeof value === 'object' ? value : {};
  };

  // --- Renewal ---

  function renew(): Promise<boolean> {
    const had = renewals;
    const began = era;
    renewing ??= withLock(channel, lockTimeout, async () => {
      if (era !== began) return survived();
      // Another tab may have renewed while this one waited for its turn.
      return renewals === had ? renewNow() : true;
    }).finally(() => (renewing = undefined));
    return renewing;
  }

  /** What a renewal answers whose session was replaced or ended while it was under way. */
  const survived = () => snapshot.status === 'authenticated';

  async function renewNow(): Promise<boolean> {
    const token = storage?.get()?.refresh;
    if (storage && !token) {
      end('token_expired');
      return false;
    }
    const began = era;
    const sentAt = Date.now();
    const cancel = (cancelRenewal = new AbortController());
    const patience = setTimeout(() => cancel.abort(), refreshTimeout);
    let response: Response;
    try {
      const init = { ...asJSON({}), signal: cancel.signal };
      response = await transport.send(transport.url(endpoints.refresh), init, token);
    } catch (cause) {
      if (era !== began) return survived();
      throw cause instanceof AuthError ? cause : networkError(cause);
    } finally {
      clearTimeout(patience);
    }
    const answer = await body(response);
    // Signed out, or in, meanwhile: what came is void.
    if (era !== began) return survived();
    if (!response.ok) {
      const error = await errorOf(response);
      if (response.status !== 401) throw error; // trouble at the server is not a sign-out
      end(error.reason || error.code);
      return false;
    }
    lifetime = 0;
    accept(answer, response, sentAt);
    renewed(false);
    tabs?.tell({ type: 'renewed', seconds: lifetime / 1000 });
    return true;
  }

  function renewed(elsewhere: boolean): void {
    renewals++;
    renewedAt = Date.now();
    if (snapshot.status === 'idle') unlock();
    if (snapshot.status !== 'authenticated') {
      if (known) enter();
      else if (snapshot.status !== 'loading') void load();
    }
    emit('renewed', { elsewhere });
  }

  // --- Requests ---

  async function send(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    if (!transport.trusts(input)) return fetch(input, init);
    check();
    if (snapshot.status === 'idle') {
      throw new AuthError('idle', 'This page is locked because nobody used it. Unlock it to go on.');
    }
    if (!ask && snapshot.status === 'authenticated' && stale(margin())) {
      await renew().catch(() => {}); // if it matters, the request itself will say so
    }
    const streamed =
      init?.body instanceof ReadableStream || (input instanceof Request && input.body !== null);
    const who = person;
    let mayRenew = true;
    let mayAsk = true;
    for (;;) {
      const had = renewals;
      const began = era;
      const sentAt = Date.now();
      const response = await transport.send(input, init, storage?.get()?.access);
      if (response.ok && era === began) {
        accept(storage ? await body(response) : {}, response, sentAt);
      }
      if (response.status !== 401 || ended()) return response;
      const { code, reason } = await errorOf(response);
      if (code === 'invalid_credentials' || person !== who) return response;
      if (code === 'not_fresh') {
        if (streamed || !mayAsk || !(await askForPassword())) return response;
        mayAsk = false;
      } else {
        const over = code === 'session_ended' || code === 'user_gone';
        if (over && (ask || !mayRenew)) end(reason || code);
        if (!mayRenew || ended()) return response;
        mayRenew = false;
        if (renewals === had) {
          if (ask) lapse();
          if (ask || !(await renew())) return response;
        }
      }
      if (streamed || person !== who) return response;
    }
  }

  const ended = () =>
    snapshot.status === 'anonymous' || (snapshot.status === 'expired' && !snapshot.canRefresh);

  function askForPassword(): Promise<boolean> {
    if (!notFresh) return Promise.resolve(false);
    asking ??= notFresh()
      .catch(() => false)
      .finally(() => (asking = undefined));
    return asking;
  }

  async function load(): Promise<void> {
    if (!transport.maybeSignedIn() || (storage && !storage.get())) {
      if (!ended()) leave('', true);
      return;
    }
    if (ended()) show({ status: 'loading' });
    const began = era;
    retryAt = Infinity;
    const sentAt = Date.now();
    try {
      const response = await send(transport.url(endpoints.me), { headers: { Accept: 'application/json' } });
      if (era !== began || snapshot.status === 'expired') return;
      if (response.status === 401) return end((await errorOf(response)).code);
      if (!response.ok) throw await errorOf(response);
      accept(await body(response), response, sentAt);
      retryAt = retries = 0;
      enter();
    } catch (cause) {
      if (era !== began || !(cause instanceof AuthError)) return;
      // Not knowing is no reason to send anybody to the sign-in page.
      if (snapshot.status === 'loading') show({ status: 'loading', problem: cause });
      retryAt = Date.now() + Math.min(1000 * 2 ** ++retries, 30_000);
    }
  }

  async function arrive(
    path: string,
    details: object,
    again: boolean,
  ): Promise<void> {
    // The cookies of a renewal must not arrive after those of the new session.
    if (again) await renewing?.catch(() => {});
    else cancelRenewal.abort();
    const sentAt = Date.now();
    const delivery = storage ? { delivery: 'body' } : {};
    const request = asJSON({ ...details, ...delivery });
    const response = await (again ? send : transport.send)(transport.url(path), request);
    if (!response.ok) throw await errorOf(response);
    const answer = await body(response);
    arrived(again);
    accept(answer, response, sentAt);
    if (answer.user) enter();
    else await load();
    tabs?.tell({ type: 'signedIn', again });
    emit('signedIn', { elsewhere: false });
  }

  function arrived(again: boolean): void {
    era++;
    if (!again) person++;
    renewals++;
    renewedAt = Date.now();
    lifetime = 0;
    unlock();
  }

  async function tellServerSignedOut(): Promise<void> {
    const token = storage?.get()?.access;
    const response = await transport.send(transport.url(endpoints.signOut), asJSON({}), token);
    if (!response.ok && response.status !== 401) throw await errorOf(response);
  }

  async function logoutNow(): Promise<void> {
    era++; // a renewal under way must not bring the session back
    cancelRenewal.abort();
    const telling = tellServerSignedOut();
    // Without its tokens the page is signed out; cookies only the server can take back.
    if (!storage) await telling;
    leave('', false);
    tabs?.tell({ type: 'signedOut', reason: '' });
    await telling;
  }

  // --- The clock, the page and the other tabs ---

  function check(): void {
    activity.check();
    const now = Date.now();
    if (snapshot.status === 'loading') {
      if (snapshot.problem && now >= retryAt) void load();
    } else if (snapshot.status === 'authenticated') {
      if (ask) {
        if (stale(0)) lapse();
      } else if (
        stale(margin()) &&
        document.visibilityState === 'visible' &&
        activity.last() > renewedAt &&
        !renewing &&
        now >= retryAt
      ) {
        renew().catch(() => (retryAt = Date.now() + 5000));
      }
    }
  }

  function heard(fact: Fact): void {
    const shared = !storage || storage.shared;
    if (fact.type === 'active') activity.heard(fact.at);
    else if (fact.type === 'locked') lock(true);
    else if (fact.type === 'signedOut') {
      if (!ended()) leave(fact.reason, true);
    } else if (!shared) return;
    else if (fact.type === 'renewed') {
      deadline(Date.now(), fact.seconds);
      renewed(true);
    } else {
      arrived(fact.again);
      void load().then(() => emit('signedIn', { elsewhere: true }));
    }
  }

  /** A page that comes back from the back/forward cache shows what was true when it was left. */
  function shown(event: PageTransitionEvent): void {
    if (event.persisted && snapshot.status === 'authenticated') void load();
    check();
  }

  function looked(): void {
    const hidden = document.visibilityState !== 'visible';
    // Signed out by a tab that could not tell this one.
    if (!hidden && snapshot.status === 'authenticated' && !transport.maybeSignedIn()) leave('', true);
    check();
  }

  function begin(): void {
    tabs = openTabs(channel, heard);
    const deaf = activity.listen();
    const tick = setInterval(check, 1000);
    const online = () => {
      retryAt = 0;
      check();
    };
    document.addEventListener('visibilitychange', looked);
    addEventListener('pageshow', shown);
    addEventListener('online', online);
    stop = () => {
      tabs?.close();
      tabs = undefined;
      deaf();
      clearInterval(tick);
      document.removeEventListener('visibilitychange', looked);
      removeEventListener('pageshow', shown);
      removeEventListener('online', online);
    };
    if (wasLocked()) show({ status: 'idle' });
    else if (snapshot.status === 'loading') void load();
  }

  return {
    getSnapshot: () => snapshot,
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    on(event, listener) {
      const set = events.get(event) ?? new Set();
      events.set(event, set.add(listener));
      return () => void set.delete(listener);
    },
    start() {
      if (starts++ === 0) begin();
      let running = true;
      return () => {
        if (running && --starts === 0) stop();
        running = false;
      };
    },
    login: (credentials) => arrive(endpoints.signIn, credentials, false),
    signUp: (details) => arrive(endpoints.signUp, details, false),
    logout: () => (leaving ??= logoutNow().finally(() => (leaving = undefined))),
    refresh: renew,
    reauthenticate: (password) => arrive(endpoints.reauthenticate, { password }, true),
    changePassword: (current, next) =>
      arrive(endpoints.password, { current_password: current, new_password: next }, true),
    stay: activity.stay,
    fetch: send,
    onNotFresh(handler) {
      notFresh = handler;
      return () => {
        if (notFresh === handler) notFresh = undefined;
      };
    },
    timeLeft: () => Math.max(0, expiresAt - Date.now()),
  };
}
