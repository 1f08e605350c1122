import config from './playwright.config';
import { defineConfig } from '@playwright/test';

// The browser tests of the reference apps: npm run e2e:examples.
export default defineConfig(config, {
  testDir: 'e2e-examples',
  globalSetup: './e2e-examples/build.ts',
  outputDir: 'test-results/examples',
  timeout: 45_000,
  expect: { timeout: 10_000 },
});
