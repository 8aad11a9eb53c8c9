// The program under test, started in a directory of its own and ended by its id.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../../..');
const START = 120_000;

const address = (output) => /https?:\/\/[^\s"'<>]+/.exec(output)?.[0]?.replace(/[/.,]+$/, '');

/** What `watchkeeper demo` says about itself: where it listens, and who may sign in. */
function readDemo(output) {
  const url = address(output);
  const [, name, password] = /as user (\S+) with password (\S+)\s/.exec(output) ?? [];
  return url && name && password ? { url, name, password } : undefined;
}

/** What `watchkeeper serve` says where nobody may sign in yet. */
function readSetUp(output) {
  const url = address(output);
  const code = /set-up code[^:]*:\s*(\S+)\s/i.exec(output)?.[1];
  return url && code ? { url, code } : undefined;
}

/** The program under test. */
function program() {
  const path = process.env.WATCHKEEPER_BIN ?? join(ROOT, 'target/debug/watchkeeper');
  if (!existsSync(path)) throw new Error(`${path} is missing: build it with cargo build`);
  return path;
}

/** Has the program take in the messages of a Maildir that is written for it. */
async function takeIn(data, letters) {
  const mail = join(data, 'mail');
  for (const folder of ['cur', 'new', 'tmp']) mkdirSync(join(mail, folder), { recursive: true });
  letters.forEach((letter, at) => {
    writeFileSync(join(mail, 'cur', `${at}.harbour:2,`), letter);
  });
  const child = spawn(program(), ['import', '--data', data, mail], { stdio: 'pipe' });
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`import ended with ${code}:\n${output}`);
}

/**
 * Runs the program, on `letters` and with `configuration` if any are given, until `read` finds what it
 * waits for. The configuration gets a folder beside the data, which is removed with it.
 */
async function start(command, read, letters = [], configuration = undefined) {
  const data = mkdtempSync(join(tmpdir(), 'watchkeeper-browser-'));
  const beside = `${data}-beside`;
  if (configuration) writeFileSync(join(data, 'watchkeeper.toml'), configuration(beside));
  if (letters.length > 0) await takeIn(data, letters);
  const child = spawn(program(), [command, '--data', data, '--listen', '127.0.0.1:0'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise((done) => child.once('exit', done));
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    for (const dir of [data, beside]) rmSync(dir, { recursive: true, force: true });
  };
  let output = '';
  const ready = new Promise((done, fail) => {
    const late = setTimeout(
      () => fail(new Error(`${command} said too little in ${START} ms:\n${output}`)),
      START,
    );
    const hear = (chunk) => {
      output += chunk;
      const found = read(output);
      if (!found) return;
      clearTimeout(late);
      done(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(new Error(`${command} ended with ${code}:\n${output}`));
    });
  });
  try {
    return { ...(await ready), beside, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A service with the demo data: `url`, `name`, `password` and how to `stop` it. */
export async function startDemo() {
  const {
    WATCHKEEPER_URL: url,
    WATCHKEEPER_USER: name,
    WATCHKEEPER_PASSWORD: password,
  } = process.env;
  if (url && name && password) return { url, name, password, stop: async () => undefined };
  return start('demo', readDemo);
}

/**
 * A service without users that holds `letters`: `url`, the one-time `code`, how to `stop` it.
 * `configuration`, if given, makes its text from the path of a folder `beside` its data.
 */
export async function startFilled(letters, configuration) {
  return start('serve', readSetUp, letters, configuration);
}

/** A service without data or users: `url`, the one-time `code` and how to `stop` it. */
export async function startEmpty() {
  return start('serve', readSetUp);
}
