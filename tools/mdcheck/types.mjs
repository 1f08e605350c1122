// Reads blocks of code as JSON from standard input, and writes what is wrong with
// them. Those of a page seem to lie in a folder within web/client, where their
// imports are found.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import ts from 'typescript';

const { web, scripts } = JSON.parse(readFileSync(0, 'utf8'));
const client = (name) => [`${web}/client/src/${name}`];
const strict = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [`${web}/node_modules/@types`],
  paths: {
    '@latchkey-go/client': client('index.ts'),
    '@latchkey-go/client/react': client('react.tsx'),
    '@latchkey-go/client/react-router': client('react-router.tsx'),
    '@latchkey-go/client/axios': client('axios.ts'),
    '@latchkey-go/client/testing': client('testing.ts'),
    '@latchkey-go/client/wire': client('wire.ts'),
  },
};
// JavaScript has the types that follow from the rest.
const loose = { ...strict, allowJs: true, checkJs: true, noImplicitAny: false };

const mistakes = [];
const parsed = new Map(); // what both programs read: the library, packages

function check(options, kinds) {
  const files = new Map();
  scripts.forEach(({ kind, folder, name, before, code }, script) => {
    if (!kinds.includes(kind)) return;
    const path = `${web}/client/mdcheck/${folder}/${name || `${script}.${kind}`}`;
    files.set(path, { script, text: before + code });
  });
  if (files.size === 0) return;
  const folders = new Set([...files.keys()].map(dirname));
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile;
  host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
  host.directoryExists = (path) => folders.has(path) || ts.sys.directoryExists(path);
  host.readFile = (path) => files.get(path)?.text ?? ts.sys.readFile(path);
  host.getSourceFile = (path, ...rest) => {
    if (files.has(path)) return read(path, ...rest);
    if (!parsed.has(path)) parsed.set(path, read(path, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  for (const [path, { script }] of files) {
    const file = program.getSourceFile(path);
    const found = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
    for (const { start = 0, messageText } of found) {
      mistakes.push({
        script,
        line: file.getLineAndCharacterOfPosition(start).line + 1,
        text: ts.flattenDiagnosticMessageText(messageText, '\n'),
      });
    }
  }
}

check(strict, ['ts', 'tsx']);
check(loose, ['js', 'jsx', 'mjs']);

const { transform } = createRequire(createRequire(`${web}/`).resolve('vite'))('lightningcss');
scripts.forEach(({ kind, code }, script) => {
  if (kind !== 'css') return;
  try {
    transform({ filename: 'block.css', code: Buffer.from(code) });
  } catch (error) {
    mistakes.push({ script, line: error.loc?.line ?? 1, text: error.message });
  }
});
process.stdout.write(JSON.stringify(mistakes));
