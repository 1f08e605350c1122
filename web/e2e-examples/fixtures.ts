import AxeBuilder from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { watchConsole } from '../e2e/fixtures';
import { startProgram } from './program';
import type { Name, Program } from './program';

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
      const provoked = /^Failed to load resource: the server responded with a status of 5/;
      expect(problems.filter((problem) => !provoked.test(problem))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export const heading = (page: Page) => page.getByRole('heading', { level: 1 });

/** The way a person gets to something that is to be looked at. */
export type Way = [name: string, go: (page: Page) => Promise<void>];

/** Checks pages against WCAG 2.2, levels A and AA. */
export async function inspect(page: Page, ways: readonly Way[]): Promise<void> {
  for (const [name, go] of ways) {
    await go(page);
    const { violations } = await new AxeBuilder({ page })
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
      .analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html).join(' ')}`);
    expect.soft(found, name).toEqual([]);
  }
}

/** Checks that nothing has to be scrolled sideways. */
export async function fits(page: Page, ways: readonly Way[]): Promise<void> {
  for (const [name, go] of ways) {
    await go(page);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect.soft(beyond, `${name}: pixels beyond the right edge`).toBeLessThanOrEqual(0);
  }
}
