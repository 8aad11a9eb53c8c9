#!/usr/bin/env python3
"""The first sync of a mailbox from Dovecot: Watchkeeper against `mbsync` and then `notmuch new`, in the same run.

    tests/bench/sync.py MAILDIR [ROUNDS]

Needs Debian's dovecot-imapd, isync and notmuch and a release build (or WATCHKEEPER_BIN). Watchkeeper's time ends when all
messages are in their cases (the API's status says so); mbsync's and notmuch's when both have ended.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request

from dovecot import PASSWORD, Dovecot

ROOT = pathlib.Path(__file__).resolve().parents[2]


def watchkeeper(work, dovecot, count):
    program = os.environ.get("WATCHKEEPER_BIN", str(ROOT / "target/release/watchkeeper"))
    data, config = work / "wk", work / "w.toml"
    (work / "password").write_text(PASSWORD)
    config.write_text(f"""
[organisation]
domains = ["watch.example"]
[[source]]
name = "support"
kind = "imap"
host = "127.0.0.1"
port = {dovecot.port}
tls = "off"
user = "support"
folders = ["INBOX"]
password = {{ file = "password" }}
""")
    begun = time.monotonic()
    service = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", "--data", str(data), "--config", str(config)],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = code = None
        while not (url and code):
            line = service.stdout.readline()
            if found := re.search(r"listens on (\S+)", line):
                url = found[1]
            if found := re.search(r"for once: (\S+)", line):
                code = found[1]

        def ask(path, body=None, cookie=None):
            request = urllib.request.Request(url + path, method="POST" if body else "GET")
            if cookie:
                request.add_header("Cookie", cookie)
            if body:
                request.data = json.dumps(body).encode()
                request.add_header("Content-Type", "application/json")
                request.add_header("Origin", url)
            with urllib.request.urlopen(request) as answer:
                return answer.headers, json.load(answer)

        who = {"name": "bench", "password": "correct horse battery"}
        ask("/api/v1/setup", {"code": code, **who})
        headers, _ = ask("/api/v1/session", who)
        cookie = headers["Set-Cookie"].split(";")[0]
        while True:
            _, sources = ask("/api/v1/sources", cookie=cookie)
            watch = next((s["watch"] for s in sources if s["watch"]), None)
            if watch and watch["health"] == "working":
                _, status = ask("/api/v1/status", cookie=cookie)
                took = time.monotonic() - begun
                if sum(f["stored"] + f["duplicate"] for s in sources for f in s["folders"]) < count:
                    raise SystemExit(f"not all arrived: {sources}")
                return took, status["messages"]
            time.sleep(0.1)
    finally:
        service.kill()
        service.wait()


def mbsync(work, dovecot):
    local = work / "local"
    local.mkdir()
    config = work / "mbsyncrc"
    config.write_text(f"""
IMAPAccount support
Host 127.0.0.1
Port {dovecot.port}
User support
Pass {PASSWORD}
SSLType None
AuthMechs LOGIN

IMAPStore far
Account support

MaildirStore near
Path {local}/
Inbox {local}/INBOX

Channel support
Far :far:
Near :near:
Patterns INBOX
Create Near
Sync Pull
SyncState *
""")
    begun = time.monotonic()
    subprocess.run(["mbsync", "-q", "-c", str(config), "support"], check=True)
    synced = time.monotonic() - begun
    settings = work / "notmuch-config"
    settings.write_text(f"[database]\npath={local}\n[new]\ntags=new\n")
    subprocess.run(["notmuch", "new", "--quiet"], check=True, env={**os.environ, "NOTMUCH_CONFIG": str(settings)})
    return synced, time.monotonic() - begun


def main():
    source, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="wk-sync-") as name:
            work = pathlib.Path(name)
            dovecot = Dovecot(work / "dovecot")
            try:
                box = dovecot.mail / "support"
                for sub in ("cur", "new", "tmp"):
                    (box / sub).mkdir(parents=True)
                count = 0
                for path in sorted(p for sub in ("cur", "new") for p in (source / sub).glob("*")):
                    shutil.copy(path, box / "cur" / f"{1700000000 + count}.M{count}.bench:2,")
                    count += 1
                for base, _, files in os.walk(box):
                    os.chown(base, dovecot.uid, dovecot.gid)
                    for file in files:
                        os.chown(os.path.join(base, file), dovecot.uid, dovecot.gid)
                # Dovecot's own index is built before anybody is timed.
                subprocess.run(["doveadm", "-c", str(dovecot.root / "dovecot.conf"), "fetch", "-u", "support",
                                "size.virtual date.received", "mailbox", "INBOX", "all"], stdout=subprocess.DEVNULL, check=True)
                ours, messages = watchkeeper(work, dovecot, count)
                synced, theirs = mbsync(work, dovecot)
            finally:
                dovecot.stop()
            print(f"{count} messages ({messages} different): watchkeeper {ours:.2f} s, mbsync {synced:.2f} s and with notmuch "
                  f"{theirs:.2f} s, {theirs / ours:.1f} times as long")


if __name__ == "__main__":
    main()
