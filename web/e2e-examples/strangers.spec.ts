import type { Page } from '@playwright/test';
import { expect, heading, test } from './fixtures';
import { startSite } from './origin';
import type { Name } from './program';
import { modes } from './spa';

// What a page of another site can do without asking anybody: send forms, and lead people on by
// links. The programs are on 127.0.0.1 and the stranger is on localhost, which is another site.

/** Sends a form from the page that is open, as what it says it is, and gives the status. */
async function post(page: Page, url: string, enctype: string): Promise<number> {
  const answer = page.waitForResponse((response) => response.url() === url);
  await page.evaluate(
    ({ url, enctype }) => {
      const form = Object.assign(document.createElement('form'), {
        method: 'post',
        action: url,
        enctype,
      });
      // As text/plain this is JSON: {"username":"testuser","x":"="}
      const input = Object.assign(document.createElement('input'), {
        name: '{"username":"testuser","x":"',
        value: '"}',
      });
      form.append(input);
      document.body.append(form);
      form.submit();
    },
    { url, enctype },
  );
  const status = (await answer).status();
  await page.waitForURL(url);
  return status;
}

const apps: [Name, string[], string[]][] = [
  ...modes.map((mode): [Name, string[], string[]] => [
    'spa',
    ['-tokens', mode],
    ['/login', '/refresh', '/logout'],
  ]),
  ['profile', [], ['/token', '/logout']],
  ['store', [], ['/login', '/logout', '/signup', '/cart', '/wishlist']],
  ['pages', [], ['/login', '/signup', '/account/change_settings', '/account/password']],
];

for (const [name, flags, routes] of apps) {
  test(`${[name, ...flags].join(' ')}: no form of another site is taken`, async ({
    page,
    start,
  }) => {
    const [{ url }, stranger] = await Promise.all([start(name, ...flags), startSite()]);
    for (const route of routes) {
      for (const enctype of ['application/x-www-form-urlencoded', 'text/plain']) {
        await page.goto(stranger.url);
        expect(await post(page, url + route, enctype), `${route} as ${enctype}`).toBe(403);
      }
    }
    expect(await page.context().cookies()).toEqual([]);
    await stranger.stop();
  });
}

test('pages: links of another site lead in, and cannot sign out', async ({ page, start }) => {
  const [{ url }, stranger] = await Promise.all([start('pages'), startSite()]);
  await page.goto(`${url}/login`);
  await page.locator('[name=username]').fill('testuser');
  await page.locator('[name=password]').fill('password123');
  await page.locator('[name=password]').press('Enter');
  await expect(heading(page)).toHaveText('Hello, testuser');

  const follow = async (path: string) => {
    await page.goto(stranger.url);
    await page.evaluate((href) => {
      const link = Object.assign(document.createElement('a'), { href, textContent: 'Look!' });
      document.body.append(link);
      link.click();
    }, url + path);
  };
  await follow('/logout');
  await expect(heading(page)).toHaveText('This was not done');
  await follow('/service');
  await expect(page.getByText('At your service, testuser.')).toBeVisible();
  await follow('/token/refresh?next=/service');
  await expect(page).toHaveURL(`${url}/service`);
  await expect(page.getByText('At your service, testuser.')).toBeVisible();
  await stranger.stop();
});
