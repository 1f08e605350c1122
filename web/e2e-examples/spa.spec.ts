import { expect, heading, test } from './fixtures';
import { button, continueButton, fill, go, kept, modes, signIn } from './spa';

const home = 'You are at the Home Page!!';
const about = 'You are at About Page!!';
const loginForm = 'Please fill the below form to sign-in!!';

for (const mode of modes) {
  test.describe(`tokens in ${mode}`, () => {
    test('a visitor looks around, signs in, looks at everything and signs out', async ({
      page,
      start,
    }) => {
      const { url } = await start('spa', '-tokens', mode);
      await page.goto(url);
      await expect(page).toHaveTitle('Web App');
      await expect(page.getByRole('banner')).toContainText('My App');
      await expect(heading(page)).toHaveText(home);
      await expect(page.locator('nav [aria-current=page]')).toHaveText('Home');
      await go(page, 'Products');
      await expect(page).toHaveURL(`${url}/products`);
      await expect(page.getByText('Below are the products that we offer.')).toBeVisible();
      await expect(page.getByRole('main').getByRole('listitem')).toHaveText([
        'Sofas',
        'Chairs',
        'Tables',
        'Swings',
      ]);
      await expect(page.locator('nav [aria-current=page]')).toHaveText('Products');

      await go(page, 'About');
      await expect(page).toHaveURL(`${url}/login`);
      await expect(heading(page)).toHaveText(loginForm);
      expect(await page.evaluate(() => localStorage.redirectAfterLogin as unknown)).toBe('/about');
      await fill(page, { username: 'testuser', password: 'wrong' });
      await expect(page.getByRole('alert')).toHaveText('Invalid credentials');
      await expect(page.getByRole('alert')).toBeFocused();
      await expect(page).toHaveTitle(/^Error: /);
      expect(await kept(page)).toEqual(['redirectAfterLogin']);

      await fill(page);
      await expect(heading(page)).toHaveText(about);
      await expect(page).toHaveURL(`${url}/about`);
      await go(page, 'Contact');
      await expect(heading(page)).toHaveText('You are at Contact Page!!');
      await page.reload();
      await expect(heading(page)).toHaveText('You are at Contact Page!!');
      expect(await kept(page)).toEqual(
        mode === 'headers'
          ? ['accessToken', 'refreshToken']
          : ['access_token_cookie', 'refresh_token_cookie'],
      );

      await button(page, 'Log Out').click();
      await expect(heading(page)).toHaveText(home);
      await expect(page.getByText('Signed in as')).toBeHidden();
      expect(await kept(page)).toEqual([]);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(loginForm);
    });

    test('Home and Products forget the page asked for', async ({ page, start }) => {
      const { url } = await start('spa', '-tokens', mode);
      for (const name of ['Home', 'Products']) {
        await page.goto(`${url}/contact`);
        await expect(heading(page)).toHaveText(loginForm);
        await go(page, name);
        await button(page, 'Sign In').click();
        await expect(heading(page)).toHaveText(loginForm);
        expect(await kept(page)).toEqual([]);
      }
      await fill(page);
      await expect(page).toHaveURL(`${url}/`);
    });

    test('an expired token leads to a page that renews and returns', async ({ page, start }) => {
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '2s');
      await signIn(page, url);
      await go(page, 'Contact');
      await expect(heading(page)).toHaveText('Session Timed Out!!');
      await expect(page).toHaveURL(`${url}/session-timeout`);
      await page.reload();
      await continueButton(page).click();
      await expect(heading(page)).toHaveText('You are at Contact Page!!');
      await expect(page).toHaveURL(`${url}/contact`);
    });

    test('a page that was reloaded knows when the token ends', async ({ page, start }) => {
      await page.clock.install();
      const { url } = await start('spa', '-tokens', mode, '-idle', '1h');
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(about);
      await page.reload();
      await expect(heading(page)).toHaveText(about);
      await page.clock.fastForward('10:01');
      await expect(heading(page)).toHaveText('Session Timed Out!!');
    });

    test('without a refresh token, to continue leads Home', async ({ page, start }) => {
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '2s');
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText('Session Timed Out!!');
      await page.evaluate(() => localStorage.removeItem('refreshToken'));
      await page.context().clearCookies({ name: 'refresh_token_cookie' });
      await continueButton(page).click();
      await expect(heading(page)).toHaveText(home);
    });

    test('an expired refresh token leads to sign in, and then to the page', async ({
      page,
      start,
    }) => {
      const flags = ['-access-ttl', '2s', '-refresh-ttl', '4s'];
      const program = await start('spa', '-tokens', mode, ...flags);
      const { url } = program;
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText('Session Timed Out!!');
      await page.waitForTimeout(3000); // it is the server's clock that has to pass
      await continueButton(page).click();
      await expect(heading(page)).toHaveText(loginForm);
      await expect(page.getByText('Your session has ended.')).toBeVisible();
      // From here on tokens live long enough for a slow machine.
      await program.stop();
      await program.start('-access-ttl', '10m', '-refresh-ttl', '1h');
      await fill(page);
      await expect(page).toHaveURL(`${url}/about`);
    });
  });
}
