import { expect, heading, password, signUp, test } from './fixtures';
import { fits, inspect } from './look';

// A server of its own: what is tried here is counted against the address of all tests.
test.use({ flags: ['--dev'] });

test('developers see the session and need not wait for what happens to it', async ({
  page,
  username,
}) => {
  await signUp(page, username);
  const drawer = page.getByRole('complementary', { name: 'For developers' });
  await drawer.getByText('For developers: the session').click();
  await expect(drawer.getByText('authenticated')).toBeVisible();
  await expect(drawer.getByText(/^8\d\d s left$/)).toBeVisible();
  const log = drawer.getByRole('list', { name: 'What has happened' });

  await test.step('by the standards of every other page', async () => {
    await inspect(page, 'the drawer');
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page, 'the drawer');
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  await test.step('an access token that has ended is renewed with the next request', async () => {
    await drawer.getByRole('button', { name: 'Expire access token now' }).click();
    await expect(drawer.getByText('0 s left', { exact: true })).toBeVisible();
    const renewal = page.waitForResponse('**/api/v1/refresh');
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    expect((await renewal).status()).toBe(200);
    await expect(page.getByText('This device')).toBeVisible();
    await expect(log.getByRole('listitem').filter({ hasText: /renewed$/ })).toBeVisible();
    await expect(drawer.getByText(/^[89]\d\d s left$/)).toBeVisible();
  });

  await test.step('a session that another device ends', async () => {
    await drawer.getByRole('button', { name: 'Revoke from elsewhere' }).click();
    const dialog = page.getByRole('dialog', { name: 'Revoke from elsewhere' });
    await dialog.getByLabel('Password', { exact: true }).fill('not the password');
    await page.keyboard.press('Enter');
    await expect(dialog.getByText('That is not your password').first()).toBeVisible();
    await dialog.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await expect(log.getByText('this session was ended by another device')).toBeVisible();
    await page.getByRole('link', { name: 'Profile', exact: true }).click();
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(heading(page)).toHaveText('Your session has ended');
    await expect(page.getByText('You signed this device out from another one.')).toBeVisible();
    await expect(drawer.getByText('expired (ended_by_user)')).toBeVisible();
  });

  await test.step('somebody who is away', async () => {
    await page.goto('/sign-in');
    await page.getByLabel('Username').fill(username);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await page.keyboard.press('Enter');
    await expect(heading(page)).toHaveText(`Welcome home, ${username}`);
    await page.getByRole('link', { name: 'Profile', exact: true }).click();
    await drawer.getByText('For developers: the session').click();
    const ended = page.waitForResponse('**/api/v1/sign-out');
    await drawer.getByRole('button', { name: 'Go idle now' }).click();
    expect((await ended).status()).toBe(200);
    await expect(heading(page)).toHaveText('Your session has ended');
    await expect(page.getByText('You were away for a while.')).toBeVisible();
    await page.reload();
    await page.goto('/profile');
    await expect(heading(page)).toHaveText('Sign in');
  });

  await drawer.getByText('For developers: the session').click();
  await drawer.getByRole('link', { name: /What is wrong/ }).click();
  await expect(page).toHaveURL(/\/debug\/doctor\?probe&now=\d+/);
  await inspect(page, 'the doctor');
  await page.emulateMedia({ colorScheme: 'dark' });
  await inspect(page, 'the doctor in the dark');
  await page.setViewportSize({ width: 320, height: 640 });
  await fits(page, 'the doctor');
  const label = await page.getByText('ok', { exact: true }).first().boundingBox();
  const words = await page.getByText('cookies arrive', { exact: true }).boundingBox();
  expect(words?.x, 'the words of a finding begin where its label does').toBe(label?.x);
  await page.getByRole('link', { name: 'Back to the app' }).click();
  await expect(heading(page)).toHaveText('A front door for your web app');
});

test('too many attempts are told in plain words, with the time to wait', async ({
  page,
  request,
  username,
}) => {
  await expect(async () => {
    const answer = await request.post('/api/v1/password/reset/check', { data: { token: 'wrong' } });
    expect(answer.status()).toBe(429);
  }).toPass({ intervals: [0] });
  await page.goto('/reset#wrong');
  await expect(page.getByRole('alert')).toContainText(
    /^Too many attempts\. Try again in about (a second|\d+ seconds)\./,
  );

  await page.route('**/api/v1/sign-in', (route) =>
    route.fulfill({
      status: 503,
      headers: { 'Retry-After': '3', 'Latchkey-Code': 'busy' },
      json: { code: 'busy', msg: 'Too many people are signing in at this moment.' },
    }),
  );
  await page.goto('/sign-in');
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('group', { name: 'There is a problem' })).toContainText(
    'Too many people are signing in at this moment. Try again in about 3 seconds.',
  );
});
