import type { Page } from '@playwright/test';
import { expect, fits, heading, inspect, test } from './fixtures';
import type { Way } from './fixtures';

async function fill(page: Page, username = 'alice', password = 'wonderland'): Promise<void> {
  await page.getByPlaceholder('Username').fill(username);
  await page.getByPlaceholder('Your Password').fill(password);
  await click(page, 'Log In');
}

async function logIn(page: Page, url: string, username?: string, password?: string) {
  await page.goto(url);
  await fill(page, username, password);
  await expect(heading(page)).toHaveText(/Welcome/);
}

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

const go = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name }).click();

const goods = (page: Page) => page.getByRole('main').getByRole('listitem');

test('a login, and the errors that it can have', async ({ page, start }) => {
  const { url } = await start('store');
  await page.goto(url);
  await expect(page).toHaveURL(`${url}/login`);
  for (const placeholder of ['Username', 'Your email', 'Your Password']) {
    await expect(page.getByPlaceholder(placeholder)).toBeVisible();
  }
  await expect(page.getByRole('contentinfo')).toBeVisible();
  await fill(page, 'alice', 'wrong');
  await expect(page.getByRole('alert')).toContainText('Login Failed');
  await expect(page.getByRole('alert')).toBeFocused();
  await expect(page).toHaveTitle(/^Error: /);
  await fill(page);
  await expect(heading(page)).toHaveText('Welcome, Alice Liddell');
  await expect(page).toHaveURL(`${url}/protected`);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['access_token']);
  await page.reload();
  await expect(heading(page)).toHaveText('Welcome, Alice Liddell');

  const token = await page.evaluate(() => localStorage.access_token as string);
  await go(page, 'Products');
  await click(page, 'Log Out');
  await expect(heading(page)).toHaveText('Log in');
  expect(await page.evaluate(() => localStorage.length)).toBe(0);
  await page.goBack();
  await expect(heading(page)).toHaveText('Log in');
  await expect(page.getByText('Alice')).toBeHidden();
  const headers = { Authorization: `Bearer ${token}` };
  expect((await fetch(`${url}/get_name`, { headers })).status).toBe(401);
});

test('cart and wishlist are stored, for each person', async ({ page, start }) => {
  const program = await start('store');
  const { url } = program;
  await logIn(page, url);
  await go(page, 'Products');
  await expect(goods(page)).toContainText(['Sofa', 'Chair', 'Table', 'Swing']);
  await click(page, 'Add Sofa to cart');
  await expect(page.getByRole('status')).toHaveText('Sofa is in your cart.');
  await click(page, 'Add Table to cart');
  await click(page, 'Add Swing to wishlist');
  await expect(page.getByRole('button', { name: 'Remove Swing from wishlist' })).toBeVisible();
  await go(page, 'Cart');
  await expect(goods(page)).toContainText(['Sofa', 'Table']);
  await expect(page.getByText('Total $698.00')).toBeVisible();

  await program.stop();
  await program.start();
  await page.reload();
  await expect(goods(page)).toContainText(['Sofa', 'Table']);
  await click(page, 'Remove Sofa from cart');
  await expect(goods(page)).toHaveText([/Table/]);
  await go(page, 'Wishlist');
  await expect(goods(page)).toHaveText([/Swing/]);
  await page.reload();
  await expect(goods(page)).toHaveText([/Swing/]);

  await click(page, 'Log Out');
  await fill(page, 'bob', 'builder');
  await go(page, 'Cart');
  await expect(page.getByText('Your cart is empty.')).toBeVisible();
});

test('somebody new signs up', async ({ page, start }) => {
  const { url } = await start('store');
  await page.goto(`${url}/signup`);
  await page.getByLabel('Username').fill('alice');
  await page.getByLabel('Password').fill('short');
  await click(page, 'Sign Up');
  await expect(page.getByRole('alert')).toContainText(/password/);
  await expect(page.getByLabel('Password')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Password').fill('seven wet umbrellas');
  await click(page, 'Sign Up');
  await page.getByRole('alert').getByRole('link', { name: /taken/ }).click();
  await expect(page.getByLabel('Username')).toBeFocused();
  await page.getByLabel('Username').fill('carol');
  await page.getByLabel('Your name').fill('Carol <b>C</b>');
  await click(page, 'Sign Up');
  await expect(heading(page)).toHaveText('Welcome, Carol <b>C</b>');
  await click(page, 'Log Out');
  await fill(page, 'carol', 'seven wet umbrellas');
  await expect(heading(page)).toHaveText(/Welcome/);
});

test('a token that has ended leads to log in, and back to the page', async ({ page, start }) => {
  const { url } = await start('store', '-access-ttl', '2s');
  await page.goto(`${url}/wishlist`);
  await fill(page);
  await expect(heading(page)).toHaveText('Wishlist');
  await expect(heading(page)).toHaveText('Log in');
  await expect(page.getByText('Your session has ended.')).toBeVisible();
  await fill(page);
  await expect(page).toHaveURL(`${url}/wishlist`);
});

test('a token that is none, or of another app, leads to log in', async ({ page, start }) => {
  const [{ url }, other] = await Promise.all([start('store'), start('profile')]);
  const answer = await fetch(`${other.url}/token`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'test', password: 'test' }),
  });
  const { access_token } = (await answer.json()) as { access_token: string };
  for (const token of ['garbage', access_token]) {
    await page.goto(`${url}/login`);
    await page.evaluate((text) => localStorage.setItem('access_token', text), token);
    await page.goto(`${url}/cart`);
    await expect(heading(page)).toHaveText('Log in');
  }
});

test('logging in and out reaches every tab', async ({ page, context, start }) => {
  const { url } = await start('store');
  const other = await context.newPage();
  await other.goto(`${url}/cart`);
  await expect(heading(other)).toHaveText('Log in');
  await logIn(page, url);
  await expect(heading(other)).toHaveText('Cart');
  await click(page, 'Log Out');
  await expect(heading(other)).toHaveText('Log in');
});

test('a server that is away', async ({ page, start }) => {
  const program = await start('store');
  await logIn(page, program.url);
  await go(page, 'Products');
  await program.stop();
  await click(page, 'Add Chair to cart');
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await program.start();
  await click(page, 'Add Chair to cart');
  await expect(page.getByRole('status')).toHaveText('Chair is in your cart.');
});

const ways = (url: string): Way[] => [
  [
    'log in with an error',
    async (page) => {
      await page.goto(url);
      await fill(page, 'alice', 'wrong');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'sign up with an error',
    async (page) => {
      await page.goto(`${url}/signup`);
      await click(page, 'Sign Up');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  ['overview', (page) => logIn(page, url)],
  [
    'products',
    async (page) => {
      await go(page, 'Products');
      await click(page, 'Add Sofa to cart');
      await expect(page.getByRole('status')).toBeVisible();
    },
  ],
  [
    'cart',
    async (page) => {
      await go(page, 'Cart');
      await expect(page.getByText('Total')).toBeVisible();
    },
  ],
  [
    'wishlist',
    async (page) => {
      await go(page, 'Wishlist');
      await page.getByText('For developers').click();
    },
  ],
];

for (const colours of ['light', 'dark'] as const) {
  test(`every page is accessible in ${colours} colours`, async ({ page, start }) => {
    const { url } = await start('store');
    await inspect(page, ways(url), colours);
  });
}

test('at a width of 320 pixels no page scrolls sideways', async ({ page, start }) => {
  const { url } = await start('store');
  await fits(page, ways(url));
});

test('with the keyboard alone', async ({ page, start }) => {
  const { url } = await start('store');
  await page.goto(url);
  await page.getByPlaceholder('Username').focus();
  await page.keyboard.type('alice');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.type('wonderland');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toBeFocused();
  await expect(heading(page)).toHaveText(/Welcome/);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toHaveText('Products');
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toHaveText('Sofa is in your cart.');
});
