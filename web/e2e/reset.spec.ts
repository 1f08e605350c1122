import { expect, heading, password, signIn, signUp, test } from './fixtures';

const chosen = 'a purple door with no handle';

test('a link leads to a new password, once', async ({ page, browser, latchkey, username }) => {
  await signUp(page, username);
  const link = await latchkey.run(['user', 'reset-link', username, '--base-url', latchkey.url]);
  const secret = link.split('#')[1]!;
  expect(secret.length).toBeGreaterThan(20);

  const context = await browser.newContext({ baseURL: latchkey.url });
  const visitor = await context.newPage();
  const asked: string[] = [];
  visitor.on('request', (request) => {
    asked.push(request.url(), JSON.stringify(request.headers()));
  });
  await visitor.goto(link);
  await expect(heading(visitor)).toHaveText('Choose a new password');
  await expect(visitor.getByText(username)).toBeVisible();

  await test.step('the secret is nowhere but in the page', async () => {
    expect(visitor.url()).toBe(`${latchkey.url}/reset`);
    expect(asked.join('\n')).not.toContain(secret);
    const kept = await visitor.evaluate(() =>
      JSON.stringify([
        localStorage,
        sessionStorage,
        document.cookie,
        history.state,
        document.body.outerHTML,
      ]),
    );
    expect(kept).not.toContain(secret);
  });

  await test.step('a password that will not do is refused, and the link stays good', async () => {
    await visitor.getByRole('button', { name: 'Save the password' }).click();
    await expect(visitor.getByRole('group', { name: 'There is a problem' })).toBeFocused();
    await expect(visitor).toHaveTitle('Error: Choose a new password – Latchkey');
    await visitor.getByLabel('New password', { exact: true }).fill('passwordpassword');
    await visitor.getByRole('button', { name: 'Save the password' }).click();
    await expect(visitor.getByLabel('New password', { exact: true })).toHaveAttribute(
      'aria-invalid',
      'true',
    );
  });

  await test.step('with the keyboard alone', async () => {
    await visitor.getByLabel('New password', { exact: true }).fill(chosen);
    await visitor.keyboard.press('Enter');
    await expect(heading(visitor)).toHaveText('Your password is set');
    await expect(visitor.getByRole('status')).toBeFocused();
    await visitor.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
    await signIn(visitor, { username, password: chosen });
    await expect(heading(visitor)).toHaveText(`Welcome home, ${username}`);
  });

  await test.step('who was signed in is told, and the old password is worth nothing', async () => {
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(heading(page)).toHaveText('Your session has ended');
    await expect(page.getByText('Your password was changed')).toBeVisible();
    await page.getByRole('main').getByRole('link', { name: 'Sign in again' }).click();
    await signIn(page, { username, password });
    await expect(page.getByText('There is a problem')).toBeVisible();
  });

  await test.step('the link is used up', async () => {
    await visitor.goto(link);
    await expect(heading(visitor)).toHaveText('This link does not work any more');
    await expect(visitor.getByText('Ask whoever runs this site for a new link')).toBeVisible();
    await expect(visitor).toHaveTitle('This link does not work any more – Latchkey');
  });
  expect(asked.join('\n')).not.toContain(secret);
  await context.close();
});

test('a link that is used while its page is open says so', async ({ page, latchkey, username }) => {
  const args = ['user', 'reset-link', username, '--base-url', latchkey.url];
  await latchkey.run(['user', 'add', username, '--link', '--base-url', latchkey.url]);
  await page.goto(await latchkey.run(args));
  await expect(heading(page)).toHaveText('Choose a new password');
  const other = await page.context().newPage();
  await other.goto(await latchkey.run(args));
  await other.getByLabel('New password', { exact: true }).fill(password);
  await other.getByRole('button', { name: 'Save the password' }).click();
  await expect(heading(other)).toHaveText('Your password is set');
  await page.getByLabel('New password', { exact: true }).fill(chosen);
  await page.getByRole('button', { name: 'Save the password' }).click();
  await expect(heading(page)).toHaveText('This link does not work any more');
  await expect(heading(page)).toBeFocused();

  // Pasted into the address bar of the same page, which loads nothing.
  const newer = await latchkey.run(args);
  await page.evaluate((url) => location.assign(url), newer);
  await expect(heading(page)).toHaveText('Choose a new password');
  expect(page.url()).toBe(`${latchkey.url}/reset`);
  await page.reload();
  await expect(heading(page)).toHaveText('Open your link again');
});

test('the own session of whoever uses a link ends with it', async ({
  page,
  latchkey,
  username,
}) => {
  await signUp(page, username);
  await page.goto(await latchkey.run(['user', 'reset-link', username, '--base-url', latchkey.url]));
  await page.getByLabel('New password', { exact: true }).fill(chosen);
  await page.getByRole('button', { name: 'Save the password' }).click();
  await expect(heading(page)).toHaveText('Your password is set');
  await expect(page.getByRole('banner').getByRole('link', { name: 'Sign in' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await expect(heading(page)).toHaveText('Sign in');
});

test('a server that does not answer is no spent link', async ({ page, latchkey, username }) => {
  const link = await latchkey.run([
    ...['user', 'add', username, '--link', '--base-url', latchkey.url],
  ]);
  await page.route('**/api/v1/password/reset/check', (route) => route.abort());
  await page.goto(link);
  await expect(page.getByRole('alert')).toContainText('cannot be reached');
  await page.unroute('**/api/v1/password/reset/check');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByLabel('New password', { exact: true })).toBeVisible();
});

test.describe('a person who has to choose a new password', () => {
  test('can do that, sign out, and nothing else', async ({ page, latchkey, username }) => {
    await latchkey.run(
      ['user', 'add', username, '--password-stdin', '--must-change'],
      `${password}\n`,
    );
    await page.goto('/sign-in?next=/profile');
    await signIn(page, { username, password });
    await expect(heading(page)).toHaveText('Choose a new password');
    await expect(page).toHaveURL('/new-password?next=%2Fprofile');
    const nav = page.getByRole('navigation', { name: 'Main' });
    await expect(nav.getByRole('link')).toHaveCount(0);
    await expect(nav.getByRole('button')).toHaveText(['Sign out']);
    for (const path of ['/', '/account', '/profile', '/no/such/page']) {
      await page.goto(path);
      await expect(heading(page)).toHaveText('Choose a new password');
    }

    await nav.getByRole('button', { name: 'Sign out' }).click();
    await expect(heading(page)).toHaveText('You are signed out');
    await page.goto('/sign-in?next=/profile');
    await signIn(page, { username, password });
    await page.getByLabel('Current password', { exact: true }).fill(password);
    await page.getByLabel('New password', { exact: true }).fill(chosen);
    await page.keyboard.press('Enter');
    await expect(page.getByText('Your password has been changed.')).toBeVisible();
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(heading(page)).toHaveText('Your profile');
    await page.goto('/new-password');
    await expect(heading(page)).toHaveText(`Welcome home, ${username}`);
  });

  test('is led there by any refusal of the API', async ({ page, username }) => {
    await signUp(page, username);
    // Real servers end the sessions with the demand; this is for one that does not.
    await page.route('**/api/v1/sessions', (route) =>
      route.fulfill({
        status: 403,
        json: { code: 'password_change_required', msg: 'Choose a new password first.' },
      }),
    );
    await page.getByRole('link', { name: 'Account', exact: true }).click();
    await expect(heading(page)).toHaveText('Choose a new password');
    await expect(page).toHaveURL('/new-password?next=%2Faccount');
    await page.unroute('**/api/v1/sessions');
    await page.getByLabel('Current password', { exact: true }).fill(password);
    await page.getByLabel('New password', { exact: true }).fill(chosen);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('link', { name: 'Continue' }).click();
    await expect(page.getByText('This device')).toBeVisible();
  });
});
