import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      '@latchkey-go/client/react': at('client/src/react.tsx'),
      '@latchkey-go/client': at('client/src/index.ts'),
    },
  },
  test: {
    include: ['{client,app}/test/**/*.test.{ts,tsx}'],
    environment: 'jsdom',
    environmentOptions: { jsdom: { url: 'https://app.example.com/' } },
    restoreMocks: true,
    unstubGlobals: true,
  },
});
