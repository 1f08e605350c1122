import type { Browser, Page } from '@playwright/test';
import {
  expect,
  firefox,
  heading,
  password,
  signIn,
  signInAsAdmin,
  signInElsewhere,
  signUp,
  test,
} from './fixtures';

/** Has a page ask for something, as a click does. */
async function ask(page: Page) {
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await page.getByRole('link', { name: 'Account', exact: true }).click();
}

/** Signs somebody up in a browser of their own. */
async function visitor(browser: Browser, url: string, username: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: url, locale: 'en-GB' });
  const page = await context.newPage();
  await signUp(page, username);
  return page;
}

test('a session that an operator ends at the command line', async ({
  page,
  latchkey,
  username,
}) => {
  await signUp(page, username);
  await latchkey.run(['session', 'revoke', '--user', username, '--yes']);
  // Another process has ended it: the server learns of that within a second.
  await expect(async () => {
    await ask(page);
    await expect(heading(page)).toHaveText('Your session has ended', { timeout: 500 });
  }).toPass();
  await expect(page.getByText('Somebody who runs this site signed this device out.')).toBeVisible();
});

test('a password that is changed elsewhere ends the session here', async ({
  page,
  browser,
  baseURL,
  username,
}) => {
  const person = await signUp(page, username);
  const elsewhere = await signInElsewhere(browser, baseURL!, person, firefox);
  await elsewhere.page.getByLabel('Current password', { exact: true }).fill(password);
  await elsewhere.page.getByLabel('New password', { exact: true }).fill('a mat of another colour');
  await elsewhere.page.getByRole('button', { name: 'Change password' }).click();
  await expect(elsewhere.page.getByText('Your password has been changed.')).toBeVisible();

  await ask(page);
  await expect(heading(page)).toHaveText('Your session has ended');
  await expect(page.getByText('Your password was changed, which signs out')).toBeVisible();
  // The one that changed it stays signed in.
  await ask(elsewhere.page);
  await expect(elsewhere.page.getByText('This device')).toBeVisible();
  await elsewhere.context.close();
});

test('an account that is disabled, and permissions that change', async ({
  page,
  browser,
  latchkey,
  username,
}) => {
  const bob = await visitor(browser, latchkey.url, `bob-${username}`);
  await signInAsAdmin(page, latchkey, username, `/admin/users?search=bob-${username}`);
  await page.getByRole('link', { name: `bob-${username}` }).click();
  await page.getByLabel('Permission to give').fill('reports');
  await page.getByRole('button', { name: 'Give' }).click();
  await expect(page.getByText('now has the permission reports')).toBeVisible();
  await ask(bob);
  await expect(heading(bob)).toHaveText('Your session has ended');
  await bob.getByRole('main').getByRole('link', { name: 'Sign in again' }).click();
  await signIn(bob, { username: `bob-${username}`, password });
  await expect(heading(bob)).toHaveText('Your account');

  await page.getByRole('button', { name: 'Disable the account' }).click();
  await expect(page.getByText('is disabled and signed out everywhere')).toBeVisible();
  await ask(bob);
  await expect(heading(bob)).toHaveText('Your session has ended');
  await expect(bob.getByText('This account is switched off.')).toBeVisible();
  await bob.context().close();
});
