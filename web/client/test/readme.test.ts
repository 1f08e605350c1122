import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

it('the examples of the README compile', { timeout: 60_000 }, () => {
  const readme = readFileSync(at('../README.md'), 'utf8');
  const examples = new Map(
    [...readme.matchAll(/^```(tsx?)\n(.*?)^```/gms)].map(([, kind = '', code = ''], i) => [
      at(`../example${i}.${kind}`),
      code,
    ]),
  );
  expect(examples.size).toBeGreaterThan(6);

  const { config } = ts.readConfigFile(at('../../tsconfig.base.json'), (path) =>
    readFileSync(path, 'utf8'),
  ) as { config: { compilerOptions: object } };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      noEmit: true,
      paths: {
        '@latchkey-go/client': [at('../src/index.ts')],
        '@latchkey-go/client/react': [at('../src/react.tsx')],
        '@latchkey-go/client/react-router': [at('../src/react-router.tsx')],
        '@latchkey-go/client/axios': [at('../src/axios.ts')],
        '@latchkey-go/client/wire': [at('../src/wire.ts')],
        '@latchkey-go/client/testing': [at('../src/testing.ts')],
      },
    },
    at('..'),
  );
  const host = ts.createCompilerHost(options);
  host.fileExists = (path) => examples.has(path) || ts.sys.fileExists(path);
  host.readFile = (path) => examples.get(path) ?? ts.sys.readFile(path);
  const program = ts.createProgram([...examples.keys()], options, host);
  const wrong = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    return `${file?.fileName.split('/').at(-1) ?? ''}: ${text}`;
  });
  expect(wrong).toEqual([]);
});

it('the React part runs in the browser where a framework has components of the server', () => {
  expect(readFileSync(at('../src/react.tsx'), 'utf8')).toMatch(/^'use client';/);
});
