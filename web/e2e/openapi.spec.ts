import AxeBuilder from '@axe-core/playwright';
import { expect, heading, test } from './fixtures';

// The description of the API as a page, which needs no script.
test.use({ viewport: { width: 320, height: 640 } });

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    test('the API page is accessible and fits a narrow screen', async ({ page }) => {
      test.slow(); // it is one long page
      await page.goto('/docs/api');
      await expect(heading(page)).toHaveText('API');
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide, 'pixels beyond the right edge').toBeLessThanOrEqual(0);
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(15, 21, 19)' : 'rgb(247, 246, 241)');
    });
  });
}

test.describe('without scripts', () => {
  test.use({ javaScriptEnabled: false });

  test('the API page leads from an operation to its errors', async ({ page, latchkey }) => {
    await page.goto('/docs/api');
    await page.getByRole('link', { name: 'Sign in with a password' }).click();
    await expect(page).toHaveURL(/#signIn$/);
    const article = page.getByRole('article').filter({ hasText: 'POST /api/v1/sign-in' });
    await expect(article).toContainText(`curl -X POST '${latchkey.url}/api/v1/sign-in'`);
    await article.getByRole('link', { name: 'invalid_credentials' }).click();
    await expect(page).toHaveURL(/#error-invalid_credentials$/);
    await expect(page.locator('#error-invalid_credentials')).toBeInViewport();
  });
});
