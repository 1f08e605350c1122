import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, heading, password, signUp, test } from './fixtures';

// A sign-in counts as recent for so short a time that the dialog can be looked at too.
test.use({ flags: ['--fresh-for', '1s'] });

/** Every state of the app that a person can look at: what it is called, and how to get there. */
const visitor: [string, (page: Page) => Promise<void>][] = [
  ['home', (page) => open(page, '/', 'A front door for your web app')],
  ['sign-in', (page) => open(page, '/sign-in?next=/profile', 'Sign in')],
  [
    'sign-in with errors',
    async (page) => {
      await open(page, '/sign-in', 'Sign in');
      await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
      await expect(page.getByText('There is a problem')).toBeVisible();
    },
  ],
  ['sign-up', (page) => open(page, '/sign-up', 'Create an account')],
  ['signed out', (page) => open(page, '/signed-out', 'You are signed out')],
  ['session ended', (page) => open(page, '/session-ended?next=/account', 'Your session has ended')],
  ['not found', (page) => open(page, '/no/such/page', 'There is no such page')],
];

const member: [string, (page: Page) => Promise<void>][] = [
  ['home', (page) => open(page, '/', /Welcome home/)],
  ['profile', (page) => open(page, '/profile', 'Your profile')],
  [
    'account',
    async (page) => {
      await open(page, '/account', 'Your account');
      await expect(page.getByText('This device')).toBeVisible();
    },
  ],
  [
    'the password dialog',
    async (page) => {
      await open(page, '/account', 'Your account');
      await expect(page.getByText('This device')).toBeVisible();
      await page.waitForTimeout(1000);
      await page.getByLabel('Current password', { exact: true }).fill(password);
      await page.getByLabel('New password', { exact: true }).fill('quite another pass phrase');
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
];

async function open(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(path);
  await expect(heading(page)).toHaveText(title);
}

async function inspect(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
  expect.soft(found, name).toEqual([]);
}

async function fits(page: Page, name: string): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(wide, `${name}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test('every page is accessible to a visitor', async ({ page }) => {
      for (const [name, go] of visitor) {
        await go(page);
        await inspect(page, name);
      }
    });

    test('every page is accessible to a member', async ({ page, username }) => {
      await signUp(page, username, 'Ada Lovelace');
      for (const [name, go] of member) {
        await go(page);
        await inspect(page, name);
      }
    });
  });
}

test.describe('at a width of 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 } });

  test('no page scrolls sideways', async ({ page, username }) => {
    for (const [name, go] of visitor) {
      await go(page);
      await fits(page, name);
    }
    await signUp(page, username, 'Wolfeschlegelsteinhausenbergerdorff the Younger');
    for (const [name, go] of member) {
      await go(page);
      await fits(page, name);
    }
  });
});

test('with reduced motion nothing moves for long', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '/', 'A front door for your web app');
  const durations = await page.evaluate(() =>
    [...document.querySelectorAll('*')].map(
      (element) => getComputedStyle(element).transitionDuration,
    ),
  );
  expect(durations.filter((duration) => parseFloat(duration) > 0.01)).toEqual([]);
});

test('a page is not flashed as the sign-in page while it loads', async ({
  page,
  context,
  username,
}) => {
  await signUp(page, username);
  await context.route('**/api/v1/me', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await route.continue();
  });
  const seen = new Set<string>();
  await page.exposeFunction('sawHeading', (text: string) => seen.add(text));
  await page.addInitScript(() => {
    new MutationObserver(() => {
      const text = document.querySelector('h1')?.textContent;
      if (text) (window as unknown as { sawHeading: (text: string) => void }).sawHeading(text);
    }).observe(document, { childList: true, subtree: true });
  });
  await page.goto('/profile');
  await expect(page.getByRole('status')).toContainText('Opening the page');
  await expect(heading(page)).toHaveText('Your profile');
  expect([...seen]).toEqual(['Your profile']);
});
