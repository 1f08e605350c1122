import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Name = 'spa' | 'profile' | 'store' | 'pages';

/** A reference app that is running, with a database of its own. */
export interface Program {
  /** Where it is: http://127.0.0.1 and a free port. */
  url: string;
  /** Stops the process; what it has stored stays. */
  stop: () => Promise<void>;
  /** Starts it again where it was; with other flags, if there are any. */
  start: (...flags: string[]) => Promise<void>;
  /** Stops it and removes what it has stored. */
  remove: () => Promise<void>;
}

export async function startProgram(name: Name, flags: readonly string[]): Promise<Program> {
  const folder = mkdtempSync(join(tmpdir(), `latchkey-${name}-`));
  let addr = '127.0.0.1:0';
  let running: ChildProcess | undefined;

  const program: Program = {
    url: '',
    async start(...others) {
      const args = ['-addr', addr, '-data', join(folder, 'data'), ...flags, ...others];
      running = spawn(join(process.env.LATCHKEY_EXAMPLES ?? '', name), args, {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      program.url = await address(running);
      addr = new URL(program.url).host;
    },
    async stop() {
      if (!running) return;
      const ended = once(running, 'exit');
      running.kill('SIGTERM');
      await ended;
      running = undefined;
    },
    async remove() {
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
  await program.start();
  return program;
}

/** What the program says about where it listens. */
function address(program: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    program.stderr?.on('data', (text: Buffer) => {
      said += text.toString();
      const url = /listening on (http\S+)/.exec(said)?.[1];
      if (url) resolve(url);
    });
    program.once('error', reject);
    program.once('exit', () => reject(new Error(`it did not start:\n${said}`)));
  });
}
