import { createActivity } from './activity.js';
import { AuthError, errorOf, sessionOver, tokenRefused, unreachable } from './errors.js';
import { createObservers } from './observers.js';
import { openTabs, withLock } from './tabs.js';
import type { Fact } from './tabs.js';
import { attempt } from './tokens.js';
import type {
  AuthClient,
  AuthEvent,
  ClientOptions,
  Credentials,
  Endpoint,
  Snapshot,
} from './types.js';
import { createWire, nowhere } from './wire.js';
import type { Wire } from './wire.js';

const lockedKey = 'latchkey.locked';
const lapsed = new AuthError('', 'token_expired', { status: 401 });
const refreshTimeout = 30_000;
const retryAfter = 5000;

/** Makes a function that is not run twice at a time: who calls meanwhile gets the run under way. */
function single<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= run().finally(() => (running = undefined)));
}

/** Creates a client. It does nothing until it is used or started, so a module may create it. */
export function createAuthClient<User = unknown>(
  options: ClientOptions<User> = {},
): AuthClient<User> {
  const { now, show, emit, on, subscribe } = createObservers<User>();
  const wire = createWire<User>(options, () => era);
  const { url, send, storage } = wire;
  const ask = options.refresh?.mode === 'ask';
  const canRefresh = url('refresh') !== nowhere;
  const passive = ask || !canRefresh; // the access token is left to end
  const locks = options.idle?.action === 'lock';

  let era = 0; // grows when a session begins or ends: renewals of an earlier one are void
  let person = 0; // grows when it may be somebody else: no request is sent again as another person
  let renewals = 0; // grows when tokens arrive: a request refused with older ones is worth a retry
  let renewedAt = Date.now();
  let retryAt = 0;
  let renewing: Promise<boolean> | undefined;
  let askPassword: (() => Promise<boolean>) | undefined;
  let cancelRenewal = new AbortController();
  let tabs: BroadcastChannel | undefined;

  const is = (status: Snapshot['status']) => now().status === status;
  const tell = (type: Fact['type'], reason = '', value = 0) =>
    tabs?.postMessage({ type, reason, value } satisfies Fact);
  /** Says what happened, here and in the other tabs. */
  const announce = (type: AuthEvent, reason?: string, value?: number) => {
    tell(type, reason, value);
    emit(type, false, reason);
  };

  /** Calls the server. Rejects unless it does as asked. */
  async function call(
    endpoint: Endpoint,
    body: object = {},
    how: Wire<User>['send'] = send,
    signal: AbortSignal | null = null,
    token?: string,
  ): Promise<void> {
    const init = {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    };
    const response = await how(url(endpoint), init, undefined, token);
    if (!response.ok) throw await errorOf(response);
  }

  /** Nobody is signed in, and no renewal could change that. */
  const over = () =>
    is('anonymous') || (is('expired') && !(now() as { canRefresh: boolean }).canRefresh);

  const activity = createActivity(options.idle, {
    authenticated: () => is('authenticated'),
    active: (at) => tell('active', '', at),
    activity: () => void call('activity', {}, request).catch(() => {}),
    warning(warning) {
      const snapshot = now();
      if (snapshot.status === 'authenticated') show({ ...snapshot, warning });
    },
    idle() {
      if (locks) {
        lock();
        announce('idle');
      } else {
        // The screen is cleared at once; whether the server hears of it must not matter to that.
        signOutAtServer().catch(() => {});
        goOut('idle');
      }
    },
  });

  // What the person may see.

  /** Shows who is signed in; false if no answer has said so. */
  function enter(): boolean {
    if (wire.known) show({ status: 'authenticated', ...wire.known, warning: 0 });
    return !!wire.known;
  }

  /** Makes a renewal that is under way void. */
  function cancel(): void {
    era++;
    cancelRenewal.abort();
  }

  /** Forgets the session; without a reason, as if there had been none. */
  function finish(reason: string, event?: AuthEvent, elsewhere = false): void {
    cancel();
    person++;
    wire.clear();
    unlock();
    show(reason ? { status: 'expired', canRefresh: false, reason } : { status: 'anonymous' });
    if (event) emit(event, elsewhere, reason);
  }

  /** The server says that there is no session any more. */
  function end({ code, reason }: AuthError): void {
    // On the first look, cookies that are not there say that nobody is signed in.
    if (is('loading') && code === 'token_missing') finish('');
    else finish(reason || code, 'expired');
  }

  /** Another tab signed out, or the cookies are gone. */
  const vanish = (reason = '') => finish(reason, 'signedOut', true);

  function goOut(reason: string): void {
    finish(reason, 'signedOut');
    tell('signedOut', reason);
  }

  /** The access token has ended, and `refresh` is for the person to call. */
  function lapse(): void {
    if (!canRefresh) return end(lapsed);
    if (is('expired')) return;
    show({ status: 'expired', canRefresh, reason: lapsed.code });
    emit('expired', false, lapsed.code);
  }

  // A lock survives a reload: it is kept in storage, as a fact about the page and no secret.
  function lock(): void {
    attempt(() => localStorage.setItem(lockedKey, '1'));
    show({ status: 'idle' });
  }

  function unlock(): void {
    if (locks) attempt(() => localStorage.removeItem(lockedKey));
    activity.reset();
  }

  // Renewal.

  const renewOnce = single(() => {
    const had = renewals;
    const began = era;
    return withLock(options.refresh?.lockTimeout ?? 3000, async () => {
      // Another tab may have renewed, or somebody signed out, while this one waited for its turn.
      return renewals !== had || (era === began && renewNow());
    });
  });
  const renew = () => (renewing = renewOnce());

  async function renewNow(): Promise<boolean> {
    const began = era;
    const had = renewals;
    const patience = (cancelRenewal = new AbortController());
    const timer = setTimeout(() => patience.abort(), refreshTimeout);
    try {
      if (!canRefresh) throw lapsed;
      await call('refresh', {}, send, patience.signal, storage?.get()?.refresh ?? '');
      // Signed out, or in, meanwhile: what came is void.
      if (era !== began) return renewals !== had;
      renewed();
      announce('renewed', '', wire.left() / 1000);
      return true;
    } catch (cause) {
      if (era !== began) return renewals !== had;
      if (!(cause instanceof AuthError)) throw unreachable();
      if (!tokenRefused(cause)) throw cause; // trouble at the server is not a sign-out
      end(cause);
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  function renewed(): void {
    renewals++;
    renewedAt = Date.now();
    if (is('idle')) unlock();
    if ((is('idle') || is('expired')) && !enter()) {
      show({ status: 'loading' });
      void load();
    }
  }

  // Requests.

  const request: AuthClient['fetch'] = async (input, init, via = fetch) => {
    if (!wire.allowed(input)) return via(input, init);
    check();
    if (is('idle')) throw new AuthError('This page is locked. Unlock it first.', 'idle');
    if (is('authenticated') && aging()) {
      await renew().catch(() => {}); // if it matters, the request itself will say so
    }
    const streamed =
      init?.body instanceof ReadableStream || (input instanceof Request && !!input.body);
    const who = person;
    let mayRenew = true;
    let mayAsk = true;
    for (;;) {
      const had = renewals;
      const response = await send(input, init, via);
      if (response.ok || over()) return response;
      const error = await errorOf(response);
      if (!tokenRefused(error) || person !== who) return response;
      if (error.code === 'not_fresh') {
        if (streamed || !mayAsk || !(await passwordGiven())) return response;
        mayAsk = false;
      } else {
        if (sessionOver(error) && (ask || !mayRenew)) end(error);
        if (!mayRenew || over()) return response;
        mayRenew = false;
        if (renewals === had) {
          // On the first look, cookies that are not there say that nobody is signed in.
          const nobody = is('loading') && error.code === 'token_missing';
          if (ask && !nobody) lapse();
          if (ask || !(await renew())) return response;
        }
      }
      if (streamed || person !== who) return response;
    }
  };

  /** Asks for the password, once for all requests that wait for it. */
  const passwordGiven = single(() =>
    (askPassword?.() ?? Promise.resolve(false)).catch(() => false),
  );

  async function load(): Promise<void> {
    if (!wire.maybe()) {
      if (!over()) vanish();
      return;
    }
    if (over()) show({ status: 'loading' });
    const began = era;
    retryAt = Infinity;
    wire.known = undefined;
    try {
      const response = await request(url('me'));
      if (era !== began || (!response.ok && is('expired'))) return;
      if (!response.ok) throw await errorOf(response);
      retryAt = 0;
      if (!enter()) vanish();
    } catch (cause) {
      if (era !== began || !(cause instanceof AuthError)) return;
      if (tokenRefused(cause)) return end(cause);
      // Not knowing is no reason to send anybody to the sign-in page.
      if (is('loading')) show({ status: 'loading', problem: cause });
      retryAt = Date.now() + retryAfter;
    }
  }

  // Coming and going.

  /** Sends a password; `again` if it is the signed-in person's. */
  async function arrive(endpoint: Endpoint, details: object, again: boolean): Promise<void> {
    // The cookies of a renewal must not arrive after those of the new session.
    if (again) await renewing?.catch(() => {});
    else cancel();
    const delivery = storage && { delivery: 'body' };
    await call(endpoint, { ...details, ...delivery }, again ? request : send);
    arrived(again);
    if (!enter()) await load();
    announce('signedIn', '', +again);
  }

  function arrived(again: boolean): void {
    era++;
    if (!again) person++;
    renewals++;
    renewedAt = Date.now();
    unlock();
  }

  const signOutAtServer = () =>
    call('sign-out').catch((error: unknown) => {
      if (!(error instanceof AuthError && error.status === 401)) throw error;
    });

  const leave = single(async () => {
    cancel(); // a renewal under way must not bring the session back
    const told = signOutAtServer();
    // Without its tokens a page is signed out; cookies only the server can take back.
    if (!storage) await told;
    goOut('');
    await told;
  });

  // The clock, the page and the other tabs.

  /** Whether it is time to renew without being asked. */
  const aging = () => !passive && wire.aging();

  function check(): void {
    activity.check();
    const snapshot = now();
    const due = Date.now() >= retryAt;
    if (snapshot.status === 'loading') {
      if (snapshot.problem && due) void load();
    } else if (snapshot.status === 'authenticated') {
      const used = document.visibilityState === 'visible' && activity.last() > renewedAt;
      if (passive && wire.left() <= 0) lapse();
      if (due && used && aging()) {
        renew().catch(() => (retryAt = Date.now() + retryAfter));
      }
    }
  }

  async function heard({ type, reason, value }: Fact): Promise<void> {
    if (type === 'active') return activity.heard(value);
    if (type === 'signedOut') return over() ? undefined : vanish(reason);
    if (type === 'idle') {
      if (!is('authenticated')) return;
      lock();
    } else if (storage && !storage.shared) {
      return;
    } else if (type === 'renewed') {
      wire.expires(Date.now(), value);
      renewed();
    } else {
      arrived(!!value);
      await load();
    }
    emit(type, true, reason);
  }

  function start(): () => void {
    const watch = new AbortController();
    const { signal } = watch;
    const tick = setInterval(check, 1000);
    const line = (tabs = openTabs((fact) => void heard(fact)));
    activity.listen(signal);
    const looked = (event: Event) => {
      // Signed out by a tab that could not tell this one; or the page comes from the back/forward
      // cache and shows what was true when it was left. Or signed in by one whose word was here
      // before its tokens: browsers carry what is stored to other tabs in their own time.
      const dubious = is('authenticated')
        ? (event as PageTransitionEvent).persisted || !wire.maybe()
        : is('anonymous') && storage?.shared && wire.maybe();
      if (dubious) void load();
      retryAt = 0;
      check();
    };
    for (const name of ['pageshow', 'visibilitychange', 'online', 'storage']) {
      addEventListener(name, looked, { signal });
    }
    if (locks && attempt(() => localStorage.getItem(lockedKey))) show({ status: 'idle' });
    else if (is('loading')) void load();
    return () => {
      watch.abort();
      clearInterval(tick);
      line?.close();
    };
  }

  return {
    getSnapshot: now,
    subscribe,
    on,
    start,
    login: (credentials: Credentials) => arrive('sign-in', credentials, false),
    signUp: (details: Credentials) => arrive('sign-up', details, false),
    logout: leave,
    refresh: renew,
    reauthenticate: (password) => arrive('reauthenticate', { password }, true),
    changePassword: (current, next) =>
      arrive('password', { current_password: current, new_password: next }, true),
    stay: activity.stay,
    fetch: request,
    onNotFresh(handler) {
      askPassword = handler;
      return () => {
        if (askPassword === handler) askPassword = undefined;
      };
    },
    timeLeft: () => Math.max(0, wire.left()),
  };
}
