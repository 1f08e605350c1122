import type { Page } from '@playwright/test';
import { expect, heading, signUp, test } from './fixtures';
import { inspect } from './look';

/** What a proxy answers while the server behind it restarts: no JSON, no code. */
async function badGateway(page: Page, path: string): Promise<void> {
  await page.route(path, (route) =>
    route.fulfill({ status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }),
  );
}

const noAnswer = 'The server cannot answer at the moment. Try again in a minute.';

test('the app does not open while the server says nothing, and can be tried again', async ({
  page,
}) => {
  await badGateway(page, '**/api/v1/config');
  await page.goto('/sign-in');
  await expect(heading(page)).toHaveText('Latchkey is not answering');
  await expect(page).toHaveTitle('Error: Latchkey is not answering');
  await expect(page.getByRole('status')).toHaveText(`${noAnswer} Nothing is lost.`);
  await inspect(page, 'the server is not answering');

  const again = page.getByRole('button', { name: 'Try again' });
  await again.click();
  await expect(page.getByRole('status')).toHaveText(`${noAnswer} Nothing is lost.`);
  await expect(again).toBeFocused();

  await page.unroute('**/api/v1/config');
  await again.click();
  await expect(heading(page)).toHaveText('Sign in');
  await expect(page).toHaveTitle('Sign in – Latchkey');
});

test('while it is not known who is signed in, every page says why', async ({ page, username }) => {
  await signUp(page, username);
  await badGateway(page, '**/api/v1/me');

  await page.goto('/account');
  await expect(heading(page)).toHaveText('This page cannot be opened yet');
  await expect(page.getByRole('alert')).toContainText(noAnswer);
  await expect(page.getByRole('alert')).toContainText('You are not signed out.');
  await inspect(page, 'not known who is signed in');

  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('You are not signed out.');
  await inspect(page, 'the home page, not known who is signed in');

  await page.unroute('**/api/v1/me');
  await expect(heading(page)).toHaveText(`Welcome home, ${username}`); // by itself
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('a sign-out that fails leaves the focus, and its message goes with the page', async ({
  page,
  context,
  username,
}) => {
  await signUp(page, username);
  await context.setOffline(true);
  const button = page.getByRole('banner').getByRole('button', { name: 'Sign out' });
  await button.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toContainText('You are still signed in.');
  await expect(button).toBeFocused();
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await expect(heading(page)).toHaveText('Your profile');
  await expect(page.getByRole('alert')).toHaveCount(0);
});
