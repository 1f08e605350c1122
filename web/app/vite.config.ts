import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// The server that answers API calls while `npm run dev` serves the pages.
const backend = 'http://127.0.0.1:8080';

export default defineConfig({
  plugins: [react()],
  resolve: {
    // The package's source, so that the app is built in one step.
    alias: {
      '@latchkey-go/client/react': at('../client/src/react.tsx'),
      '@latchkey-go/client': at('../client/src/index.ts'),
    },
  },
  server: {
    // Same-origin as far as the browser can tell: the server checks Origin against Host.
    proxy: { '/api': backend, '/.well-known': backend },
  },
  build: {
    // Committed and embedded in the binary: see internal/webui.
    outDir: at('../../internal/webui/dist'),
    emptyOutDir: true,
    // Both would need an exception in the Content-Security-Policy: data: URLs, an inline script.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
  },
});
