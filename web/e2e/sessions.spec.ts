import { expect, firefox, heading, signIn, signInElsewhere, signUp, test } from './fixtures';

test('a person sees where they are signed in and ends one of them', async ({
  page,
  browser,
  baseURL,
  username,
}) => {
  const person = await signUp(page, username);
  const elsewhere = await signInElsewhere(browser, baseURL!, person, firefox);

  await page.getByRole('link', { name: 'Account', exact: true }).click();
  const devices = page
    .getByRole('region', { name: 'Where you are signed in' })
    .getByRole('listitem');
  await expect(devices).toHaveCount(2);
  // This device comes first.
  await expect(devices.first()).toContainText('Chrome on Linux');
  await expect(devices.first()).toContainText('This device');
  await expect(devices.first()).toContainText('127.0.0.1');
  await expect(devices.last()).toContainText('Firefox on Linux');
  await expect(devices.last()).not.toContainText('This device');
  await expect(devices.last()).toContainText('Last used');

  const button = devices.last().getByRole('button', { name: 'Sign out' });
  await expect(button).toHaveAccessibleDescription(/Firefox on Linux/);
  await button.click();
  const done = page
    .getByRole('status')
    .filter({ hasText: 'Firefox on Linux has been signed out.' });
  await expect(done).toBeFocused();
  await expect(devices).toHaveCount(1);
  await expect(page.getByText('You are not signed in anywhere else.')).toBeVisible();

  // The other one learns of it with the next thing that it asks for.
  await elsewhere.page.getByRole('link', { name: 'Profile', exact: true }).click();
  await elsewhere.page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(heading(elsewhere.page)).toHaveText('Your session has ended');
  await elsewhere.context.close();
});

test('a person signs out everywhere else, then here', async ({
  page,
  browser,
  baseURL,
  username,
}) => {
  const person = await signUp(page, username);
  const others = await Promise.all([
    signInElsewhere(browser, baseURL!, person, firefox),
    signInElsewhere(browser, baseURL!, person, firefox),
  ]);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  const devices = page
    .getByRole('region', { name: 'Where you are signed in' })
    .getByRole('listitem');
  await expect(devices).toHaveCount(3);
  await page.getByRole('button', { name: 'Sign out all other devices' }).click();
  await expect(page.getByText('Every other device has been signed out.')).toBeVisible();
  await expect(devices).toHaveCount(1);
  for (const { page: other, context } of others) {
    await other.goto('/profile');
    await expect(heading(other)).toHaveText('Your session has ended');
    await context.close();
  }

  await devices.first().getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');
});

test('a sign-out reaches every tab', async ({ page, context, username }) => {
  await signUp(page, username);
  const other = await context.newPage();
  await other.goto('/profile');
  await expect(heading(other)).toHaveText('Your profile');
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');
  await expect(heading(other)).toHaveText('You are signed out');
  // The way back shows nothing private.
  await other.goBack();
  await expect(other.getByText(username)).toHaveCount(0);
});

test('a sign-in reaches every tab', async ({ page, context, username }) => {
  const other = await context.newPage();
  await other.goto('/sign-in?next=/profile');
  await expect(heading(other)).toHaveText('Sign in');
  await signUp(page, username);
  await expect(heading(other)).toHaveText('Your profile');
});

test('scripts cannot get at a token', async ({ page, username }) => {
  await signUp(page, username);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(page.getByText('This device')).toBeVisible();
  const kept = await page.evaluate(async () => ({
    local: JSON.stringify(localStorage),
    session: JSON.stringify(sessionStorage),
    databases: (await indexedDB.databases()).length,
    cookies: document.cookie,
  }));
  expect(kept.databases).toBe(0);
  expect(kept.cookies).toMatch(/^latchkey_csrf=[\w-]+$/);
  const tokens = (await page.context().cookies()).filter(({ httpOnly }) => httpOnly);
  expect(tokens.map(({ name }) => name).sort()).toEqual([
    'latchkey_access',
    'latchkey_device',
    'latchkey_refresh',
  ]);
  for (const { value } of tokens) {
    expect(JSON.stringify(kept)).not.toContain(value);
  }
  expect(`${kept.local}${kept.session}`).not.toMatch(/ey[\w-]{8}/);
});

test('a name with markup in it is text', async ({ page, username }) => {
  const name = '<img src=x onerror=alert(1)><script>alert(2)</script>';
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  await signUp(page, username, name);
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await expect(page.getByText(name)).toBeVisible();
  expect(dialogs).toBe(0);
});

test('a session that was ended from elsewhere says so and leads back', async ({
  page,
  username,
  baseURL,
}) => {
  const person = await signUp(page, username);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(page.getByText('This device')).toBeVisible();

  await test.step('ended from elsewhere while the page is open', async () => {
    const other = await page.context().browser()!.newContext({ baseURL: baseURL! });
    const elsewhere = await other.newPage();
    await elsewhere.goto('/sign-in?next=/account');
    await signIn(elsewhere, person);
    await elsewhere.getByRole('button', { name: 'Sign out all other devices' }).click();
    await expect(elsewhere.getByText('Every other device has been signed out.')).toBeVisible();
    await other.close();
  });

  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(heading(page)).toHaveText('Your session has ended');
  await expect(page.getByText('You signed this device out from another one.')).toBeVisible();
  await expect(page).toHaveURL('/session-ended?next=%2Faccount');
  await page.reload();
  await expect(page.getByText('You signed this device out from another one.')).toBeVisible();

  await page.getByRole('main').getByRole('link', { name: 'Sign in again' }).click();
  await signIn(page, person);
  await expect(heading(page)).toHaveText('Your account');
});
