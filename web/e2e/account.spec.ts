import type { Latchkey } from './latchkey';
import { expect, heading, password, signIn, signUp, test } from './fixtures';

const history = 'What happened lately';

test('a person reads in plain words what happened to their account', async ({
  page,
  browser,
  baseURL,
  latchkey,
  username,
}) => {
  await signUp(page, username);
  const stranger = await browser.newContext({ baseURL: baseURL!, userAgent: 'curl/8.9.0' });
  const attempt = await stranger.request.post('/api/v1/sign-in', {
    data: { username, password: 'a guess that is wrong' },
  });
  expect(attempt.status()).toBe(401);
  await stranger.close();

  const entries = page.getByRole('region', { name: history }).getByRole('listitem');
  // Attempts are written down a moment after they were answered.
  await expect(async () => {
    await page.goto('/account');
    await expect(entries).toHaveCount(2, { timeout: 2000 });
  }).toPass();
  await latchkey.run(['user', 'reset-link', username, '--base-url', latchkey.url]);
  await page.reload();
  await expect(entries).toHaveCount(3);
  await expect(entries.nth(0)).toContainText('Link for a new password made');
  await expect(entries.nth(0)).toContainText('by whoever runs this site');
  await expect(entries.nth(1)).toContainText('Sign-in failed: wrong password');
  await expect(entries.nth(1)).toContainText('curl from 127.0.0.1');
  await expect(entries.nth(2)).toContainText('Account created');
  await expect(entries.nth(2)).toContainText('Chrome on Linux from 127.0.0.1');
  await expect(entries.nth(2).locator('time')).toHaveText(/^\d+ \w+ 20\d\d at \d\d:\d\d$/);

  await page.getByLabel('Current password', { exact: true }).fill(password);
  await page.getByLabel('New password', { exact: true }).fill('another brass key, another mat');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByText('Your password has been changed.')).toBeVisible();
  await expect(entries.getByText('Password changed', { exact: true })).toBeVisible();
});

test('a long history is shown part by part', async ({ page, latchkey, username }) => {
  await signUp(page, username);
  await disableAndEnable(latchkey, username, 6);
  await page.goto('/sign-in?next=/account');
  await signIn(page, { username, password });
  await expect(heading(page)).toHaveText('Your account');

  const region = page.getByRole('region', { name: history });
  const entries = region.getByRole('listitem');
  await expect(entries).toHaveCount(10);
  const more = region.getByRole('button', { name: 'Show more' });
  await more.focus();
  await page.keyboard.press('Enter');
  // Twelve changes, the sign-up and the sign-in.
  await expect(entries).toHaveCount(14);
  await expect(entries.nth(10)).toBeFocused();
  await expect(entries.last()).toContainText('Account created');
  await expect(more).toHaveCount(0);
});

test('a history that does not come can be asked for again', async ({ page, username }) => {
  await signUp(page, username);
  await page.route('**/api/v1/activity?*', (route) => route.abort());
  await page.goto('/account');
  const region = page.getByRole('region', { name: history });
  await expect(region.getByRole('alert')).toContainText('cannot be reached');
  await page.unroute('**/api/v1/activity?*');
  await region.getByRole('button', { name: 'Try again' }).click();
  await expect(region.getByText('Account created')).toBeVisible();
});

async function disableAndEnable(latchkey: Latchkey, username: string, times: number) {
  for (let n = 0; n < times; n++) {
    await latchkey.run(['user', 'disable', username]);
    await latchkey.run(['user', 'enable', username]);
  }
}
