#!/usr/bin/env python3
"""Durable LMTP intake: Watchkeeper against Dovecot's LMTP into a Maildir, on the same disk in the same run.

    tests/bench/intake.py MAILDIR [MESSAGES [ROUNDS]]

Needs Debian's dovecot-imapd and dovecot-lmtpd and a release build (or WATCHKEEPER_BIN). Prints messages a second with 1 and with
8 connections for both, and the ratio. A message counts when it was answered with 250. The time that Watchkeeper takes afterwards
to put the rest into cases is printed beside it. The sender is a small program of its own process per connection, so that it is no bottleneck.
"""

import multiprocessing
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

from dovecot import Dovecot

ROOT = pathlib.Path(__file__).resolve().parents[2]


def letters(maildir, count):
    paths = sorted(p for sub in ("cur", "new") for p in pathlib.Path(maildir, sub).glob("*"))[:count]
    for path in paths:
        raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")
        if not raw.endswith(b"\r\n"):
            raw += b"\r\n"
        yield raw.replace(b"\r\n.", b"\r\n..") + b".\r\n"


def send(path, to, mine, ready, go):
    stream = socket.socket(socket.AF_UNIX)
    stream.connect(str(path))
    lines = stream.makefile("rb")

    def answer(code):
        while True:
            line = lines.readline()
            if line[3:4] != b"-":
                if not line.startswith(code):
                    raise SystemExit(f"instead of {code}: {line}")
                return

    answer(b"220")
    stream.sendall(b"LHLO sender.example\r\n")
    answer(b"250")
    ready.release()
    go.wait()
    envelope = f"MAIL FROM:<jane@northwind.example>\r\nRCPT TO:<{to}>\r\nDATA\r\n".encode()
    for letter in mine:
        stream.sendall(envelope)
        answer(b"250")
        answer(b"250")
        answer(b"354")
        stream.sendall(letter)
        answer(b"250")
    stream.sendall(b"QUIT\r\n")
    answer(b"221")


def timed(path, to, all_letters, connections):
    ready, go = multiprocessing.Semaphore(0), multiprocessing.Event()
    senders = [multiprocessing.Process(target=send, args=(path, to, all_letters[n::connections], ready, go))
               for n in range(connections)]
    for sender in senders:
        sender.start()
    for _ in senders:
        ready.acquire()
    begun = time.monotonic()
    go.set()
    for sender in senders:
        sender.join()
        if sender.exitcode != 0:
            raise SystemExit("a sender failed")
    return len(all_letters) / (time.monotonic() - begun)


def watchkeeper(work, all_letters, connections):
    data, config, path = work / "wk", work / "w.toml", work / "wk-lmtp"
    config.write_text(f"""
[organisation]
domains = ["watch.example"]
[[source]]
name = "cases"
kind = "lmtp"
[source.intake]
listen = "unix:{path}"
addresses = ["cases@watch.example"]
""")
    program = os.environ.get("WATCHKEEPER_BIN", str(ROOT / "target/release/watchkeeper"))
    common = ["--data", str(data), "--config", str(config)]
    service = subprocess.Popen([program, "serve", "--listen", "127.0.0.1:0", *common],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            if path.exists():
                break
            time.sleep(0.05)
        rate = timed(path, "cases@watch.example", all_letters, connections)
        begun = time.monotonic()
        service.terminate()
        service.wait()
        return rate, time.monotonic() - begun
    finally:
        service.kill()
        service.wait()


def main():
    maildir, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    all_letters = list(letters(maildir, count))
    size = sum(map(len, all_letters)) / len(all_letters)
    print(f"{len(all_letters)} messages of {size:.0f} bytes on average, {rounds} rounds, medians")
    for connections in (1, 8):
        ours, rest, theirs = [], [], []
        for _ in range(rounds):
            with tempfile.TemporaryDirectory(prefix="wk-intake-") as name:
                work = pathlib.Path(name)
                dovecot = Dovecot(work / "dovecot")
                try:
                    theirs.append(timed(dovecot.lmtp, "cases@watch.example", all_letters, connections))
                finally:
                    dovecot.stop()
                rate, after = watchkeeper(work, all_letters, connections)
                ours.append(rate)
                rest.append(after)
        a, b = statistics.median(ours), statistics.median(theirs)
        print(f"{connections} connections: watchkeeper {a:.0f}/s (then {statistics.median(rest):.2f} s to stop), "
              f"dovecot {b:.0f}/s, ratio {a / b:.2f}")


if __name__ == "__main__":
    main()
