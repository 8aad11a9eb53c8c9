#!/usr/bin/env python3
"""From a message's arrival in a mailbox to its alert accepted by a mail server, on a store that is full already.

    tests/bench/arrival.py DATA [--messages 600] [--per-second 5]

DATA is what `watchkeeper import` made (250,000 messages for the figures of the README); it is copied, and stays as it is. Needs
Debian's dovecot-imapd and a release build (or WATCHKEEPER_BIN). Each message is an outage of a new customer's and arrives in one
of 20 mailboxes, by a rename into its Maildir; the time ends when the mail server has the alert's last byte. Prints p50, p99 and
the longest.
"""

import argparse
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import tempfile
import time

from dovecot import PASSWORD, Dovecot
from peers import Postman
from service import Service, resident

MAILBOXES = 20


def watched(dovecot, count):
    """The sections of `count` mailboxes, which are made."""
    text = ""
    for box in range(count):
        dovecot.make(f"box-{box}")
        text += f"""
[[source]]
name = "box-{box}"
kind = "imap"
host = "127.0.0.1"
port = {dovecot.port}
tls = "off"
user = "box-{box}"
folders = ["INBOX"]
password = {{ file = "password" }}
"""
    return text


def configure(work, dovecot, postman):
    (work / "password").write_text(PASSWORD)
    text = f"""
[organisation]
domains = ["harbour.example"]
[alerts]
a_day = 1000000
fallback = ["watch@harbour.example"]
[[channel]]
name = "mail"
kind = "smtp"
host = "127.0.0.1"
port = {postman.port}
tls = "off"
from = "watchkeeper@harbour.example"
"""
    (work / "arrival.toml").write_text(text + watched(dovecot, MAILBOXES))
    return work / "arrival.toml"


def outage(number):
    host = f"customer{number}.example"
    return (f"From: Jane Doe <jane@{host}>\r\nTo: support@harbour.example\r\nMessage-ID: <{number}@{host}>\r\n"
            f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime())}\r\n"
            f"Subject: Production is down {number} here\r\n\r\nHello,\r\n\r\n"
            f"production is down for all our users since this morning. Nobody can work.\r\n\r\nJane\r\n").encode()


def all_watched(service, count, patience=600):
    """Waits until all mailboxes are watched."""
    begun = time.monotonic()
    while True:
        health = [s["watch"]["health"] for s in service.ask("/api/v1/sources") if s["watch"]]
        if health.count("working") >= count:
            return time.monotonic() - begun
        if time.monotonic() - begun > patience:
            raise SystemExit(f"after {patience} s only {health.count('working')} of {count} mailboxes are watched")
        time.sleep(0.25)


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data")
    args.add_argument("--messages", type=int, default=600)
    args.add_argument("--per-second", type=float, default=5)
    args = args.parse_args()
    data = pathlib.Path(args.data).resolve()
    with tempfile.TemporaryDirectory(prefix="wk-arrival-", dir=data.parent) as name:
        work = pathlib.Path(name)
        subprocess.run(["cp", "-a", "--reflink=auto", str(data), str(work / "wk")], check=True)
        dovecot, postman = Dovecot(work / "dovecot", lmtp=False), Postman()
        service = Service(work / "wk", configure(work, dovecot, postman), work / "service.log")
        try:
            service.sign_in()
            service.start()
            all_watched(service, MAILBOXES)
            stored = service.ask("/api/v1/status")["messages"]
            arrived, chance = {}, random.Random(7)
            begun = time.monotonic()
            for number in range(args.messages):
                due = begun + number / args.per_second
                time.sleep(max(0, due - time.monotonic()))
                letter = outage(number)
                # Before the rename: what it takes counts.
                arrived[number] = time.monotonic()
                dovecot.deliver(f"box-{chance.randrange(MAILBOXES)}", letter)
            patience = time.monotonic() + 120
            while len({taken.key for taken in postman.taken}) < args.messages and time.monotonic() < patience:
                time.sleep(0.1)
            memory = resident(service.process.pid)
        finally:
            if service.process:
                service.kill()
            dovecot.stop()
            shutil.rmtree(work / "wk", ignore_errors=True)
        waits = {}
        for taken in postman.taken:
            for found in re.findall(r"Production is down (\d+) here", taken.about):
                waits.setdefault(int(found), taken.at - arrived[int(found)])
        times = sorted(waits.values())
        if len(times) < 2:
            raise SystemExit(f"only {len(times)} of {args.messages} alerts were told")
        p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
        print(f"{stored} messages stored, {args.messages} arrived at {args.per_second:g}/s over {MAILBOXES} mailboxes, "
              f"{len(times)} alerts: p50 {statistics.median(times):.2f} s, p99 {p99:.2f} s, longest {times[-1]:.2f} s; "
              f"resident {memory:.0f} MB")
        if len(times) < args.messages:
            raise SystemExit(f"{args.messages - len(times)} alerts are missing")


if __name__ == "__main__":
    main()
