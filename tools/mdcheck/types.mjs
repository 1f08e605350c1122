// Reads blocks of code as JSON from standard input, and writes what is wrong with
// them. The blocks seem to lie in web/client, where their imports are found.
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const { web, scripts } = JSON.parse(readFileSync(0, 'utf8'));
const client = (name) => [`${web}/client/src/${name}`];

const files = new Map(
  scripts.map(({ kind, code }, i) => [`${web}/client/mdcheck${i}.${kind}`, code]),
);
const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  moduleDetection: ts.ModuleDetectionKind.Force,
  jsx: ts.JsxEmit.ReactJSX,
  strict: true,
  noEmit: true,
  allowJs: true,
  skipLibCheck: true,
  types: ['node'],
  typeRoots: [`${web}/node_modules/@types`],
  paths: {
    '@latchkey-go/client': client('index.ts'),
    '@latchkey-go/client/react': client('react.tsx'),
    '@latchkey-go/client/react-router': client('react-router.tsx'),
    '@latchkey-go/client/axios': client('axios.ts'),
    '@latchkey-go/client/testing': client('testing.ts'),
  },
};
const host = ts.createCompilerHost(options);
host.fileExists = (path) => files.has(path) || ts.sys.fileExists(path);
host.readFile = (path) => files.get(path) ?? ts.sys.readFile(path);

const program = ts.createProgram([...files.keys()], options, host);
const mistakes = [];
for (const [i, path] of [...files.keys()].entries()) {
  const file = program.getSourceFile(path);
  const whole = file.statements.some(ts.isImportDeclaration);
  const found = [...program.getSyntacticDiagnostics(file)];
  if (whole && /\.tsx?$/.test(path)) {
    // Files of the reader's own, which other blocks may show, cannot be found.
    found.push(
      ...program
        .getSemanticDiagnostics(file)
        .filter(({ code, messageText }) => code !== 2307 || !/'\.\.?\//.test(String(messageText))),
    );
  }
  for (const { start = 0, messageText } of found) {
    mistakes.push({
      script: i,
      line: file.getLineAndCharacterOfPosition(start).line + 1,
      text: ts.flattenDiagnosticMessageText(messageText, '\n'),
    });
  }
}
process.stdout.write(JSON.stringify(mistakes));
