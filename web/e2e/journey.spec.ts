import { expect, heading, password, signIn, signUp, test } from './fixtures';

// Short lives, so that a test sees every stage of them.
test.use({ flags: ['--access-ttl', '4s', '--fresh-for', '3s'] });

test('a person signs up, stays signed in, changes the password and signs out', async ({
  page,
  username,
}) => {
  const calls: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith('/api/')) {
      calls.push(`${response.request().method()} ${pathname} ${String(response.status())}`);
    }
  });

  await test.step('signs up on the way to a protected page', async () => {
    await page.goto('/profile');
    await expect(heading(page)).toHaveText('Sign in');
    await expect(page).toHaveURL('/sign-in?next=%2Fprofile');
    await page.getByRole('main').getByRole('link', { name: 'Create an account' }).click();
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Your name').fill('Ada Lovelace');
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await expect(heading(page)).toHaveText('Your profile');
    await expect(page).toHaveURL('/profile');
    await expect(page.getByText('Ada Lovelace')).toBeVisible();
  });

  await test.step('is signed in after a reload', async () => {
    await page.reload();
    await expect(page.getByText('Ada Lovelace')).toBeVisible();
    await expect(page).toHaveTitle('Your profile – Latchkey');
  });

  await test.step('does not notice that the access token ends', async () => {
    calls.length = 0;
    await page.waitForTimeout(4500);
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(page.getByText('This device')).toBeVisible();
    expect(calls).toContain('POST /api/v1/refresh 200');
    expect(calls.filter((call) => call.startsWith('GET /api/v1/sessions')).at(-1)).toBe(
      'GET /api/v1/sessions 200',
    );
  });

  await test.step('nor when the page is loaded with one that has ended', async () => {
    await page.waitForTimeout(4500);
    const shown: string[] = [];
    page.on('framenavigated', (frame) => shown.push(new URL(frame.url()).pathname));
    await page.reload();
    await expect(page.getByText('This device')).toBeVisible();
    expect(shown).toEqual(['/account']);
  });

  const changed = 'another brass key, another mat';
  await test.step('gives the password again to change it, and the change goes through', async () => {
    await page.getByLabel('Current password', { exact: true }).fill(password);
    await page.getByLabel('New password', { exact: true }).fill(changed);
    await page.getByRole('button', { name: 'Change password' }).click();
    const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
    await expect(dialog.getByLabel('Password', { exact: true })).toBeFocused();

    await dialog.getByLabel('Password', { exact: true }).fill('not my password at all');
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(dialog.getByText('That is not your password').first()).toBeVisible();

    await dialog.getByLabel('Password', { exact: true }).fill(password);
    calls.length = 0;
    await dialog.getByRole('button', { name: 'Continue' }).click();
    await expect(
      page.getByRole('status').getByText('Your password has been changed.'),
    ).toBeVisible();
    await expect(dialog).toBeHidden();
    await expect(page.getByLabel('New password', { exact: true })).toHaveCount(0);
    expect(calls).toContain('POST /api/v1/reauthenticate 200');
    expect(calls).toContain('POST /api/v1/password 200');
  });

  await test.step('signs out', async () => {
    await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(page)).toHaveText('You are signed out');
    await expect(page).toHaveURL('/signed-out');
  });

  await test.step('is asked to sign in, and returns to the page asked for', async () => {
    await page.goto('/account');
    await expect(page).toHaveURL('/sign-in?next=%2Faccount');
    await expect(page.getByText('Where you are signed in')).toHaveCount(0);
    await signIn(page, { username, password });
    await expect(page.getByText('There is a problem')).toBeVisible(); // the old password
    await signIn(page, { username, password: changed });
    await expect(heading(page)).toHaveText('Your account');
    await expect(page).toHaveURL('/account');
  });
});

test('four tabs whose tokens end together all stay signed in', async ({
  context,
  page,
  username,
}) => {
  await signUp(page, username);
  const tabs = [page, await context.newPage(), await context.newPage(), await context.newPage()];
  for (const tab of tabs) {
    await tab.goto('/profile');
    await expect(heading(tab)).toHaveText('Your profile');
  }
  await page.waitForTimeout(4500);
  const statuses: number[] = [];
  context.on('response', (response) => {
    if (response.url().endsWith('/api/v1/sessions')) statuses.push(response.status());
  });
  await Promise.all(
    tabs.map(async (tab) => {
      await tab.getByRole('link', { name: 'Account', exact: true }).click();
      await expect(tab.getByText('This device')).toBeVisible();
    }),
  );
  expect(statuses).toEqual(tabs.map(() => 200));
});
