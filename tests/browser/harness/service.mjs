// The program under test: started on demo data in a directory of its own, ended by its id.

import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const START = 120_000;

/** What `watchkeeper demo` says about itself, read from its output. */
function readAddress(output) {
  const url = /https?:\/\/[^\s"'<>]+/.exec(output)?.[0]?.replace(/[/.,]+$/, '');
  const name = /\b(?:user|name)\b\s*[:=]?\s*[`"']?([a-z0-9._@+-]+)/i.exec(output)?.[1];
  const password = /\bpassword\b\s*[:=]?\s*[`"']?([^\s`"']+)/i.exec(output)?.[1];
  return url && name && password ? { url, name, password } : undefined;
}

/** A running service: its address, who may sign in, and how to end it. */
export async function startService() {
  const { WATCHKEEPER_URL: url, WATCHKEEPER_USER: name, WATCHKEEPER_PASSWORD: password } = process.env;
  if (url && name && password) return { url, name, password, stop: async () => undefined };

  const program = process.env.WATCHKEEPER_BIN ?? join(ROOT, 'target/debug/watchkeeper');
  if (!existsSync(program)) throw new Error(`${program} is missing: build it with cargo build`);
  const data = mkdtempSync(join(tmpdir(), 'watchkeeper-browser-'));
  const child = spawn(program, ['demo', '--data', data, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  let output = '';
  const ready = new Promise((done, fail) => {
    const late = setTimeout(() => fail(new Error(`no address after ${START} ms:\n${output}`)), START);
    const hear = (chunk) => {
      output += chunk;
      const found = readAddress(output);
      if (!found) return;
      clearTimeout(late);
      done(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(new Error(`the service ended with ${code}:\n${output}`));
    });
  });
  try {
    return { ...(await ready), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
