import type { Page } from '@playwright/test';
import { expect, fits, heading, inspect, test } from './fixtures';
import type { Way } from './fixtures';
import { button, continueButton, fill, go } from './spa';

const open = (url: string, title: string) => async (page: Page) => {
  await page.goto(url);
  await expect(heading(page)).toHaveText(title);
};

const ways = (url: string): Way[] => [
  ['home', open(`${url}/home`, 'You are at the Home Page!!')],
  ['products', open(`${url}/products`, 'Below are the products that we offer.')],
  ['session-timeout', open(`${url}/session-timeout`, 'Session Timed Out!!')],
  ['login', open(`${url}/contact`, 'Please fill the below form to sign-in!!')],
  [
    'login with an error',
    async (page) => {
      await fill(page, { username: 'testuser', password: 'wrong' });
      await expect(page.getByRole('alert')).toBeVisible();
    },
  ],
  [
    'contact',
    async (page) => {
      await fill(page);
      await expect(heading(page)).toHaveText('You are at Contact Page!!');
      await page.getByText('For developers').click();
    },
  ],
  [
    'locked',
    async (page) => {
      await button(page, 'Go idle now').click();
      await expect(heading(page)).toHaveText('User Inactive!!');
    },
  ],
];

for (const colours of ['light', 'dark'] as const) {
  test(`every page is accessible in ${colours} colours`, async ({ page, start }) => {
    const { url } = await start('spa');
    await inspect(page, ways(url), colours);
  });
}

test('at a width of 320 pixels no page scrolls sideways', async ({ page, start }) => {
  const { url } = await start('spa');
  await fits(page, ways(url));
});

test('with the keyboard alone, and without motion', async ({ page, start }) => {
  await page.clock.install();
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const { url } = await start('spa', '-idle', '1h');
  await page.goto(url);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await expect(heading(page)).toBeVisible(); // before, Tab leads nowhere
  await press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to content' })).toBeFocused();
  await press('Tab', 'Tab', 'Tab', 'Enter'); // My App, Home, About
  await expect(heading(page)).toHaveText('Please fill the below form to sign-in!!');
  await expect(heading(page)).toBeFocused();
  await press('Tab');
  await page.keyboard.type('testuser');
  await press('Tab');
  await page.keyboard.type('password123');
  await press('Enter');
  await expect(heading(page)).toHaveText('You are at About Page!!');
  await expect(heading(page)).toBeFocused();
  await page.clock.fastForward('10:01');
  await expect(heading(page)).toHaveText('Session Timed Out!!');
  await expect(heading(page)).toBeFocused();
  await press('Tab');
  await expect(continueButton(page)).toBeFocused();
  await press('Enter');
  await expect(heading(page)).toHaveText('You are at About Page!!');
  const moving = await page.evaluate(() =>
    [...document.querySelectorAll('*')]
      .map((element) => parseFloat(getComputedStyle(element).transitionDuration))
      .filter((seconds) => seconds > 0.01),
  );
  expect(moving).toEqual([]);
});

test('the policy for content is strict, and the title says where one is', async ({
  page,
  start,
}) => {
  const { url } = await start('spa');
  const answer = await page.goto(url);
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
  expect(policy).toContain("require-trusted-types-for 'script'");
  expect(policy).not.toContain('unsafe');
  await expect(page).toHaveTitle('Web App');
  await go(page, 'Products');
  await expect(page).toHaveTitle('Products – Web App');
  const script = await page.locator('script').getAttribute('src');
  const asset = await page.request.get(url + String(script));
  expect(asset.headers()['cache-control']).toContain('immutable');
});

test('a password is shown on demand, until it is sent', async ({ page, start }) => {
  const { url } = await start('spa');
  await page.goto(`${url}/login`);
  const password = page.getByLabel('Password');
  await password.fill('wrong');
  await button(page, 'Show what is typed').click();
  await expect(password).toHaveAttribute('type', 'text');
  await page.getByLabel('Username').fill('testuser');
  await button(page, 'Submit').click();
  await expect(password).toHaveAttribute('type', 'password');
});
