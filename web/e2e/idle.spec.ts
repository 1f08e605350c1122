import { expect, heading, signUp, test } from './fixtures';

test.use({ flags: ['--idle-prompt', '4m'] });

test('a person who is away is warned and then signed out, in every tab', async ({
  page,
  context,
  username,
}) => {
  await page.clock.install();
  await signUp(page, username);
  await page.goto('/profile');
  await expect(heading(page)).toHaveText('Your profile');
  const other = await context.newPage();
  await other.goto('/account');
  await expect(heading(other)).toHaveText('Your account');

  await page.clock.fastForward('04:05');
  const warning = page.getByRole('alertdialog', { name: 'Are you still there?' });
  await expect(warning).toContainText(/\d+ seconds left/);
  await expect(warning.getByRole('button', { name: 'Stay signed in' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(warning).toBeHidden();

  // A laptop sleeps past the end: what is on the screen when it wakes is not theirs to see.
  await page.clock.fastForward('30:00');
  await expect(heading(page)).toHaveText('Your session has ended');
  await expect(page.getByText('You were away for a while.')).toBeVisible();
  await expect(page.getByText(username)).toHaveCount(0);
  await expect(heading(other)).toHaveText('Your session has ended');
});
