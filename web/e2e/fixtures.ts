import { expect, test as base } from '@playwright/test';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { startLatchkey } from './latchkey';
import type { Latchkey } from './latchkey';

export const password = 'brass key under the green mat';

/** Somebody with an account. */
export interface Person {
  username: string;
  password: string;
}

interface TestFixtures {
  /** A name that no other test uses. */
  username: string;
  /** Fails the test when the page logs an error, such as one about the Content-Security-Policy. */
  quiet: undefined;
}

interface WorkerFixtures {
  /** Flags for `latchkey serve`; set with `test.use` at the top of a file. */
  flags: string[];
  latchkey: Latchkey;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  flags: [['--fresh-for', '10m'], { option: true, scope: 'worker' }],

  latchkey: [
    async ({ flags }, use) => {
      const latchkey = await startLatchkey(flags);
      await use(latchkey);
      await latchkey.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ latchkey }, use) => use(latchkey.url),

  username: async ({}, use, { testId, retry }) => use(`ada-${testId.slice(-12)}-${String(retry)}`),

  quiet: [
    async ({ context }, use) => {
      const problems = watchConsole(context);
      await use(undefined);
      expect(problems).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

// What the browser logs of what a test provokes.
const provoked = [
  /^Failed to load resource: the server responded with a status of (4\d\d|50[23])/,
  /^Failed to load resource: net::/,
  /Failed to fetch dynamically imported module/,
  // The drawer's second device signs out: the data of this one stays.
  /^Clear-Site-Data header on .* credentials mode/,
];

/** Collects what a page should never log. Refusals that a test provokes are not errors of the page. */
export function watchConsole(context: BrowserContext): string[] {
  const problems: string[] = [];
  context.on('console', (message) => {
    const text = message.text();
    if (message.type() !== 'error' || provoked.some((pattern) => pattern.test(text))) return;
    problems.push(text);
  });
  context.on('weberror', (error) => problems.push(String(error.error())));
  return problems;
}

export async function signUp(page: Page, username: string, name = ''): Promise<Person> {
  await page.goto('/sign-up');
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(heading(page)).toHaveText(`Welcome home, ${name || username}`);
  return { username, password };
}

/** Fills in the sign-in form that is on the page. */
export async function signIn(page: Page, person: Person): Promise<void> {
  await page.getByLabel('Username').fill(person.username);
  await page.getByLabel('Password', { exact: true }).fill(person.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
}

/** Signs in as a new administrator, made at the command line as the first one is. */
export async function signInAsAdmin(
  page: Page,
  latchkey: Latchkey,
  username: string,
  next = '/admin/users',
): Promise<Person> {
  await latchkey.run(['user', 'add', username, '--admin', '--password-stdin'], `${password}\n`);
  await page.goto(`/sign-in?next=${next}`);
  await signIn(page, { username, password });
  await expect(page.getByRole('banner').getByRole('link', { name: 'Admin' })).toBeVisible();
  return { username, password };
}

/** Adds a user at the command line. */
export async function addUser(latchkey: Latchkey, username: string, ...flags: string[]) {
  const args = ['user', 'add', username, '--password-stdin', ...flags];
  await latchkey.run(args, `${password}\n`);
}

/** Opens the page of somebody who has just been added, as a new administrator. Returns the name. */
export async function openNewPerson(page: Page, latchkey: Latchkey, username: string) {
  const name = `bob-${username}`;
  await addUser(latchkey, name);
  await signInAsAdmin(page, latchkey, username, `/admin/users?search=${name}`);
  await page.getByRole('link', { name }).click();
  return name;
}

/** Another browser of the same person. */
export async function signInElsewhere(
  browser: Browser,
  url: string,
  person: Person,
  userAgent: string,
) {
  const context = await browser.newContext({ baseURL: url, userAgent, locale: 'en-GB' });
  const page = await context.newPage();
  await page.goto('/sign-in?next=/account');
  await signIn(page, person);
  await expect(heading(page)).toHaveText('Your account');
  return { context, page };
}

/** What another device calls itself. */
export const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';

export const heading = (page: Page) => page.getByRole('heading', { level: 1 });
