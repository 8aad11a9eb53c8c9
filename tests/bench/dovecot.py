"""Dovecot with a directory of its own, for the benchmarks: IMAP on a port, LMTP on a socket if wanted."""

import os
import pathlib
import signal
import socket
import subprocess
import time

PASSWORD = "tea"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Dovecot:
    def __init__(self, root, lmtp=True):
        self.root = pathlib.Path(root)
        self.mail = self.root / "mail"
        self.mail.mkdir(parents=True)
        self.port = free_port()
        self.lmtp = self.root / "lmtp"
        # Dovecot touches no mail as root: nobody does it then.
        uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
        user = subprocess.check_output(["id", "-un", str(uid)], text=True).strip()
        group = subprocess.check_output(["id", "-gn", str(uid)], text=True).strip()
        # Nobody has to reach the mail through the temporary directory, too.
        os.chmod(self.root.parent, 0o755)
        os.chmod(self.root, 0o755)
        os.chmod(self.mail, 0o777)
        self.uid, self.gid = uid, gid
        (self.root / "dovecot.conf").write_text(f"""
protocols = imap{" lmtp" if lmtp else ""}
base_dir = {self.root}/run
log_path = {self.root}/log
ssl = no
disable_plaintext_auth = no
listen = 127.0.0.1
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{self.mail}/%n
passdb {{
  driver = static
  args = password={PASSWORD}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={self.mail}/%n
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {self.port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
{self.lmtp_service() if lmtp else ""}""")
        self.arrived = 0
        self.start()

    def lmtp_service(self):
        return f"service lmtp {{\n  unix_listener {self.lmtp} {{\n    mode = 0666\n  }}\n}}\n"

    def start(self):
        """Starts it, again if it was killed."""
        self.process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(self.root / "dovecot.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except OSError:
                time.sleep(0.05)
        raise SystemExit((self.root / "log").read_text())

    def make(self, user):
        """Makes a mailbox."""
        for folder in ("", "cur", "new", "tmp"):
            path = self.mail / user / folder
            path.mkdir(exist_ok=True)
            os.chown(path, self.uid, self.gid)

    def deliver(self, user, letter):
        """A mail arrives, whether the server runs or not."""
        self.arrived += 1
        name = f"{int(time.time())}.M{self.arrived}P{os.getpid()}.bench"
        path = self.mail / user / "tmp" / name
        path.write_bytes(letter)
        os.chown(path, self.uid, self.gid)
        path.rename(self.mail / user / "new" / name)

    def kill(self):
        """Kills the server with everything that it had begun."""
        children = []
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == self.process.pid:
                children.append(int(stat.parent.name))
        self.process.kill()
        self.process.wait()
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass

    def stop(self):
        self.process.terminate()
        self.process.wait()
