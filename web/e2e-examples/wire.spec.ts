import type { Page } from '@playwright/test';
import { expect, test as base } from './fixtures';
import { startSite } from './origin';

// Front ends of another origin, which know nothing of our package: plain fetch, as the tutorials
// that the reference apps stand in for have it.

const test = base.extend<{ site: string }>({
  site: async ({}, use) => {
    const site = await startSite();
    await use(site.url);
    await site.stop();
  },
});

interface Answer {
  status: number;
  body: Record<string, string>;
  authorization: string | null;
  refreshToken: string | null;
  code: string | null;
}

/** Sends a request from the page, and returns what the page is allowed to see of the answer. */
function call(page: Page, url: string, init: RequestInit = {}): Promise<Answer | 'blocked'> {
  return page.evaluate(
    async ({ url, init }) => {
      try {
        const response = await fetch(url, init);
        return {
          status: response.status,
          body: (await response.json()) as Record<string, string>,
          authorization: response.headers.get('Authorization'),
          refreshToken: response.headers.get('Refresh-Token'),
          code: response.headers.get('Latchkey-Code'),
        };
      } catch {
        return 'blocked';
      }
    },
    { url, init },
  );
}

async function answered(page: Page, url: string, init?: RequestInit): Promise<Answer> {
  const answer = await call(page, url, init);
  if (answer === 'blocked') throw new Error(`${url}: the browser lets the page see nothing`);
  return answer;
}

const json = (body: object): RequestInit => ({
  method: 'POST',
  headers: { 'Content-Type': 'application/json' },
  body: JSON.stringify(body),
});

const bearer = (token: string | null | undefined): RequestInit => ({
  headers: { Authorization: `Bearer ${String(token)}` },
});

const demo = { username: 'testuser', password: 'password123' };

/** The same program under the name that cookies need: ports do not make a site, names do. */
const onLocalhost = (url: string) => url.replace('127.0.0.1', 'localhost');

test('spa, tokens in headers', async ({ page, start, site }) => {
  const { url } = await start('spa', '-cors', site);
  await page.goto(site);
  const wrong = await answered(page, `${url}/login`, json({ ...demo, password: 'x' }));
  expect(wrong).toMatchObject({ status: 401, body: { msg: 'Invalid credentials' } });
  const login = await answered(page, `${url}/login`, json(demo));
  expect(login).toMatchObject({ status: 200, body: { msg: 'Login successful' } });
  const [access, refresh] = [login.authorization, login.refreshToken].map(
    (value) => /^Bearer (.+)$/.exec(value ?? '')?.[1],
  );
  const seen = await answered(page, `${url}/protected`, bearer(access));
  expect(seen.body).toEqual({ logged_in_as: 'testuser' });
  const renewed = await answered(page, `${url}/refresh`, bearer(refresh));
  expect(renewed.body).toEqual({ msg: 'New Acccess Token Generated Successfully' });
  const token = renewed.authorization?.replace('Bearer ', '');
  expect((await answered(page, `${url}/protected`, bearer(token))).status).toBe(200);
  expect(await answered(page, `${url}/protected`)).toMatchObject({
    status: 401,
    body: { msg: 'Missing Authorization Header' },
    code: 'token_missing',
  });
  expect(await page.context().cookies()).toEqual([]);
});

test('spa, tokens in cookies', async ({ page, start, site }) => {
  const { url } = await start('spa', '-tokens', 'cookies', '-cors', site);
  const base = onLocalhost(url);
  await page.goto(site);
  const withCookies: RequestInit = { credentials: 'include' };
  const login = await answered(page, `${base}/login`, { ...json(demo), ...withCookies });
  expect(login).toMatchObject({ body: { msg: 'Login successful' }, authorization: null });
  const kept = await page.context().cookies(base);
  expect(kept.map(({ name }) => name).sort()).toEqual([
    'access_token_cookie',
    'refresh_token_cookie',
  ]);
  for (const cookie of kept) {
    expect(cookie).toMatchObject({ httpOnly: true, secure: true, sameSite: 'None', expires: -1 });
  }
  const seen = await answered(page, `${base}/protected`, withCookies);
  expect(seen.body).toEqual({ logged_in_as: 'testuser' });
  const renewed = await answered(page, `${base}/refresh`, withCookies);
  expect(renewed.body).toEqual({ msg: 'New Acccess Token Generated Successfully' });
  const logout = await answered(page, `${base}/logout`, withCookies);
  expect(logout.body).toEqual({ msg: 'Tokens removed from cookies' });
  expect(await page.context().cookies(base)).toEqual([]);
  expect(await answered(page, `${base}/protected`, withCookies)).toMatchObject({
    status: 401,
    body: { msg: 'Missing cookie "access_token_cookie"' },
  });
});

test('profile', async ({ page, start, site }) => {
  const { url } = await start('profile', '-cors', site, '-renew-within', '2h');
  await page.goto(site);
  const wrong = await answered(page, `${url}/token`, json({ email: 'test', password: 'x' }));
  expect(wrong).toMatchObject({ status: 401, body: { msg: 'Wrong email or password' } });
  const login = await answered(page, `${url}/token`, json({ email: 'test', password: 'test' }));
  expect(Object.keys(login.body)).toEqual(['access_token']);
  const tokens = await page.evaluate(
    async ({ url, first }) => {
      const seen = [first];
      localStorage.setItem('token', first);
      for (let i = 0; i < 2; i++) {
        const response = await fetch(`${url}/profile`, {
          headers: { Authorization: 'Bearer ' + String(localStorage.getItem('token')) },
        });
        const answer = (await response.json()) as { name: string; access_token?: string };
        if (answer.name === 'Nagato' && answer.access_token) {
          localStorage.setItem('token', answer.access_token);
        }
        seen.push(String(localStorage.getItem('token')));
      }
      return seen;
    },
    { url, first: login.body.access_token ?? '' },
  );
  expect(new Set(tokens).size).toBe(3);
  const logout = await answered(page, `${url}/logout`, { method: 'POST' });
  expect(logout.body).toEqual({ msg: 'logout successful' });
});

test('store', async ({ page, start, site }) => {
  const { url } = await start('store', '-cors', site);
  await page.goto(site);
  const alice = { username: 'alice', password: 'wonderland' };
  const wrong = await answered(page, `${url}/login`, json({ ...alice, password: 'x' }));
  expect(wrong).toMatchObject({ status: 401, body: { message: 'Login Failed' } });
  const login = await answered(page, `${url}/login`, json(alice));
  expect(login.body.message).toBe('Login Success');
  const name = await answered(page, `${url}/get_name`, bearer(login.body.access_token));
  expect(name.body).toEqual({ message: 'User found', name: 'Alice Liddell' });
});

test('a page of another site gets to see nothing, and changes nothing', async ({
  page,
  start,
  site,
}) => {
  const { url } = await start('spa', '-tokens', 'cookies', '-cors', site);
  const base = onLocalhost(url);
  await page.goto(site);
  await answered(page, `${base}/login`, { ...json(demo), credentials: 'include' });
  const stranger = await startSite();
  const foreign = stranger.url.replace('localhost', '127.0.0.1'); // another site, and no trusted one
  await page.goto(foreign);
  for (const path of ['/protected', '/refresh', '/logout']) {
    expect(await call(page, base + path, { credentials: 'include' })).toBe('blocked');
    await page.evaluate(
      (src) =>
        new Promise<unknown>((resolve) => {
          const image = new Image();
          image.onload = image.onerror = resolve;
          image.src = src;
        }),
      base + path,
    );
  }
  // A form needs no permission of CORS.
  await page.evaluate((action) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.action = action;
    document.documentElement.append(form);
    form.submit();
  }, `${base}/logout`);
  await expect(page.getByText('made by another site')).toBeVisible();
  await page.goto(site);
  const seen = await answered(page, `${base}/protected`, { credentials: 'include' });
  expect(seen.body).toEqual({ logged_in_as: 'testuser' });
  await stranger.stop();
});
