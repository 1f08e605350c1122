import type { Page } from '@playwright/test';
import {
  addUser,
  expect,
  firefox,
  heading,
  openNewPerson,
  password,
  signIn,
  signInAsAdmin,
  signInElsewhere,
  signUp,
  test,
} from './fixtures';

/** The message about what was just done. */
const said = (page: Page, text: string | RegExp) =>
  page.getByRole('status').filter({ hasText: text });

const press = (page: Page, name: string) => page.getByRole('button', { name }).click();

test('an administrator finds a user, keeps them out and lets them in again', async ({
  page,
  browser,
  baseURL,
  latchkey,
  username,
}) => {
  const person = { username: `bob-${username}`, password };
  await addUser(latchkey, person.username, '--name', 'Bob Example');
  const elsewhere = await signInElsewhere(browser, baseURL!, person, firefox);
  await signInAsAdmin(page, latchkey, username);

  await test.step('by the beginning of the username', async () => {
    await expect(heading(page)).toHaveText('Users');
    await page.getByLabel('Username').fill(`BOB-${username}`);
    await page.keyboard.press('Enter');
    await expect(said(page, '1 user whose username begins with')).toBeVisible();
    await expect(page.getByLabel('Username')).toBeFocused();
    await page.getByLabel('Username').fill(`nobody-${username}`);
    await press(page, 'Search');
    await expect(said(page, 'There are no users')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Search' })).toBeFocused();
    await page.goBack();
    await expect(page.getByLabel('Username')).toHaveValue(`BOB-${username}`);
    await page.getByRole('link', { name: person.username }).click();
    await expect(heading(page)).toHaveText('Bob Example');
    await expect(heading(page)).toBeFocused();
  });

  const devices = page.getByRole('region', { name: 'Signed-in devices' });
  await test.step('ends their sessions', async () => {
    await expect(devices.getByRole('listitem')).toContainText('Firefox on Linux');
    await press(page, 'Sign out all devices');
    await expect(said(page, 'One device was signed out.')).toBeFocused();
    await expect(devices).toContainText('Not signed in anywhere.');
    await expect(page.getByRole('button', { name: 'Sign out all devices' })).toHaveCount(0);

    await elsewhere.page.getByRole('link', { name: 'Profile', exact: true }).click();
    await elsewhere.page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(heading(elsewhere.page)).toHaveText('Your session has ended');
    await expect(elsewhere.page.getByText('Somebody who runs this site')).toBeVisible();
  });

  await test.step('disables and enables the account', async () => {
    await press(page, 'Disable the account');
    await expect(said(page, 'is disabled and signed out everywhere')).toBeFocused();
    await expect(page.getByText('Disabled', { exact: true }).first()).toBeVisible();
    await elsewhere.page.goto('/sign-in');
    await signIn(elsewhere.page, person);
    await expect(elsewhere.page.getByText('There is a problem')).toBeVisible();

    await press(page, 'Make a link');
    await expect(page.getByRole('alert')).toContainText('Enable the account first');
    await press(page, 'Enable the account');
    await expect(said(page, 'can sign in again')).toBeFocused();
  });

  await test.step('requires a new password', async () => {
    await press(page, 'Require a new password');
    await expect(said(page, 'has to choose a new password')).toBeFocused();
    await expect(page.getByText('New password required')).toBeVisible();
    await elsewhere.page.goto('/sign-in');
    await signIn(elsewhere.page, person);
    await expect(heading(elsewhere.page)).toHaveText('Choose a new password');
  });

  await test.step('reads all of it in the audit trail', async () => {
    await page.getByRole('link', { name: 'What happened to this account' }).click();
    await expect(heading(page)).toHaveText('Audit trail');
    await expect(page.getByText(`Only the account ${person.username}`)).toBeVisible();
    const records = page.getByRole('main').getByRole('listitem');
    await expect(records.filter({ hasText: 'Account switched off' })).toContainText(
      `by ${username}`,
    );
    await page.getByLabel('Show').selectOption('Failed attempts');
    await press(page, 'Show');
    await expect(records).toHaveCount(1);
    await expect(records).toContainText('Sign-in refused: the account is switched off');
    await expect(said(page, '1 entry.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Show', exact: true })).toBeFocused();
    await page.getByLabel('To day').fill('2020-01-31');
    await press(page, 'Show');
    await expect(page.getByText('Nothing like that has been recorded.')).toBeVisible();
    await page.getByLabel('From day').fill('2020-02-01');
    await press(page, 'Show');
    await expect(page.getByText('The first day is later than the last one.')).toBeVisible();
    await page.goBack();
    await expect(page.getByLabel('From day')).toHaveValue('');
    await expect(page.getByLabel('Show')).toHaveValue('failures');
    await page.getByRole('link', { name: 'Show all accounts' }).click();
    await expect(records.filter({ hasText: 'Signed in' }).first()).toBeVisible();
  });
  await elsewhere.context.close();
});

test('a link for a new password is shown once and can be copied', async ({
  page,
  context,
  browser,
  latchkey,
  username,
}) => {
  const name = await openNewPerson(page, latchkey, username);
  await press(page, 'Make a link');
  const field = page.getByLabel('The link');
  await expect(field).toHaveValue(/\/reset#\S{20,}$/);
  const link = await field.inputValue();
  expect(link).toMatch(new RegExp(`^${latchkey.url}/reset#`));

  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await press(page, 'Copy');
  await expect(said(page, /^Copied\.$/)).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(link);

  const theirs = await browser.newContext();
  const visitor = await theirs.newPage();
  await visitor.goto(link);
  await expect(visitor.getByText(`For the account ${name}`)).toBeVisible();
  await theirs.close();

  await page.reload();
  await expect(heading(page)).toHaveText(name);
  await expect(field).toHaveCount(0);
});

test('permissions are given and taken away, but not by oneself', async ({
  page,
  latchkey,
  username,
}) => {
  const name = await openNewPerson(page, latchkey, username);
  const permissions = page.getByRole('region', { name: 'Permissions' });
  await expect(permissions).toContainText(`${name} has none.`);

  await permissions.getByRole('button', { name: 'Give' }).click();
  await expect(page.getByRole('group', { name: 'There is a problem' })).toBeFocused();
  await permissions.getByLabel('Permission to give').fill('two words');
  await permissions.getByRole('button', { name: 'Give' }).click();
  await expect(permissions.getByLabel('Permission to give')).toHaveAccessibleDescription(
    /without spaces/,
  );
  await permissions.getByLabel('Permission to give').fill('admin');
  await page.keyboard.press('Enter');
  await expect(said(page, 'now has the permission admin')).toBeFocused();
  await expect(page.getByText('Administrator', { exact: true })).toBeVisible();
  const take = permissions.getByRole('button', { name: 'Take away' });
  await expect(take).toHaveAccessibleDescription('admin');
  await take.click();
  await expect(said(page, 'no longer has the permission admin')).toBeFocused();
  await expect(permissions).toContainText(`${name} has none.`);

  await page.goto(`/admin/users?search=${username}`);
  await page.getByRole('link', { name: username, exact: true }).click();
  await expect(page.getByText('This is your own account')).toBeVisible();
  await expect(page.getByText('This device')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Require a new password' })).toBeVisible();
  for (const name of ['Disable the account', 'Make a link', 'Take away', 'Give']) {
    await expect(page.getByRole('button', { name })).toHaveCount(0);
  }
});

test('long lists, keys, and what is not there', async ({ page, latchkey, username }) => {
  await signInAsAdmin(page, latchkey, username);
  for (let n = 0; n < 26; n++) await latchkey.run(['user', 'add', `${username}-${n}`, '--link']);

  await page.goto(`/admin/users?search=${username}`);
  await expect(said(page, 'The first 25 users')).toBeVisible();
  await press(page, 'Show more');
  await expect(said(page, '27 users')).toBeVisible();
  const rows = page.getByRole('main').getByRole('listitem');
  await expect(rows).toHaveCount(27);
  await expect(rows.nth(25)).toBeFocused();
  await expect(rows.nth(25)).toContainText('No password yet');

  await test.step('going back leads to the same place of a long list', async () => {
    const last = rows.nth(26).getByRole('link');
    await last.click();
    await expect(heading(page)).toHaveText(/-9$/);
    await page.goBack();
    await expect(last).toBeInViewport();
    await expect(rows).toHaveCount(27);
    await last.click();
    await press(page, 'Disable the account'); // what was shown before is no longer true
    await expect(said(page, 'is disabled')).toBeVisible();
    await page.goBack();
    await expect(said(page, 'The first 25 users')).toBeVisible();
  });

  await page.getByRole('link', { name: 'Signing keys' }).click();
  await expect(heading(page)).toHaveText('Signing keys');
  await expect(rows).toHaveCount(1);
  await expect(rows).toContainText('In use');
  await expect(page.getByRole('link', { name: 'Signing keys' })).toHaveAttribute(
    'aria-current',
    'page',
  );

  await page.goto('/admin/users/no-such-user');
  await expect(heading(page)).toHaveText('There is no such user');
  await expect(heading(page)).toBeFocused();
  await page.getByRole('link', { name: 'Go to the users' }).click();
  await expect(heading(page)).toHaveText('Users');
  await page.goto('/admin/no-such-page');
  await expect(heading(page)).toHaveText('There is no such page');
  await page.goto('/admin');
  await expect(page).toHaveURL('/admin/users');
});

test('a locked account can be unlocked', async ({ page, latchkey, username }) => {
  // To lock one takes a hundred wrong passwords, and hours of waiting between them.
  await page.route('**/api/v1/admin/users/*', async (route) => {
    const response = await route.fetch();
    const { user } = (await response.json()) as { user: object };
    await route.fulfill({ response, json: { user: { ...user, locked: true } } });
  });
  await signInAsAdmin(page, latchkey, username);
  await page.getByRole('link', { name: username, exact: true }).click();
  await expect(page.getByText('Locked', { exact: true })).toBeVisible();
  await press(page, 'Unlock sign-in');
  await expect(said(page, 'can try passwords again')).toBeFocused();
  await expect(page.getByText('Locked', { exact: true })).toHaveCount(0);
});

test('others neither see nor load the part for administrators', async ({ page, username }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await signUp(page, username);
  await expect(page.getByRole('link', { name: 'Admin' })).toHaveCount(0);
  await page.goto('/admin/users');
  await expect(heading(page)).toHaveText('There is no such page');
  expect(loaded.filter((path) => /admin/i.test(path) && path !== '/admin/users')).toEqual([]);
});

test('a part that cannot be loaded says so', async ({ page, latchkey, username }) => {
  await page.route('**/assets/Admin-*.js', (route) => route.abort());
  await signInAsAdmin(page, latchkey, username, '/profile');
  await page.getByRole('link', { name: 'Admin' }).click();
  await expect(page.getByRole('alert')).toContainText('could not be opened');
  await page.unroute('**/assets/Admin-*.js');
  await press(page, 'Load the page again');
  await expect(heading(page)).toHaveText('Users');
});
