import { expect, heading, password, signIn, signUp, test } from './fixtures';

const summary = 'There is a problem';

test('a wrong password is refused without saying which field was wrong', async ({
  page,
  username,
}) => {
  await signUp(page, username);
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');

  const words: string[] = [];
  for (const wrong of [
    { username, password: 'not the password of ada' },
    { username: `${username}-nobody`, password },
  ]) {
    await page.goto('/sign-in');
    await signIn(page, wrong);
    const box = page.getByRole('group', { name: summary });
    await expect(box).toBeFocused();
    await expect(page).toHaveTitle('Error: Sign in – Latchkey');
    words.push((await box.textContent()) ?? '');
    // What was typed is still there, and no field is blamed.
    await expect(page.getByLabel('Username')).toHaveValue(wrong.username);
    await expect(page.locator('[aria-invalid]')).toHaveCount(0);
  }
  expect(words[0]).toBe(words[1]);
});

test('a username that is taken is an error of its field', async ({ page, username }) => {
  await signUp(page, username);
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');
  await page.goto('/sign-up');
  await page.getByLabel('Username').fill(username.toUpperCase());
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();

  const field = page.getByLabel('Username');
  await expect(page.getByRole('group', { name: summary })).toBeFocused();
  await expect(field).toHaveAttribute('aria-invalid', 'true');
  await expect(field).toHaveAccessibleDescription(/taken/);
  await page.getByRole('group', { name: summary }).getByRole('link').click();
  await expect(field).toBeFocused();
});

test('the server has the last word about a new password', async ({ page, username }) => {
  await page.goto('/sign-up');
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password', { exact: true }).fill(username.padEnd(15, 'x'));
  await page.getByLabel('Password', { exact: true }).fill('passwordpassword');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByLabel('Password', { exact: true })).toHaveAttribute(
    'aria-invalid',
    'true',
  );
  await expect(page).toHaveTitle('Error: Create an account – Latchkey');
});

test('an empty form is not sent, and the summary links to each field', async ({ page }) => {
  await page.goto('/sign-in');
  let sent = 0;
  page.on('request', (request) => (sent += request.method() === 'POST' ? 1 : 0));
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  const links = page.getByRole('group', { name: summary }).getByRole('link');
  await expect(links).toHaveText(['Enter your username', 'Enter your password']);
  await links.last().click();
  await expect(page.getByLabel('Password', { exact: true })).toBeFocused();
  await expect(page).toHaveURL('/sign-in');
  expect(sent).toBe(0);
});

test('a password can be shown, and hides again when the form is sent', async ({ page }) => {
  await page.goto('/sign-in');
  const field = page.getByLabel('Password', { exact: true });
  await field.fill('something');
  await page.getByRole('button', { name: 'Show password' }).click();
  await expect(field).toHaveAttribute('type', 'text');
  await page.getByRole('button', { name: 'Hide password' }).click();
  await expect(field).toHaveAttribute('type', 'password');
  await page.getByRole('button', { name: 'Show password' }).click();
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(field).toHaveAttribute('type', 'password');
});

test('password managers find what they look for', async ({ page, username }) => {
  const fields = async () =>
    page
      .locator('input')
      .evaluateAll((inputs) =>
        inputs.map((input) => [
          (input as HTMLInputElement).name,
          (input as HTMLInputElement).autocomplete,
        ]),
      );
  await page.goto('/sign-in');
  await expect(page.getByLabel('Username')).toBeVisible();
  expect(await fields()).toEqual([
    ['username', 'username'],
    ['password', 'current-password'],
  ]);
  await expect(page.locator('form')).toHaveAttribute('method', 'post');
  await page.goto('/sign-up');
  await expect(page.getByLabel('Username')).toBeVisible();
  expect(await fields()).toEqual([
    ['username', 'username'],
    ['name', 'name'],
    ['password', 'new-password'],
  ]);
  await signUp(page, username);
  await page.goto('/.well-known/change-password');
  await expect(page).toHaveURL('/account');
  await expect(page.getByLabel('Current password', { exact: true })).toBeVisible();
  expect(await fields()).toEqual([
    ['username', 'username'],
    ['current_password', 'current-password'],
    ['new_password', 'new-password'],
  ]);
});

test('with the keyboard alone a person signs in, and out again', async ({ page, username }) => {
  const person = await signUp(page, username);
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(heading(page)).toHaveText('You are signed out');
  await page.goto('/sign-in?next=/profile');
  await expect(page.getByLabel('Username')).toBeVisible();

  const { keyboard } = page;
  await keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeInViewport();
  await keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(page).toHaveURL('/sign-in?next=/profile'); // "Back" leads to the page before
  await keyboard.press('Tab');
  await expect(page.getByLabel('Username')).toBeFocused();
  await keyboard.type(person.username);
  await keyboard.press('Tab');
  await keyboard.type(person.password);
  await keyboard.press('Enter');

  // The new page's heading has the focus, so that it is read out.
  await expect(heading(page)).toHaveText('Your profile');
  await expect(heading(page)).toBeFocused();
  await expect(page).toHaveTitle('Your profile – Latchkey');
  await expect(page.getByRole('link', { name: 'Profile', exact: true })).toHaveAttribute(
    'aria-current',
    'page',
  );

  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).focus();
  await keyboard.press('Enter');
  await expect(heading(page)).toHaveText('You are signed out');
  await expect(heading(page)).toBeFocused();
});

test('returns to local paths only', async ({ page, username, baseURL }) => {
  const person = await signUp(page, username);
  for (const next of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'javascript:alert(1)',
    '/sign-in',
  ]) {
    await page.context().clearCookies();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, person);
    await expect(heading(page)).toHaveText(`Welcome home, ${username}`);
    expect(page.url()).toBe(`${baseURL!}/`);
  }
});

test('says so when the server does not answer, and works when it does again', async ({
  page,
  context,
  username,
}) => {
  const person = await signUp(page, username);
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(page.getByText('This device')).toBeVisible();

  await context.setOffline(true);
  await page.getByRole('banner').getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('alert')).toContainText('You are still signed in.');
  await page.getByRole('link', { name: 'Profile', exact: true }).click();
  await expect(heading(page)).toHaveText('Your profile');
  await page.getByRole('link', { name: 'Account', exact: true }).click();
  await expect(page.getByRole('alert').first()).toContainText('cannot be reached');

  await context.setOffline(false);
  const devices = page.getByRole('region', { name: 'Where you are signed in' });
  await devices.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('This device')).toBeVisible();
  expect(person.username).toBe(username);
});
