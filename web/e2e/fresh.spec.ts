import { expect, heading, openNewPerson, password, test } from './fixtures';

// A sign-in counts as recent for a moment only.
test.use({ flags: ['--fresh-for', '3s'] });

test('a change asks for the own password, and is then made', async ({
  page,
  latchkey,
  username,
}) => {
  const name = await openNewPerson(page, latchkey, username);
  await expect(heading(page)).toHaveText(name);
  await page.waitForTimeout(3000);

  const dialog = page.getByRole('dialog', { name: 'Is it still you?' });
  await page.getByRole('button', { name: 'Disable the account' }).click();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('alert')).toContainText('Nothing was changed.');

  await page.getByRole('button', { name: 'Disable the account' }).click();
  await dialog.getByLabel('Password', { exact: true }).fill(password);
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(
    page.getByRole('status').filter({ hasText: 'is disabled and signed out everywhere' }),
  ).toBeFocused();
});
