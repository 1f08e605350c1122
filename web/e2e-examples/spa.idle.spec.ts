import { expect, heading, test } from './fixtures';
import { button, continueButton, go, modes, signIn } from './spa';

const about = 'You are at About Page!!';
const locked = 'User Inactive!!';

for (const mode of modes) {
  test.describe(`tokens in ${mode}`, () => {
    test('five minutes without a touch lock the page in every tab, even after a reload', async ({
      page,
      context,
      start,
    }) => {
      await context.clock.install();
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '1h');
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(about);
      const other = await context.newPage();
      await other.goto(`${url}/contact`);
      await expect(heading(other)).toHaveText('You are at Contact Page!!');

      await context.clock.fastForward('04:50');
      await expect(heading(page)).toHaveText(about);
      await page.mouse.move(40, 300);
      await page.mouse.move(60, 320);
      await context.clock.fastForward('04:50'); // whoever is active in one tab is so in all
      await expect(heading(page)).toHaveText(about);
      await expect(heading(other)).toHaveText('You are at Contact Page!!');

      await context.clock.fastForward('00:11');
      await expect(heading(page)).toHaveText(locked);
      await expect(heading(page)).toBeFocused();
      await expect(heading(other)).toHaveText(locked);
      await expect(page.getByText(about)).toBeHidden();
      await page.mouse.move(80, 340); // a touch comes too late
      await page.reload();
      await expect(heading(page)).toHaveText(locked);

      await continueButton(page).click();
      await expect(heading(page)).toHaveText(about);
      await expect(page).toHaveURL(`${url}/about`);
      await expect(heading(other)).toHaveText('You are at Contact Page!!');
    });

    test('a key, a scroll and a click count as a touch', async ({ page, context, start }) => {
      await context.clock.install();
      const { url } = await start('spa', '-tokens', mode, '-access-ttl', '1h', '-idle', '1m');
      await signIn(page, url);
      const touches = [
        () => page.keyboard.press('Shift'),
        () => page.evaluate(() => document.dispatchEvent(new Event('scroll'))),
        () => page.getByRole('heading', { level: 1 }).click(),
      ];
      for (const touch of touches) {
        await context.clock.fastForward('00:50');
        await touch();
      }
      await context.clock.fastForward('00:50');
      await expect(heading(page)).toHaveText('You are at the Home Page!!');
      await context.clock.fastForward('00:11');
      await expect(heading(page)).toHaveText(locked);
    });

    test('after a night asleep nothing private shows, and a click goes on', async ({
      page,
      context,
      start,
    }) => {
      await context.clock.install();
      const { url } = await start('spa', '-tokens', mode);
      await signIn(page, url);
      await go(page, 'About');
      await expect(heading(page)).toHaveText(about);
      await context.clock.fastForward('08:00:00');
      await expect(heading(page)).toHaveText(locked);
      await continueButton(page).click();
      await expect(heading(page)).toHaveText(about);
    });
  });
}

test('the time is what the program was told', async ({ page, start }) => {
  const { url } = await start('spa', '-idle', '2s');
  await signIn(page, url);
  await expect(heading(page)).toHaveText(locked);
});

test('a locked page can be left by logging out', async ({ page, context, start }) => {
  await context.clock.install();
  const { url } = await start('spa');
  await signIn(page, url);
  await context.clock.fastForward('05:01');
  await expect(heading(page)).toHaveText(locked);
  await button(page, 'Log Out').click();
  await expect(heading(page)).toHaveText('You are at the Home Page!!');
  await page.reload();
  await expect(heading(page)).toHaveText('You are at the Home Page!!');
});

test('a developer need not wait', async ({ page, start }) => {
  const { url } = await start('spa');
  await signIn(page, url);
  await go(page, 'About');
  await expect(heading(page)).toHaveText(about);
  await page.getByText('For developers: the session').click();
  await expect(page.locator('.drawer')).toContainText('authenticated');
  await expect(page.locator('.drawer')).toContainText(/5\d\d s left/);
  await button(page, 'Go idle now').click();
  await expect(heading(page)).toHaveText(locked);
  await continueButton(page).click();
  await expect(heading(page)).toHaveText(about);
  await button(page, 'Expire the access token now').click();
  await expect(heading(page)).toHaveText('Session Timed Out!!');
  await continueButton(page).click();
  await expect(heading(page)).toHaveText(about);
  await expect(page.getByRole('list', { name: 'Events' })).toContainText('renewed');
});
