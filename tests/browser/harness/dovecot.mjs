// A mail server for a test: Dovecot on a free port of this machine, with one mailbox.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

const START = 60_000;

function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

function answers(port) {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      done(true);
    });
    socket.once('error', () => done(false));
  });
}

const config = ({ root, port, who, password }) => `protocols = imap
base_dir = ${root}/run
log_path = ${root}/log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_internal_user = ${who.user}
default_login_user = ${who.user}
default_internal_group = ${who.group}
first_valid_uid = 1
mail_location = maildir:${root}/mail/%u
mailbox_list_index = no
passdb {
  driver = static
  args = password=${password}
}
userdb {
  driver = static
  args = uid=${who.uid} gid=${who.gid} home=${root}/mail/%u
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${port}
  }
  inet_listener imaps {
    port = 0
  }
}
service anvil {
  chroot =
}
namespace inbox {
  inbox = yes
  mailbox Sent {
    auto = create
    special_use = \\Sent
  }
}
`;

/** Dovecot with a mailbox that holds `letters`: its `port`, `user`, `password` and how to `stop` it. */
export async function startDovecot(letters) {
  const root = mkdtempSync(join(tmpdir(), 'watchkeeper-dovecot-'));
  const port = await freePort();
  const [user, password] = ['support', 'tea'];
  const { uid, gid, username } = userInfo();
  // Dovecot reads no mail as root: nobody does it then.
  const who =
    uid === 0
      ? { uid: 65534, gid: 65534, user: 'nobody', group: 'nogroup' }
      : { uid, gid, user: username, group: String(gid) };
  chmodSync(root, 0o755);
  const inbox = join(root, 'mail', user);
  for (const folder of ['cur', 'new', 'tmp']) {
    mkdirSync(join(inbox, folder), { recursive: true });
    chmodSync(join(inbox, folder), 0o777);
  }
  for (const open of [join(root, 'mail'), inbox]) chmodSync(open, 0o777);
  letters.forEach((letter, at) => {
    const file = join(inbox, 'new', `${1_700_000_000 + at}.${at}.harbour`);
    writeFileSync(file, letter);
    chmodSync(file, 0o666);
  });
  writeFileSync(join(root, 'dovecot.conf'), config({ root, port, who, password }));
  const child = spawn('/usr/sbin/dovecot', ['-F', '-c', join(root, 'dovecot.conf')], {
    stdio: 'ignore',
  });
  const ended = new Promise((done) => {
    child.once('exit', done);
    child.once('error', done);
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await ended;
    rmSync(root, { recursive: true, force: true });
  };
  const log = join(root, 'log');
  const begun = Date.now();
  while (!(await answers(port))) {
    const over = child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
    if (over || Date.now() - begun > START) {
      const said = existsSync(log) ? readFileSync(log, 'utf8') : 'dovecot-imapd is needed';
      await stop();
      throw new Error(`Dovecot does not answer: ${said}`);
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  return { port, user, password, stop };
}
