import type { Page } from '@playwright/test';
import { expect, fits, heading, inspect, test } from './fixtures';
import type { Way } from './fixtures';

const details = 'Profile name: Nagato';

async function fill(page: Page, email = 'test', password = 'test'): Promise<void> {
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Submit' }).click();
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/profile`);
  await fill(page);
  await expect(page.getByText('To get your profile details:')).toBeVisible();
}

const click = (page: Page, name: string) => page.getByRole('button', { name }).click();

const token = (page: Page) => page.evaluate(() => localStorage.getItem('token'));

const noToken = async (page: Page) => {
  await expect(page.getByLabel('Email')).toBeVisible();
  await expect(page.getByText('To get your profile details:')).toBeHidden();
};

test('a login, the details, and a logout', async ({ page, start }) => {
  const { url } = await start('profile');
  await page.goto(`${url}/profile`);
  await noToken(page);
  await expect(page.getByRole('img', { name: 'Logo' })).toBeVisible();
  await fill(page, 'test', 'wrong');
  await expect(page.getByRole('alert')).toHaveText('Wrong email or password');
  await expect(page.getByLabel('Email')).toHaveValue('');
  await expect(page.getByLabel('Password')).toHaveValue('');
  expect(await token(page)).toBeNull();

  await fill(page);
  await expect(page).toHaveURL(`${url}/profile`);
  await expect(page.getByText(details)).toBeHidden();
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
  await expect(
    page.getByText("About me: Hello! I'm a full stack developer that loves python and javascript"),
  ).toBeVisible();
  const before = await token(page);
  expect(before).toMatch(/^ey/);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(['token']);

  await page.reload();
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
  expect(await token(page)).toBe(before); // with so much time left it is not renewed

  await click(page, 'Logout');
  await noToken(page);
  expect(await token(page)).toBeNull();
  expect(await page.context().cookies()).toEqual([]);
  await page.goBack();
  await expect(page.getByText(details)).toBeHidden();
  // The session is over on the server too.
  const headers = { Authorization: `Bearer ${String(before)}` };
  expect((await fetch(`${url}/profile`, { headers })).status).toBe(401);
});

test('a token in an answer replaces the stored one', async ({ page, start }) => {
  const { url } = await start('profile', '-renew-within', '2h');
  await signIn(page, url);
  const first = await token(page);
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
  await expect.poll(() => token(page)).not.toBe(first);
  const second = await token(page);
  await click(page, 'Click me');
  await expect.poll(() => token(page)).not.toBe(second);
});

test('whoever goes on using the page stays signed in beyond one lifetime', async ({
  page,
  start,
}) => {
  const { url } = await start('profile', '-access-ttl', '6s', '-renew-within', '1h');
  await signIn(page, url);
  for (let i = 0; i < 4; i++) {
    await page.waitForTimeout(2000); // the server's clock
    await click(page, 'Click me');
  }
  await expect(page.getByText(details)).toBeVisible();
});

test('a token that has ended leads to the login form', async ({ page, start }) => {
  const { url } = await start('profile', '-access-ttl', '2s', '-renew-within', '0s');
  await signIn(page, url);
  await page.reload();
  const button = page.getByRole('button', { name: 'Click me' });
  const form = page.getByLabel('Email');
  await expect(async () => {
    await expect(button.or(form)).toBeVisible();
    if (await button.isVisible()) await button.click();
    await expect(form).toBeVisible({ timeout: 500 });
  }).toPass();
  await expect(page.getByText('Your session has ended.')).toBeVisible();
  expect(await token(page)).toBeNull();
  await fill(page);
  await expect(page.getByText('To get your profile details:')).toBeVisible();
});

test('a token that is none leads to the login form', async ({ page, start }) => {
  const { url } = await start('profile');
  await page.goto(url);
  await page.evaluate(() => localStorage.setItem('token', 'garbage'));
  await page.goto(`${url}/profile`);
  await click(page, 'Click me');
  await noToken(page);
});

test('every tab is signed in, and signed out', async ({ page, context, start }) => {
  const { url } = await start('profile');
  const other = await context.newPage();
  await other.goto(url);
  await noToken(other);
  await signIn(page, url);
  await click(other, 'Click me');
  await expect(other.getByText(details)).toBeVisible();
  await click(page, 'Logout');
  await noToken(other);
  await expect(other.getByText(details)).toBeHidden();
});

test('a login can be for one tab alone', async ({ page, context, start }) => {
  const { url } = await start('profile');
  const other = await context.newPage();
  await other.goto(url);
  await page.goto(url);
  await page.getByLabel('Keep me signed in in this tab only').check();
  await fill(page);
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
  expect(await token(page)).toBeNull();
  await page.reload();
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
  await other.reload();
  await noToken(other);
});

test('a server that is away, and starts again', async ({ page, start }) => {
  const program = await start('profile');
  await signIn(page, program.url);
  await program.stop();
  await click(page, 'Click me');
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await program.start();
  await click(page, 'Click me');
  await expect(page.getByText(details)).toBeVisible();
});

const ways = (url: string): Way[] => [
  ['login', (page) => page.goto(`${url}/profile`)],
  [
    'login with an error',
    async (page) => {
      await fill(page, 'test', 'wrong');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'profile',
    async (page) => {
      await fill(page);
      await click(page, 'Click me');
      await expect(page.getByText(details)).toBeVisible();
      await page.getByText('For developers').click();
    },
  ],
];

for (const colours of ['light', 'dark'] as const) {
  test(`every page is accessible in ${colours} colours`, async ({ page, start }) => {
    const { url } = await start('profile');
    await inspect(page, ways(url), colours);
  });
}

test('at a width of 320 pixels no page scrolls sideways', async ({ page, start }) => {
  const { url } = await start('profile');
  await fits(page, ways(url));
});

test('with the keyboard alone', async ({ page, start }) => {
  const { url } = await start('profile');
  await page.goto(url);
  await noToken(page);
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('test');
  await page.keyboard.press('Tab');
  await page.keyboard.type('test');
  await page.keyboard.press('Enter');
  await expect(heading(page)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByText(details)).toBeVisible();
});
