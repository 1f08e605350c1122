import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A running `latchkey serve` with an empty database of its own. */
export interface Latchkey {
  url: string;
  stop: () => Promise<void>;
}

/** Starts the binary on a free port and waits until it says where it is. */
export async function startLatchkey(flags: readonly string[]): Promise<Latchkey> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-data-'));
  const server = spawn(
    process.env.LATCHKEY_E2E_BINARY ?? '',
    ['serve', '--addr', '127.0.0.1:0', '--data', join(folder, 'data'), ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const url = await address(server);
  return {
    url,
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

function address(server: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    server.stderr?.on('data', (text: Buffer) => (said += text.toString()));
    server.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const url = /^\s*Open\s+(http\S+)/m.exec(said)?.[1];
      if (url) resolve(url);
    });
    server.once('error', reject);
    server.once('exit', () => reject(new Error(`latchkey did not start:\n${said}`)));
  });
}
