import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// Where `npm run start-backend` listens.
const backend = 'http://127.0.0.1:5000';

/** How the front end of examples/<name> is built, and served by `npm start`. */
export function example(name: string, api: readonly string[]) {
  return defineConfig({
    plugins: [react(), settings()],
    resolve: {
      // The package's source, so that each app is built in one step.
      alias: [
        {
          find: /^@latchkey-go\/client\/(react-router|react)$/,
          replacement: at('../../client/src') + '/$1.tsx',
        },
        { find: '@latchkey-go/client/wire', replacement: at('../../client/src/wire.ts') },
        { find: '@latchkey-go/client', replacement: at('../../client/src/index.ts') },
      ],
    },
    server: {
      host: 'localhost',
      port: 3000,
      strictPort: true,
      proxy: {
        [`^/(${api.join('|')})(/|$)`]: {
          target: backend,
          // Some addresses are both a page and a call: who accepts HTML gets the page.
          bypass: ({ headers }) =>
            headers.accept?.includes('text/html') ? '/index.html' : undefined,
        },
      },
    },
    build: {
      // Committed and embedded in the program.
      outDir: at(`../../../examples/${name}/dist`),
      emptyOutDir: true,
      // Both would need an exception in the Content-Security-Policy: data: URLs, an inline script.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      license: { fileName: 'licenses.md' },
    },
  });
}

/** Takes over the settings that the program writes into its own index.html as meta elements. */
function settings(): Plugin {
  return {
    name: 'settings-of-the-back-end',
    apply: 'serve',
    async transformIndexHtml(html) {
      try {
        const page = await fetch(backend, { headers: { Accept: 'text/html' } });
        const metas = (await page.text()).match(/<meta name="(tokens|idle-seconds)"[^>]*>/g) ?? [];
        return html.replace('<head>', '<head>' + metas.join(''));
      } catch {
        return html; // not started yet; reload when it is
      }
    },
  };
}
