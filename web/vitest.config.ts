import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

const shared = {
  environment: 'jsdom',
  environmentOptions: { jsdom: { url: 'https://app.example.com/' } },
  restoreMocks: true,
  unstubGlobals: true,
} as const;

export default defineConfig({
  resolve: {
    alias: {
      '@latchkey-go/client/react': at('client/src/react.tsx'),
      '@latchkey-go/client': at('client/src/index.ts'),
    },
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          ...shared,
          name: 'client',
          include: ['client/test/**/*.test.{ts,tsx}'],
          setupFiles: ['client/test/setup.ts'],
        },
      },
      { extends: true, test: { ...shared, name: 'app', include: ['app/test/**/*.test.{ts,tsx}'] } },
    ],
  },
});
