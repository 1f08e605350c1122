import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the programs that the tests start, with the front ends that are in the tree. */
export default function build(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-examples-'));
  execFileSync('go', ['build', '-o', folder, './spa', './profile', './store', './pages'], {
    cwd: fileURLToPath(new URL('../../examples', import.meta.url)),
    env: { ...process.env, GOWORK: 'off' },
    stdio: 'inherit',
  });
  process.env.LATCHKEY_EXAMPLES = folder;
  return () => rmSync(folder, { recursive: true });
}
