import { fileURLToPath } from 'node:url';
import type { AxiosRequestConfig, AxiosStatic } from 'axios';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures';
import { startSite } from './origin';
import { modes } from './spa';

// Front ends of the tutorials under development: axios, from a development server that hands what
// is no page on to the back end, so that all is of one origin.

const axios = fileURLToPath(new URL('../node_modules/axios/dist/axios.min.js', import.meta.url));

interface Answer {
  status: number;
  data: Record<string, string>;
  headers: Record<string, string>;
}

function call(page: Page, config: AxiosRequestConfig): Promise<Answer> {
  return page.evaluate(async (config) => {
    const { axios } = globalThis as unknown as { axios: AxiosStatic };
    const { status, data, headers } = await axios<Record<string, string>>({
      withCredentials: true,
      validateStatus: null,
      ...config,
    });
    return { status, data, headers: Object.fromEntries(Object.entries(headers)) };
  }, config);
}

const bearer = (token: string | undefined) => ({ Authorization: `Bearer ${String(token)}` });

test('profile', async ({ page, start }) => {
  const program = await start('profile', '-renew-within', '2h');
  const site = await startSite(program.url);
  await page.goto(`${site.url}/profile`); // a page, and not the call
  await page.addScriptTag({ path: axios });
  const login = await call(page, {
    method: 'POST',
    url: '/token',
    data: { email: 'test', password: 'test' },
  });
  expect(Object.keys(login.data)).toEqual(['access_token']);
  const headers = bearer(login.data.access_token);
  const seen = await call(page, { url: '/profile', headers });
  expect(seen.data).toMatchObject({ name: 'Nagato', access_token: expect.stringMatching(/^ey/) });
  expect(await call(page, { method: 'POST', url: '/logout', headers })).toMatchObject({
    data: { msg: 'logout successful' },
  });
  expect((await call(page, { url: '/profile', headers })).status).toBe(401);
  await site.stop();
});

for (const mode of modes) {
  test(`spa, tokens in ${mode}`, async ({ page, start }) => {
    const program = await start('spa', '-tokens', mode);
    const site = await startSite(program.url);
    await page.goto(site.url);
    await page.addScriptTag({ path: axios });
    const login = await call(page, {
      method: 'POST',
      url: '/login',
      data: { username: 'testuser', password: 'password123' },
    });
    expect(login.data).toEqual({ msg: 'Login successful' });
    // Cookies need no header; nor does the back end look at one then.
    const headers = { Authorization: login.headers.authorization ?? '' };
    const refresh = { Authorization: login.headers['refresh-token'] ?? '' };
    for (const method of ['GET', 'POST']) {
      expect(await call(page, { method, url: '/refresh', headers: refresh })).toMatchObject({
        data: { msg: 'New Acccess Token Generated Successfully' },
      });
      const seen = await call(page, { url: '/protected', headers });
      expect(seen.data).toEqual({ logged_in_as: 'testuser' });
    }
    const logout = await call(page, { url: '/logout', headers });
    expect(logout).toMatchObject(
      mode === 'headers'
        ? { status: 404 }
        : { status: 200, data: { msg: 'Tokens removed from cookies' } },
    );
    expect(await page.context().cookies()).toEqual([]);
    await site.stop();
  });
}

test('store', async ({ page, start }) => {
  const program = await start('store');
  const site = await startSite(program.url);
  await page.goto(site.url);
  await page.addScriptTag({ path: axios });
  const login = await call(page, {
    method: 'POST',
    url: '/login',
    data: { username: 'alice', email: 'alice@example.com', password: 'wonderland' },
  });
  expect(login.data.message).toBe('Login Success');
  const headers = bearer(login.data.access_token);
  const name = await call(page, { url: '/get_name', headers });
  expect(name.data).toEqual({ message: 'User found', name: 'Alice Liddell' });
  const cart = await call(page, {
    method: 'POST',
    url: '/cart',
    headers,
    data: { product_id: 2 },
  });
  expect(cart.status).toBe(200);
  expect((await call(page, { method: 'DELETE', url: '/cart/2', headers })).status).toBe(200);
  await site.stop();
});
