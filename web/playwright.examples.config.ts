import config from './playwright.config';
import { defineConfig } from '@playwright/test';

// The browser tests of the reference apps: npm run e2e:examples.
export default defineConfig(config, {
  testDir: 'e2e-examples',
  globalSetup: './e2e-examples/build.ts',
  outputDir: 'e2e-examples/test-results', // a run of the other tests empties theirs
  workers: 3, // most of them wait for a short lifetime to pass
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: { trace: 'off' },
});
