import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { watchConsole } from '../e2e/fixtures';
import { startProgram } from './program';
import type { Name, Program } from './program';

// What tests bring about on purpose: a server in trouble, and a stranger who is turned away.
const provoked = /^Failed to load resource: .* status of 5|blocked by CORS policy/;

interface Fixtures {
  /** Starts a reference app for this test alone. */
  start: (name: Name, ...flags: string[]) => Promise<Program>;
  /** Fails the test when a page logs an error, such as one about the Content-Security-Policy. */
  quiet: undefined;
}

export const test = base.extend<Fixtures>({
  start: async ({}, use) => {
    const programs: Program[] = [];
    await use(async (name, ...flags) => {
      const program = await startProgram(name, flags);
      programs.push(program);
      return program;
    });
    await Promise.all(programs.map((program) => program.remove()));
  },

  quiet: [
    async ({ context }, use) => {
      const problems = watchConsole(context);
      await use(undefined);
      expect(problems.filter((problem) => !provoked.test(problem))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** The way a person gets to something that is to be looked at. */
export type Way = [name: string, go: (page: Page) => Promise<unknown>];

/** Checks pages against WCAG 2.2, levels A and AA; in dark colours only what colours can change. */
export async function inspect(
  page: Page,
  ways: readonly Way[],
  colours: 'light' | 'dark',
): Promise<void> {
  await page.emulateMedia({ colorScheme: colours });
  for (const [name, go] of ways) {
    await go(page);
    const axe = new AxeBuilder({ page });
    if (colours === 'dark') axe.withRules(['color-contrast', 'link-in-text-block']);
    else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
    expect.soft(found, name).toEqual([]);
  }
}

/** Checks that nothing has to be scrolled sideways. */
export async function fits(page: Page, ways: readonly Way[]): Promise<void> {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const [name, go] of ways) {
    await go(page);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(beyond, `${name}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
  }
}
