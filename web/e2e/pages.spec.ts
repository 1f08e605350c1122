import type { Page } from '@playwright/test';
import {
  addUser,
  expect,
  heading,
  password,
  signIn,
  signInAsAdmin,
  signUp,
  test,
} from './fixtures';
import type { Latchkey } from './latchkey';
import { fits, inspect } from './look';

// A sign-in counts as recent for so short a time that the dialog can be looked at too.
test.use({ flags: ['--fresh-for', '3s'] });

/** A state of the app that a person can look at: what it is called, and how to get there. */
type State = [
  name: string,
  go: (page: Page, latchkey: Latchkey, username: string) => Promise<void>,
];

// As long as they may be, or nearly so, and without a place to break the line.
const longUsername = (username: string) => `mallory-${username}-`.padEnd(64, 'x');
const longName = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(3);

const visitor: State[] = [
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
  ['reset without a link', (page) => open(page, '/reset', 'Open your link again')],
  [
    'reset with a link that is spent',
    (page) => open(page, '/reset#no-such-link', 'This link does not work any more'),
  ],
  [
    'reset',
    async (page, latchkey) => {
      const name = `eve-${Date.now()}`;
      const link = await latchkey.run(['user', 'add', name, '--link', '--base-url', latchkey.url]);
      await page.goto(link);
      await page.getByRole('button', { name: 'Save the password' }).click();
      await expect(page.getByText('There is a problem')).toBeVisible();
    },
  ],
  ['not found', (page) => open(page, '/no/such/page', 'There is no such page')],
];

const member: State[] = [
  ['home', (page) => open(page, '/', /Welcome home/)],
  ['profile', (page) => open(page, '/profile', 'Your profile')],
  [
    'account',
    async (page) => {
      await open(page, '/account', 'Your account');
      await expect(page.getByText('This device')).toBeVisible();
      await expect(page.getByText('Account created')).toBeVisible();
    },
  ],
  [
    'the password dialog',
    async (page) => {
      await open(page, '/account', 'Your account');
      await expect(page.getByText('This device')).toBeVisible();
      await page.waitForTimeout(3000);
      await page.getByLabel('Current password', { exact: true }).fill(password);
      await page.getByLabel('New password', { exact: true }).fill('quite another pass phrase');
      await page.getByRole('button', { name: 'Change password' }).click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  ],
];

const administrator: State[] = [
  ['users', (page) => open(page, '/admin/users', 'Users')],
  [
    'one user',
    async (page, latchkey, username) => {
      const name = longUsername(username);
      await addUser(latchkey, name, '--name', longName, '--must-change');
      await latchkey.run(['user', 'admin', name, '--grant']);
      await latchkey.run(['user', 'disable', name]);
      await open(page, `/admin/users?search=${name}`, 'Users');
      await page.getByRole('link', { name }).click();
      await expect(page.getByText('Not signed in anywhere.')).toBeVisible();
    },
  ],
  [
    'that user among the users',
    async (page, _, username) => {
      await open(page, `/admin/users?search=${longUsername(username)}`, 'Users');
      await expect(page.getByText('1 user whose')).toBeVisible();
    },
  ],
  [
    'the audit trail',
    async (page, _, username) => {
      await open(page, '/admin/audit?show=accounts', 'Audit trail');
      await expect(page.getByText(longUsername(username)).first()).toBeVisible();
    },
  ],
  [
    'the signing keys',
    async (page) => {
      await open(page, '/admin/keys', 'Signing keys');
      await expect(page.getByText('In use', { exact: true })).toBeVisible();
    },
  ],
  [
    'a link for a new password',
    async (page, latchkey, username) => {
      const name = `walter-${username}`;
      await addUser(latchkey, name);
      await open(page, `/admin/users?search=${name}`, 'Users');
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: 'Make a link' }).click();
      await page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(password);
      await page.keyboard.press('Enter');
      await expect(page.getByLabel('The link')).toBeVisible();
    },
  ],
];

/** A person who has to choose a new password. */
async function due(page: Page, latchkey: Latchkey, username: string): Promise<void> {
  await addUser(latchkey, username, '--must-change');
  await page.goto('/sign-in');
  await signIn(page, { username, password });
  await expect(heading(page)).toHaveText('Choose a new password');
}

async function open(page: Page, path: string, title: string | RegExp): Promise<void> {
  await page.goto(path);
  await expect(heading(page)).toHaveText(title);
}

type Look = (page: Page, name: string) => Promise<void>;

/** Has every state looked at, as those see it who can. */
function everyState(what: string, look: Look) {
  const walk = async (states: State[], page: Page, latchkey: Latchkey, username: string) => {
    for (const [name, go] of states) {
      await go(page, latchkey, username);
      await look(page, name);
    }
  };

  test(`${what} to a visitor`, async ({ page, latchkey, username }) => {
    await walk(visitor, page, latchkey, username);
  });

  test(`${what} to a member`, async ({ page, latchkey, username }) => {
    await due(page, latchkey, `due-${username}`);
    await look(page, 'a new password is due');
    await page.context().clearCookies();
    await signUp(page, username, longName);
    await walk(member, page, latchkey, username);
  });

  test(`${what} to an administrator`, async ({ page, latchkey, username }) => {
    await signInAsAdmin(page, latchkey, username);
    await page.waitForTimeout(3000); // so that the dialog comes
    await walk(administrator, page, latchkey, username);
  });
}

test.describe('in light colours', () => {
  everyState('every page is accessible', (page, name) => inspect(page, name));
});

test.describe('in dark colours', () => {
  test.use({ colorScheme: 'dark' });
  // The rest of what axe looks at does not depend on colours.
  everyState('every page has enough contrast', (page, name) =>
    inspect(page, name, ['color-contrast']),
  );
});

test.describe('at a width of 320 pixels', () => {
  test.use({ viewport: { width: 320, height: 640 } });
  everyState('no page scrolls sideways', fits);
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
