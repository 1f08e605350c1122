import type { Page } from '@playwright/test';
import { expect, fits, heading, inspect, test } from './fixtures';
import type { Way } from './fixtures';

const four = [
  'access_token_cookie',
  'csrf_access_token',
  'csrf_refresh_token',
  'refresh_token_cookie',
];

const cookies = async (page: Page) =>
  (await page.context().cookies()).map(({ name }) => name).sort();

/** Fills in the form for a name and a password that is on the page. */
async function fill(page: Page, username = 'testuser', password = 'password123'): Promise<void> {
  await page.locator('[name=username]').fill(username);
  await page.locator('[name=password]').fill(password);
  await page.locator('[name=password]').press('Enter');
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/login`);
  await fill(page);
  await expect(heading(page)).toHaveText('Hello, testuser');
}

/** Makes the next sign-in check find a token that is no longer fresh. */
const refresh = (page: Page, url: string) => page.goto(`${url}/token/refresh`);

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });

    test('a visitor is led to sign in and back, and signs out', async ({ page, start }) => {
      const { url } = await start('pages');
      await page.goto(url);
      await expect(heading(page)).toHaveText('Hello, visitor');
      expect(await cookies(page)).toEqual([]);
      await page.getByRole('link', { name: 'Service' }).click();
      await expect(page).toHaveURL(`${url}/signup?next=%2Fservice`);
      await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
      await fill(page, 'testuser', 'wrong');
      await expect(page.getByRole('alert')).toHaveText('The username or the password is wrong.');
      await expect(page.locator('[name=username]')).toHaveValue('testuser');
      expect(await cookies(page)).toEqual([]);
      await fill(page);
      await expect(page).toHaveURL(`${url}/service`);
      expect(await cookies(page)).toEqual(four);
      await page.getByRole('link', { name: 'Home' }).click();
      await expect(heading(page)).toHaveText('Hello, testuser');
      await page.getByRole('link', { name: 'Sign out' }).click();
      await expect(page).toHaveURL(`${url}/`);
      await expect(heading(page)).toHaveText('Hello, visitor');
      expect(await cookies(page)).toEqual([]);
      await page.goBack();
      await page.goBack();
      await expect(page.getByText('testuser')).toBeHidden();
    });

    test('settings are saved, and a form without the CSRF value is not', async ({
      page,
      start,
    }) => {
      const { url } = await start('pages');
      await signIn(page, url);
      await page.getByRole('link', { name: 'Account', exact: true }).click();
      await expect(page.locator('form')).toHaveCount(1);
      const field = page.locator('input[type=hidden][name=csrf_token]');
      const readable = (await page.context().cookies()).find((c) => c.name === 'csrf_access_token');
      expect(await field.inputValue()).toBe(readable?.value);
      const email = page.getByLabel('E-mail');
      await expect(email).toHaveValue('testuser@example.com');
      await email.press('Enter'); // unchanged
      await expect(page).toHaveURL(`${url}/account`);
      await expect(page.getByRole('status')).toHaveText('Saved');
      await email.fill('me@example.com');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('status')).toHaveText('Saved');
      await page.reload();
      await expect(email).toHaveValue('me@example.com');
      await expect(page.getByRole('status')).toBeHidden();

      await field.evaluate((element) => element.remove());
      await email.fill('other@example.com');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(heading(page)).toHaveText('This was not done');
      await expect(page.getByRole('alert')).toContainText(/CSRF/i);
      await page.goto(`${url}/account`);
      await expect(email).toHaveValue('me@example.com');
    });

    test('the account wants a fresh sign-in, and a form survives it', async ({ page, start }) => {
      const { url } = await start('pages');
      await signIn(page, url);
      await refresh(page, url);
      await page.goto(`${url}/service`);
      await expect(heading(page)).toHaveText('Service');
      await page.goto(`${url}/account`);
      await expect(page).toHaveURL(`${url}/login?next=%2Faccount`);
      await fill(page);
      await expect(page).toHaveURL(`${url}/account`);

      // While the form is open, another tab renews: the token is no longer fresh.
      const email = page.getByLabel('E-mail');
      const other = await page.context().newPage();
      await refresh(other, url);
      await email.fill('new@example.com');
      await page.getByRole('button', { name: 'Save' }).click();
      await fill(page);
      await expect(email).toHaveValue('new@example.com');
      await expect(page.getByRole('alert')).toContainText('not saved yet');
      await page.getByRole('button', { name: 'Save' }).click();
      await expect(page.getByRole('status')).toHaveText('Saved');
    });

    test('an expired token is renewed on the way; an expired refresh token ends it', async ({
      page,
      start,
    }) => {
      const { url } = await start('pages', '-access-ttl', '1s', '-refresh-ttl', '5s');
      await signIn(page, url);
      await page.waitForTimeout(1500); // the server's clock
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${url}/service?a=b`);
      await expect(page).toHaveURL(`${url}/service?a=b`);
      await expect(heading(page)).toHaveText('Service');
      expect(asked).toContain('/token/refresh');
      await page.waitForTimeout(5500);
      await page.goto(`${url}/service`);
      await expect(page).toHaveURL(`${url}/signup`);
      expect(await cookies(page)).toEqual([]);
    });

    test('a new password ends the other sessions', async ({ page, browser, start }) => {
      const { url } = await start('pages');
      await signIn(page, url);
      const context = await browser.newContext({ javaScriptEnabled });
      const other = await context.newPage();
      await signIn(other, url);
      await page.goto(`${url}/account/password`);
      await page.locator('[name=current_password]').fill('wrong');
      await page.locator('[name=new_password]').fill('seven wet umbrellas');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await expect(page.getByRole('alert')).toBeVisible();
      await page.locator('[name=current_password]').fill('password123');
      await page.locator('[name=new_password]').fill('seven wet umbrellas');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await expect(page).toHaveURL(`${url}/account`);
      expect(await cookies(page)).toEqual(four);
      await other.goto(`${url}/service`);
      await expect(other).toHaveURL(/\/signup/);
      expect(await cookies(other)).toEqual([]);
      await context.close();
    });

    test('garbage, a hostile next and a restart', async ({ page, start }) => {
      const program = await start('pages');
      const { url } = program;
      await page.context().addCookies([{ name: 'access_token_cookie', value: 'garbage', url }]);
      await page.goto(`${url}/service`);
      await expect(page).toHaveURL(`${url}/signup`);
      expect(await cookies(page)).toEqual([]);
      for (const next of ['//example.com', 'https://example.com', '/\\example.com']) {
        await page.goto(`${url}/login?next=${encodeURIComponent(next)}`);
        await fill(page);
        await expect(page).toHaveURL(`${url}/`);
      }
      await program.stop();
      await program.start();
      await page.goto(`${url}/service`);
      await expect(heading(page)).toHaveText('Service');
    });
  });
}

test('somebody new signs up', async ({ page, start }) => {
  const { url } = await start('pages');
  await page.goto(`${url}/signup?next=/service`);
  await fill(page, 'testuser', 'seven wet umbrellas');
  await expect(page.getByRole('alert')).toContainText('This username is taken.');
  await fill(page, 'carol', 'seven wet umbrellas');
  await expect(page).toHaveURL(`${url}/service`);
  await expect(page.getByText('At your service, carol.')).toBeVisible();
});

test('with the keyboard alone', async ({ page, start }) => {
  const { url } = await start('pages');
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await page.goto(`${url}/login`);
  await expect(page.locator('[name=username]')).toBeFocused();
  await page.keyboard.type('testuser');
  await press('Tab');
  await page.keyboard.type('password123');
  await press('Tab');
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeFocused();
  await press('Enter');
  await expect(heading(page)).toHaveText('Hello, testuser');
  await press('Tab', 'Tab', 'Tab'); // Home, Service, Account
  await expect(page.getByRole('link', { name: 'Account' }).first()).toBeFocused();
  await press('Enter');
  await expect(heading(page)).toHaveText('Account of testuser');
  await press('Tab', 'Tab', 'Tab', 'Tab', 'Tab'); // beyond the four links
  await expect(page.getByLabel('E-mail')).toBeFocused();
  await press('End');
  await page.keyboard.type('.uk');
  await press('Tab', 'Enter');
  await expect(page.getByRole('status')).toHaveText('Saved');
  await expect(page.getByLabel('E-mail')).toHaveValue('testuser@example.com.uk');
});

const ways = (url: string): Way[] => [
  ['home', (page) => page.goto(url)],
  ['sign up', (page) => page.goto(`${url}/account`)],
  [
    'sign in with an error',
    async (page) => {
      await page.goto(`${url}/login`);
      await fill(page, 'testuser', 'wrong');
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'account',
    async (page) => {
      await fill(page);
      await page.goto(`${url}/account`);
      await expect(page.getByLabel('E-mail')).toBeVisible();
    },
  ],
  ['password', (page) => page.goto(`${url}/account/password`)],
  ['service', (page) => page.goto(`${url}/service`)],
  ['no such page', (page) => page.goto(`${url}/nothing`)],
];

for (const colours of ['light', 'dark'] as const) {
  test(`every page is accessible in ${colours} colours`, async ({ page, start }) => {
    const { url } = await start('pages');
    await inspect(page, ways(url), colours);
  });
}

test('at a width of 320 pixels no page scrolls sideways', async ({ page, start }) => {
  const { url } = await start('pages');
  await fits(page, ways(url));
});
