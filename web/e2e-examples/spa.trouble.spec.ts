import { expect, heading, test } from './fixtures';
import { button, continueButton, go, kept, modes, signIn } from './spa';

const about = 'You are at About Page!!';
const loginForm = 'Please fill the below form to sign-in!!';
const timedOut = 'Session Timed Out!!';

for (const mode of modes) {
  test.describe(`tokens in ${mode}`, () => {
    test('a renewal whose answer is lost can be tried again', async ({ page, start }) => {
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '2s');
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(timedOut);
      let dropped = 0;
      await page.route('**/refresh', async (route) => {
        if (dropped++ > 0) return route.continue();
        await route.fetch(); // the server has renewed, and nobody hears of it
        await route.abort('connectionreset');
      });
      await continueButton(page).click();
      await expect(page.getByRole('alert')).toContainText('cannot be reached');
      await expect(heading(page)).toHaveText(timedOut);
      await continueButton(page).click();
      await expect(heading(page)).toHaveText(about);
    });

    test('a slow renewal is asked for once, and called off by logging out', async ({
      page,
      start,
    }) => {
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '2s');
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(timedOut);
      let renewals = 0;
      let answer = () => {};
      await page.route('**/refresh', async (route) => {
        renewals++;
        await new Promise<void>((resolve) => (answer = resolve));
        await route.continue().catch(() => {}); // called off
      });
      await continueButton(page).click();
      await continueButton(page).click({ force: true }); // it says that it is disabled
      await expect.poll(() => renewals).toBe(1);
      await button(page, 'Log Out').click();
      await expect(heading(page)).toHaveText('You are at the Home Page!!');
      answer();
      await go(page, 'About');
      await expect(heading(page)).toHaveText(loginForm);
      expect(renewals).toBe(1);
      expect(await kept(page)).toEqual(['redirectAfterLogin']);
    });

    test('a server that starts again finds people signed in', async ({ page, start }) => {
      const program = await start('spa', '-tokens', mode);
      await signIn(page, program.url);
      await program.stop();
      await go(page, 'About');
      await expect(page.getByRole('alert')).toContainText('cannot be reached');
      await expect(page.getByText(about)).toBeHidden();
      await program.start();
      await button(page, 'Try again').click();
      await expect(heading(page)).toHaveText(about);
    });

    test('any other error shows nothing protected', async ({ page, start }) => {
      const { url } = await start('spa', '-tokens', mode);
      await signIn(page, url);
      await page.route('**/protected', (route) => route.fulfill({ status: 500, body: 'oh' }));
      await go(page, 'About');
      await expect(heading(page)).toHaveText('This page is not available');
      await expect(page.getByText(about)).toBeHidden();
      await page.reload();
      await expect(heading(page)).toHaveText('This page is not available');
      await page.unroute('**/protected');
      await button(page, 'Try again').click();
      await expect(heading(page)).toHaveText(about);
    });

    test('a session that ended on the server leads to sign in', async ({
      page,
      context,
      start,
    }) => {
      const { url } = await start('spa', '-tokens', mode);
      await signIn(page, url);
      const token = await page.evaluate(() => localStorage.getItem('accessToken'));
      const cookies = (await context.cookies()).map(({ name, value }) => `${name}=${value}`);
      const ended = await fetch(`${url}/logout`, {
        method: 'POST',
        headers: token ? { Authorization: `Bearer ${token}` } : { Cookie: cookies.join('; ') },
      });
      expect(ended.status).toBe(200);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(loginForm);
      await expect(page.getByText('Your session has ended.')).toBeVisible();
    });
  });
}

for (const mode of modes) {
  test(`${mode}: logging out while the server is away says so`, async ({ page, start }) => {
    const program = await start('spa', '-tokens', mode);
    await signIn(page, program.url);
    await program.stop();
    await button(page, 'Log Out').click();
    await expect(page.getByRole('alert')).toContainText('cannot be reached');
    // Cookies are only for the server to take back.
    await expect(page.getByText('Signed in as')).toBeVisible({ visible: mode === 'cookies' });
    await program.start();
    await button(page, 'Log Out').click();
    await expect(page.getByText('Signed in as')).toBeHidden();
    await expect.poll(() => kept(page)).toEqual([]);
  });
}

test('tokens that are none lead to sign in', async ({ page, start }) => {
  const { url } = await start('spa');
  await page.goto(url);
  await page.evaluate(() => {
    localStorage.setItem('accessToken', 'garbage');
    localStorage.setItem('refreshToken', 'garbage');
  });
  await page.goto(`${url}/about`);
  await continueButton(page).click();
  await expect(heading(page)).toHaveText(loginForm);
});

test('a page asked for that is on another site is not gone to', async ({ page, start }) => {
  const { url } = await start('spa');
  for (const hostile of [
    '//example.com',
    'https://example.com/',
    '/\\example.com',
    'javascript:alert(1)',
  ]) {
    await page.goto(`${url}/login`);
    await page.evaluate((path) => localStorage.setItem('redirectAfterLogin', path), hostile);
    await page.getByLabel('Username').fill('testuser');
    await page.getByLabel('Password').fill('password123');
    await button(page, 'Submit').click();
    await expect(page).toHaveURL(`${url}/`);
    await button(page, 'Log Out').click();
    await expect(page.getByText('Signed in as')).toBeHidden();
  }
});
