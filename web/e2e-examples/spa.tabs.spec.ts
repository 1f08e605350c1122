import type { BrowserContext, Page } from '@playwright/test';
import { expect, heading, test } from './fixtures';
import { button, continueButton, fill, go, kept, modes, signIn } from './spa';

const about = 'You are at About Page!!';
const timedOut = 'Session Timed Out!!';

/** Collects the status of every answer to /protected. */
function watch(context: BrowserContext): number[] {
  const seen: number[] = [];
  context.on('response', (response) => {
    if (new URL(response.url()).pathname === '/protected') seen.push(response.status());
  });
  return seen;
}

/** Makes renewals slow. Counts the most that were under way at a time. */
async function slowly(context: BrowserContext): Promise<{ most: number }> {
  const renewals = { most: 0 };
  let now = 0;
  await context.route('**/refresh', async (route) => {
    renewals.most = Math.max(renewals.most, ++now);
    await new Promise((resolve) => setTimeout(resolve, 400));
    const answer = await route.fetch();
    now--;
    await route.fulfill({ response: answer });
  });
  return renewals;
}

for (const mode of modes) {
  for (const locks of [true, false]) {
    test(`${mode}: four tabs whose tokens end together go on ${locks ? 'with' : 'without'} Web Locks`, async ({
      page,
      context,
      start,
    }) => {
      if (!locks) {
        await context.addInitScript(() =>
          Object.defineProperty(navigator, 'locks', { value: undefined }),
        );
        // Nor do the tabs hear of each other.
        await context.addInitScript(() => Reflect.deleteProperty(window, 'BroadcastChannel'));
      }
      const program = await start('spa', '-tokens', mode, '-access-ttl', '2s');
      const { url } = program;
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(timedOut);
      const tabs: Page[] = [page];
      for (let i = 1; i < 4; i++) tabs.push(await context.newPage());
      for (const tab of tabs) {
        // The server accepts the token for up to a second longer than it has said.
        await expect(async () => {
          await tab.goto(`${url}/about`);
          await expect(heading(tab)).toHaveText(timedOut, { timeout: 3000 });
        }).toPass();
      }
      // From here on tokens live long enough for a slow machine.
      await program.stop();
      await program.start('-access-ttl', '10m');

      const renewals = await slowly(context);
      await Promise.all(
        tabs.map((tab) => continueButton(tab).evaluate((element: HTMLElement) => element.click())),
      );
      await Promise.all(tabs.map((tab) => expect(heading(tab)).toHaveText(about)));
      expect(renewals.most).toBe(locks ? 1 : 4);

      const answers = watch(context);
      await Promise.all(
        tabs.map((tab) =>
          tab.evaluate(async () => {
            const token = localStorage.getItem('accessToken');
            const headers: HeadersInit = token ? { Authorization: `Bearer ${token}` } : {};
            await Promise.all([1, 2, 3].map(() => fetch('/protected', { headers })));
          }),
        ),
      );
      expect(answers).toEqual(Array<number>(12).fill(200));
    });
  }

  test(`${mode}: signing in and out reaches every tab`, async ({ page, context, start }) => {
    const { url } = await start('spa', '-tokens', mode);
    const other = await context.newPage();
    await other.goto(`${url}/contact`);
    await expect(heading(other)).toHaveText('Please fill the below form to sign-in!!');
    await page.goto(url);
    await button(page, 'Sign In').click();
    await fill(page);
    await expect(page.getByText('Signed in as testuser')).toBeVisible();
    await expect(heading(other)).toHaveText('You are at Contact Page!!');
    await button(page, 'Log Out').click();
    await expect(heading(page)).toHaveText('You are at the Home Page!!');
    await expect(other.getByText('You are at Contact Page!!')).toBeHidden();
    await expect(other.getByText('Signed in as')).toBeHidden();
  });

  test(`${mode}: the way back after signing out shows nothing private`, async ({ page, start }) => {
    const { url } = await start('spa', '-tokens', mode);
    await signIn(page, url);
    await go(page, 'About');
    await expect(heading(page)).toHaveText(about);
    await button(page, 'Log Out').click();
    await expect(heading(page)).toHaveText('You are at the Home Page!!');
    expect(await kept(page)).toEqual([]);
    await page.goBack();
    await expect(heading(page)).toHaveText('Please fill the below form to sign-in!!');
    await page.goto('about:blank');
    await page.goBack();
    await expect(heading(page)).toHaveText('Please fill the below form to sign-in!!');
    await expect(page.getByText('testuser')).toBeHidden();
  });
}
