import { gestures, idleLimits } from './activity.js';
import { milliseconds } from './duration.js';
import { AuthError, errorOf, jsonOf, sessionOver, tokenRefused, unreachable } from './errors.js';
import { createObservers } from './observers.js';
import { bearer, expiresIn, originOf } from './protocol.js';
import type { Answer, Input } from './protocol.js';
import { openTabs, withLock } from './tabs.js';
import type { Fact } from './tabs.js';
import { place, tokenStorage } from './tokens.js';
import type {
  AuthClient,
  AuthEvent,
  ClientOptions,
  Endpoint,
  SessionInfo,
  Snapshot,
} from './types.js';

// A lock survives a reload: it is kept in storage, as a fact about the page and no secret.
const locked = place('local', 'latchkey.locked');
const refreshTimeout = 30_000;
const retryAfter = 5000;

type SignedIn<User> = Extract<Snapshot<User>, { status: 'authenticated' }>;

/** Makes a function that is not run twice at a time: who calls meanwhile gets the run under way. */
function single<T>(run: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => (running ??= run().finally(() => (running = undefined)));
}

/** Creates a client. It does nothing until it is used or started, so a module may create it. */
export function createAuthClient<User = unknown>({
  mode,
  baseUrl = '',
  storage: kept = 'memory',
  refresh = {},
  idle,
  allowedOrigins = [],
  csrf = {},
  adapt = (send) => send,
}: ClientOptions = {}): AuthClient<User> {
  const { now, show, emit, on, subscribe } = createObservers<User>();
  const { leeway = '30s', lockTimeout = 3000 } = refresh;
  const longestMargin = milliseconds(leeway);
  const [patience, lead] = idleLimits(idle);
  const storage =
    mode !== 'headers' ? undefined : typeof kept === 'string' ? tokenStorage(kept) : kept;
  const ask = refresh.mode === 'ask';
  const passive = ask || refresh.mode === 'never'; // the access token is left to end
  const locks = idle?.action === 'lock';

  let era = 0; // grows when a session begins or ends: what still comes of an earlier one is void
  let person = 0; // grows when it may be somebody else: no request is sent again as another person
  let renewals = 0; // grows when tokens arrive: a request refused with older ones is worth a retry
  let renewedAt = Date.now();
  let renewing: Promise<boolean> | undefined;
  let cancelRenewal = new AbortController();
  let retryAt = 0;
  let known: { user: User; session: SessionInfo } | undefined; // as far as answers have said
  let expiresAt = Infinity;
  let margin = 0; // with so little left the access token should be renewed
  let skew = 0; // this clock minus the server's
  let csrfValue = ''; // of the last answer that had one
  let activeAt = Date.now(); // the person, here or in another tab
  let pingedAt = activeAt;
  let askPassword: (() => Promise<boolean>) | undefined;
  let tabs: BroadcastChannel | undefined;

  const is = (status: Snapshot['status']) => now().status === status;
  /** Somebody is signed in, or that is being found out. */
  const settled = () => is('authenticated') || is('loading');
  /** Nobody is signed in, and no renewal could change that. */
  const over = () => is('anonymous') || (now() as { canRefresh?: boolean }).canRefresh === false;

  const tell = (type: Fact['type'], value = 0, reason = '') =>
    tabs?.postMessage({ type, reason, value } satisfies Fact);
  /** Says what happened, here and in the other tabs. */
  const announce = (type: AuthEvent, value?: number) => {
    tell(type, value);
    emit(type);
  };

  // What the person may see.

  /** Shows who is signed in; false if no answer has said so. */
  const enter = () => {
    if (known) show({ status: 'authenticated', ...known, warning: 0 });
    return known;
  };

  /** Makes a renewal that is under way void. */
  const cancel = () => {
    era++;
    cancelRenewal.abort();
  };

  /** Forgets the session; without a reason, as if there had been none. */
  const finish = (reason: string, event?: AuthEvent, elsewhere?: boolean) => {
    cancel();
    person++;
    known = undefined;
    expiresAt = Infinity;
    storage?.set(null);
    unlock();
    show(reason ? { status: 'expired', canRefresh: false, reason } : { status: 'anonymous' });
    if (event) emit(event, reason, elsewhere);
  };

  /** The server says, or the clock, that the session is over; or only that a renewal is due. */
  const end = ({ code, reason }: { code: string; reason?: string }, canRefresh = false) => {
    // On the first look, cookies that are not there say that nobody is signed in.
    if (is('loading') && code === 'token_missing') finish('');
    else if (!canRefresh) finish(reason || code, 'expired');
    else if (!is('expired')) {
      show({ status: 'expired', canRefresh, reason: code });
      emit('expired', code);
    }
  };

  /** Another tab signed out, or the cookies are gone. */
  const vanish = (reason?: string) => finish(reason ?? '', 'signedOut', true);

  const lock = () => {
    locked.set('1');
    show({ status: 'idle' });
  };

  const unlock = () => {
    if (locks) locked.set();
    activeAt = pingedAt = Date.now();
  };

  // Talking to the server.

  const url = (endpoint: Endpoint) => baseUrl + '/api/v1/' + endpoint;
  // On https the server puts a prefix in front of the cookie's name.
  const cookie = () =>
    csrf &&
    RegExp(`; (__(Host|Secure)-)?${csrf.cookie ?? 'latchkey_csrf'}=([^;]*)`).exec(
      '; ' + document.cookie,
    )?.[3];
  /** False if cookie or storage show that nobody is signed in, so that the server need not be asked. */
  const maybe = () =>
    storage ? storage.get() : !csrf || originOf(baseUrl) !== location.origin || cookie();

  /** How many milliseconds the access token has left. */
  const left = () => expiresAt - Date.now();
  const aging = () => !passive && left() < margin;
  const expires = (seconds: number, from = Date.now()) => {
    expiresAt = from + seconds * 1000;
    margin = Math.min(longestMargin, seconds * 250);
  };
  const localTime = (time = '') => Date.parse(time) + skew || 0;

  /** Takes in what an answer brings. */
  const accept = (answer: Partial<Answer<User>>, headers: Headers, sentAt: number) => {
    const access = bearer(headers, 'authorization') ?? answer.access_token;
    if (storage && access) {
      const refresh =
        bearer(headers, 'refresh-token') ?? answer.refresh_token ?? storage.get()?.refresh;
      storage.set({ access, refresh });
    }
    csrfValue = answer.csrf_token ?? csrfValue;
    // Counted from before the request: never later than by the server's own reckoning.
    const seconds = Number(answer.expires_in ?? headers.get(expiresIn));
    if (seconds) expires(seconds, sentAt);

    const measured = Date.now() - Date.parse(headers.get('date') ?? '');
    if (Math.abs(measured - skew) > 2000) skew = measured;
    const { user = known?.user, session } = answer;
    if (session && user !== undefined) {
      const { id, auth_time, ends_at } = session;
      known = { user, session: { id, authTime: localTime(auth_time), endsAt: localTime(ends_at) } };
    }
  };

  /** Sends, by `via`, once, with credentials. Rejects with AuthError `network` if no answer comes. */
  const send = async (input: Input, init: RequestInit = {}, via = fetch): Promise<Response> => {
    const request = input as Partial<Request>; // what is none has none of its members
    const headers = new Headers(init.headers ?? request.headers);
    const sent: RequestInit = { ...init, headers };
    if (storage) {
      const token = storage.get()?.[input === url('refresh') ? 'refresh' : 'access'];
      if (token) headers.set('authorization', 'Bearer ' + token);
    } else {
      if (originOf(input) !== location.origin) sent.credentials = 'include';
      // The cookie is newer than what an answer had when another tab has signed in since.
      const value = csrf && (cookie() || csrfValue);
      if (value && !/^(get|head|options)$/i.test(init.method ?? request.method ?? 'get')) {
        headers.set('x-csrf-token', value);
      }
    }
    const began = era;
    const sentAt = Date.now();
    const response = await adapt(via)(input, sent).catch((cause: unknown) => {
      // Anything else is the caller's own, such as an abort.
      throw cause instanceof TypeError ? unreachable() : cause;
    });
    // In cookie mode few answers have something for us; a header marks those with tokens.
    if (response.ok && (storage || input === url('me') || response.headers.has(expiresIn))) {
      const answer = await jsonOf<Answer<User>>(response);
      if (era === began) accept(answer, response.headers, sentAt);
    }
    return response;
  };

  /** Calls the server, by GET if there is nothing to send. Rejects unless it does as asked. */
  const call = async (
    endpoint: Endpoint,
    body?: object,
    how = send,
    signal: AbortSignal | null = null,
  ) => {
    const init = body && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    };
    const response = await how(url(endpoint), init);
    if (!response.ok) throw await errorOf(response);
  };

  // Renewal.

  const renewOnce = async () => {
    const had = renewals;
    const began = era;
    // Another tab has renewed, or somebody signed in or out: what comes of this renewal is void.
    const overtaken = () => renewals !== had || era !== began;
    await withLock(lockTimeout, async () => {
      cancelRenewal = new AbortController();
      const timer = setTimeout(() => cancelRenewal.abort(unreachable()), refreshTimeout);
      try {
        if (!overtaken()) await call('refresh', {}, send, cancelRenewal.signal);
        if (!overtaken()) {
          renewed();
          announce('renewed', left() / 1000);
        }
      } catch (cause) {
        if (!overtaken()) {
          if (!tokenRefused(cause as AuthError)) throw cause; // trouble at the server is not a sign-out
          end(cause as AuthError);
        }
      } finally {
        clearTimeout(timer);
      }
    });
    return renewals !== had;
  };
  const renew = () => (renewing ??= renewOnce().finally(() => (renewing = undefined)));

  const arrived = () => {
    renewals++;
    renewedAt = Date.now();
  };

  const renewed = () => {
    arrived();
    if (settled()) return;
    unlock();
    if (!enter()) void load();
  };

  // Requests.

  const request: AuthClient['fetch'] = async (input, init, via = fetch) => {
    const trusted = [location.origin, originOf(baseUrl), ...allowedOrigins];
    if (!trusted.includes(originOf(input))) return via(input, init);
    check();
    if (is('idle')) throw new AuthError('This page is locked. Unlock it first.', 'idle');
    if (aging()) await renew().catch(() => {}); // if it matters, the request itself will say so
    const streamed = init?.body instanceof ReadableStream || !!(input as Request).body;
    const who = person;
    let mayRenew = 1;
    let mayAsk = 1;
    for (;;) {
      const had = renewals;
      const response = await send(input, init, via);
      if (response.ok || over()) return response;
      const error = await errorOf(response);
      if (!tokenRefused(error) || person !== who) return response;
      if (error.code === 'not_fresh') {
        if (streamed || !mayAsk-- || !(await passwordGiven().catch(() => {}))) return response;
      } else if (passive && renewals === had) {
        end(error, ask && !sessionOver(error));
        return response;
      } else {
        if (!mayRenew && sessionOver(error)) end(error);
        if (!mayRenew-- || (renewals === had && !(await renew()))) return response;
      }
      if (streamed || person !== who) return response;
    }
  };

  /** Asks for the password, once for all requests that wait for it. */
  const passwordGiven = single(async () => askPassword?.());

  /** Finds out who is signed in. */
  const load = async () => {
    if (!maybe()) return over() ? undefined : vanish();
    if (!settled()) show({ status: 'loading' });
    const began = era;
    retryAt = Infinity;
    known = undefined;
    try {
      await call('me', undefined, request);
      if (era !== began) return;
      retryAt = 0;
      if (!enter()) vanish();
    } catch (cause) {
      const problem = cause as AuthError;
      if (era !== began || is('expired')) return;
      if (tokenRefused(problem)) return end(problem);
      // Not knowing is no reason to send anybody to the sign-in page.
      if (is('loading')) show({ status: 'loading', problem });
      retryAt = Date.now() + retryAfter;
    }
  };

  // Coming and going.

  /** Sends a password; `again` is 1 if it is the signed-in person's. */
  const arrive = async (endpoint: Endpoint, details: object, again = 0) => {
    // The cookies of a renewal must not arrive after those of the new session.
    if (again) await renewing?.catch(() => {});
    else cancel();
    const delivery = storage && { delivery: 'body' };
    await call(endpoint, { ...details, ...delivery }, again ? request : send);
    begun(again);
    if (!enter()) await load();
    announce('signedIn', again);
  };

  const begun = (again: number) => {
    era++;
    if (!again) person++;
    arrived();
    unlock();
  };

  /** Signs out; `reason` is why, if the person did not ask for it. */
  const leave = async (reason = '') => {
    cancel(); // a renewal under way must not bring the session back
    const told = call('sign-out', {}).catch((error: unknown) => {
      if ((error as AuthError).status !== 401) throw error;
    });
    // Without its tokens a page is signed out; cookies only the server can take back. That somebody
    // is away clears the screen at once; whether the server hears of it must not matter to that.
    if (!storage && !reason) await told;
    finish(reason, 'signedOut');
    tell('signedOut', 0, reason);
    await told;
  };

  // Whether anybody is there.

  /** Compares the clock with the deadlines of a signed-in person. */
  const checkIdle = () => {
    if (!is('authenticated')) return;
    const deadline = activeAt + patience;
    const rest = deadline - Date.now();
    if (rest > 0) show({ ...(now() as SignedIn<User>), warning: rest <= lead ? deadline : 0 });
    else if (locks) {
      lock();
      announce('idle');
    } else leave('idle').catch(() => {});
  };

  /** The person did something, here or in another tab. */
  const active = (at: number) => {
    activeAt = Math.max(activeAt, at);
    checkIdle();
  };

  const stay = () => {
    active(Date.now());
    if (idle) tell('active', Date.now());
    if (is('authenticated') && Date.now() - pingedAt >= patience / 3) {
      pingedAt = Date.now();
      call('activity', {}, request).catch(() => {});
    }
  };

  const gesture = () => {
    // First the deadlines: the gesture that wakes a laptop must not revive a session that was
    // over hours ago. A gesture during the warning does not answer it.
    checkIdle();
    if (!(now() as { warning?: number }).warning && Date.now() - activeAt >= 1000) stay();
  };

  // The clock, the page and the other tabs.

  const check = () => {
    checkIdle();
    const due = Date.now() >= retryAt;
    if (due && (now() as { problem?: AuthError }).problem) void load();
    if (!is('authenticated')) return;
    const used = activeAt > renewedAt && document.visibilityState === 'visible';
    if (passive && left() <= 0) end({ code: 'token_expired' }, ask);
    if (due && used && aging()) renew().catch(() => (retryAt = Date.now() + retryAfter));
  };

  const heard = async ({ type, reason, value }: Fact) => {
    if (type === 'active') return active(value);
    if (type === 'signedOut') return over() ? undefined : vanish(reason);
    if (type === 'idle') {
      if (!is('authenticated')) return;
      lock();
    } else if (storage && !storage.shared) {
      return;
    } else if (type === 'renewed') {
      expires(value);
      renewed();
    } else {
      begun(value);
      await load();
    }
    emit(type, reason, true);
  };

  const looked = (event: Event) => {
    // Signed out by a tab that could not tell this one; or the page comes from the back/forward
    // cache and shows what was true when it was left. Or signed in by one whose word was here
    // before its tokens: browsers carry what is stored to other tabs in their own time.
    const dubious = is('authenticated')
      ? (event as PageTransitionEvent).persisted || !maybe()
      : is('anonymous') && storage?.shared && maybe();
    if (dubious) void load();
    retryAt = 0;
    check();
  };

  const start = () => {
    const watch = new AbortController();
    const how = { capture: true, signal: watch.signal };
    const tick = setInterval(check, 1000);
    tabs = openTabs((fact) => void heard(fact));
    for (const name of ['pageshow', 'visibilitychange', 'online', 'storage']) {
      addEventListener(name, looked, how);
    }
    for (const name of gestures) addEventListener(name, gesture, how);
    if (locks && locked.get()) show({ status: 'idle' });
    else if (is('loading')) void load();
    return () => {
      watch.abort();
      clearInterval(tick);
      tabs?.close();
      tabs = undefined;
    };
  };

  return {
    getSnapshot: now,
    subscribe,
    on,
    start,
    login: (credentials) => arrive('sign-in', credentials),
    signUp: (details) => arrive('sign-up', details),
    logout: single(leave),
    refresh: renew,
    reauthenticate: (password) => arrive('reauthenticate', { password }, 1),
    changePassword: (current, next) =>
      arrive('password', { current_password: current, new_password: next }, 1),
    stay,
    fetch: request,
    onNotFresh(handler) {
      askPassword = handler;
      return () => {
        if (askPassword === handler) askPassword = undefined;
      };
    },
    timeLeft: () => Math.max(0, left()),
  };
}
