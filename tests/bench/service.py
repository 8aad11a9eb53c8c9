"""The service under test: started, asked, killed."""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import threading
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("WATCHKEEPER_BIN", str(ROOT / "target/release/watchkeeper"))
WHO = {"name": "bench", "password": "correct horse battery"}


class Service:
    """The program with a data directory and a configuration of its own."""

    def __init__(self, data, config, log):
        self.common = ["--data", str(data), "--config", str(config)]
        self.log, self.process, self.cookie, self.url = pathlib.Path(log), None, None, None

    def start(self):
        """Starts it and waits until it listens."""
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen([PROGRAM, "serve", "--listen", "127.0.0.1:0", *self.common],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        self.url = code = None
        while self.url is None:
            line = self.process.stdout.readline()
            if not line:
                raise SystemExit(f"the service ended: {self.log.read_text()[-2000:]}")
            if found := re.search(r"listens on (\S+)", line):
                self.url = found[1]
        # Its standard output is read to the end, so that it never waits for us.
        self.lines = []
        process, lines = self.process, self.lines
        threading.Thread(target=lambda: lines.extend(process.stdout), daemon=True).start()

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self, patience=120):
        """Ends it in good order; gives the exit code."""
        self.process.terminate()
        return self.process.wait(patience)

    def run(self, *args):
        """Runs another command on the same data; gives what it printed."""
        done = subprocess.run([PROGRAM, *args, *self.common], capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(args)}: {done.returncode} {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return done.stdout

    def rows(self, *args):
        return [json.loads(line) for line in self.run(*args).splitlines()]

    def sign_in(self):
        """An administrator of ours signs in; to be called once before the first start."""
        subprocess.run([PROGRAM, "user", "add", WHO["name"], "--role", "admin", *self.common], input=WHO["password"],
                       text=True, capture_output=True, check=True)

    def ask(self, path, body=None):
        """Asks the API."""
        request = urllib.request.Request(self.url + path, method="POST" if body else "GET")
        if body is None and self.cookie is None:
            self.ask("/api/v1/session", WHO)
        if self.cookie:
            request.add_header("Cookie", self.cookie)
        if body:
            request.data = json.dumps(body).encode()
            request.add_header("Content-Type", "application/json")
            request.add_header("Origin", self.url)
        with urllib.request.urlopen(request, timeout=60) as answer:
            if found := answer.headers.get("Set-Cookie"):
                self.cookie = found.split(";")[0]
            return json.load(answer)


def short_hash(*parts):
    """The hash by which the program names things (`model::id::short_hash`), in hex."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:32]


def key_of(alert, delivery):
    """The idempotency key of a delivery of `watchkeeper alerts --json`."""
    return short_hash(b"sending", bytes.fromhex(alert["id"]), delivery["round"].to_bytes(4, "big"), delivery["to"].encode())


def resident(pid):
    """Resident memory of a process in megabytes."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024
