import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the binary that the tests start, with the front end that is in the tree. */
export default function build(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-e2e-'));
  const binary = join(folder, 'latchkey');
  execFileSync('go', ['build', '-o', binary, './cmd/latchkey'], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, GOWORK: 'off' },
    stdio: 'inherit',
  });
  process.env.LATCHKEY_E2E_BINARY = binary;
  return () => rmSync(folder, { recursive: true });
}
