import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A running `latchkey serve` with an empty database of its own. */
export interface Latchkey {
  url: string;
  /** Runs another command on the same data, as an operator at the machine does; returns what it prints. */
  run: (args: readonly string[], stdin?: string) => Promise<string>;
  stop: () => Promise<void>;
}

/** Starts the binary on a free port and waits until it says where it is. */
export async function startLatchkey(flags: readonly string[]): Promise<Latchkey> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-data-'));
  const binary = process.env.LATCHKEY_E2E_BINARY ?? '';
  const data = ['--data', join(folder, 'data')];
  const server = spawn(binary, ['serve', '--addr', '127.0.0.1:0', ...data, ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const url = await address(server);
  return {
    url,
    run: async (args, stdin = '') => {
      const command = promisify(execFile)(binary, [...args, ...data]);
      command.child.stdin?.end(stdin);
      return (await command).stdout.trim();
    },
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
