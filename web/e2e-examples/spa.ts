import type { Page } from '@playwright/test';
import { expect, heading } from './fixtures';

export const modes = ['headers', 'cookies'] as const;

export const person = { username: 'testuser', password: 'password123' };

/** Fills in the form that is on the page. */
export async function fill(page: Page, { username, password } = person): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Submit' }).click();
}

/** Signs in and goes to a page. */
export async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/login`);
  await fill(page);
  await expect(heading(page)).toHaveText('You are at the Home Page!!');
}

export const go = (page: Page, name: string) =>
  page.getByRole('navigation').getByRole('link', { name }).click();

export const button = (page: Page, name: string) => page.getByRole('button', { name });

export const continueButton = (page: Page) => button(page, 'Click to Continue');

/** The names of everything the browser keeps for this site: storage of both kinds, and cookies. */
export async function kept(page: Page): Promise<string[]> {
  const stored = await page.evaluate(() => [
    ...Object.keys(localStorage),
    ...Object.keys(sessionStorage),
  ]);
  const cookies = await page.context().cookies();
  return [...stored, ...cookies.map(({ name }) => name)].sort();
}
