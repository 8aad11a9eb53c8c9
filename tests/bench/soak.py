#!/usr/bin/env python3
"""A soak: twenty mailboxes of a real Dovecot are watched while mail arrives and things break; then the books are balanced.

    tests/bench/soak.py [--minutes 30] [--seed 7] [--keep DIR]

Needs Debian's dovecot-imapd and a built program (WATCHKEEPER_BIN, else the release build). Faults: Dovecot killed and restarted,
connections cut in the middle of a message, the service killed and restarted, a mail server that defers, is full, hangs up, and
takes a mail without saying so, a receiver of webhooks that does likewise. Then there is peace, and within some minutes
- every letter sent is stored, each exactly once, and every file in a letter is read and found, each exactly once;
- every alert due was delivered, by mail and by webhook, and nothing else was; the same key came twice only where the receiver
  did not say that it had taken it, or the service was killed just then;
- no mail is on a list of dead letters, and `watchkeeper verify` finds nothing broken.
Ends with code 1 if anything of that does not hold.
"""

import argparse
import collections
import os
import pathlib
import random
import re
import sys
import tempfile
import threading
import time

from dovecot import PASSWORD, Dovecot
from peers import Hook, Moods, Postman, Proxy
from service import Service, key_of

MAILBOXES = 20
# What came again may have been taken at most so many seconds before a kill: the note of it is written at once, but a busy machine
# takes its time.
NOTED = 60
# Seconds for which what was sent before a kill may have waited to be read by its receiver, which runs on the same processors.
READ = 1
# Seconds beyond the soak's own after which something hangs.
HANGS = 1500
POLICY = """//! Level raised, by webhook: a machine is told too.

fn on_change(change) {
    if !change.raised || !change.after.escalated { return; }
    alert(owner(), "The level rose.", #{ key: "hook", channel: "hook", urgency: "page" });
}
"""


def configure(work, proxy, postman, hook):
    rules = work / "rules"
    (rules / "policies").mkdir(parents=True)
    (rules / "set.toml").write_text('name = "soak"\nextends = "default"\n')
    (rules / "policies/level_hook.rhai").write_text(POLICY)
    (work / "password").write_text(PASSWORD)
    (work / "hook.key").write_text("the key of a soak\n")
    waits = ", ".join(['"1m"'] * 30)
    text = f"""
[organisation]
domains = ["harbour.example"]
[rules]
dir = "rules"
[alerts]
a_day = 1000000
fallback = ["watch@harbour.example"]
retry = [{waits}]
[[channel]]
name = "mail"
kind = "smtp"
host = "127.0.0.1"
port = {postman.port}
tls = "off"
from = "watchkeeper@harbour.example"
[[channel]]
name = "hook"
kind = "webhook"
url = "http://127.0.0.1:{hook.port}/watch"
key = {{ file = "hook.key" }}
"""
    for box in range(MAILBOXES):
        text += f"""
[[source]]
name = "box-{box}"
kind = "imap"
host = "127.0.0.1"
port = {proxy.port}
tls = "off"
user = "box-{box}"
folders = ["INBOX"]
password = {{ file = "password" }}
"""
    (work / "soak.toml").write_text(text)
    return work / "soak.toml"


class Letters:
    """The mail that arrives, and what has to come of it."""

    def __init__(self, dovecot, seed):
        self.dovecot, self.random = dovecot, random.Random(seed)
        self.sent, self.outages, self.files, self.copies = [], set(), 0, 0

    def send(self):
        number = len(self.sent)
        host = f"customer{number}.example"
        outage, file = number % 3 == 0, number % 5 == 0
        head = (f"From: Jane Doe <jane@{host}>\r\nTo: support@harbour.example\r\nMessage-ID: <{number}@{host}>\r\n"
                f"Date: {time.strftime('%a, %d %b %Y %H:%M:%S +0000', time.gmtime())}\r\n")
        if outage:
            self.outages.add(number)
            subject, says = f"Production is down {number} here", "production is down for all our users since this morning."
        else:
            subject, says = f"Question {number} about invoices", "where do I find the invoice of last month?"
        body = f"Hello,\r\n\r\n{says}\r\n\r\nJane\r\n" + "Sent from the harbour office.\r\n" * self.random.randrange(1, 200)
        if file:
            self.files += 1
            body = (f"--b\r\nContent-Type: text/plain\r\n\r\n{body}\r\n--b\r\nContent-Type: application/octet-stream\r\n"
                    f"Content-Disposition: attachment; filename=list-{number}.csv\r\n\r\n"
                    f"item;count\r\ncapstan {number};{number}\r\n--b--\r\n")
            head += "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        letter = f"{head}Subject: {subject}\r\n\r\n{body}"
        boxes = self.random.sample(range(MAILBOXES), 2 if self.random.random() < 0.1 else 1)
        self.copies += len(boxes) - 1
        for box in boxes:
            hop = f"Received: from relay by mx{box}.harbour.example; Mon, 2 Mar 2026 09:00:01 +0000\r\n"
            self.dovecot.deliver(f"box-{box}", (hop + letter).encode())
        self.sent.append(f"<{number}@{host}>")


class Soak:
    def __init__(self, work, seed):
        self.random = random.Random(seed)
        self.dovecot = Dovecot(work / "dovecot", lmtp=False)
        for box in range(MAILBOXES):
            self.dovecot.make(f"box-{box}")
        self.proxy = Proxy(self.dovecot.port)
        self.postman = Postman(Moods(seed + 1, [("defer", 0.08), ("full", 0.04), ("gone", 0.03), ("drop", 0.03)]))
        self.hook = Hook(Moods(seed + 2, [("defer", 0.08), ("busy", 0.04), ("gone", 0.03), ("drop", 0.03)]))
        self.service = Service(work / "wk", configure(work, self.proxy, self.postman, self.hook), work / "service.log")
        self.letters = Letters(self.dovecot, seed)
        self.kills, self.faults = [], collections.Counter()

    def fault(self, kind):
        self.faults[kind] += 1
        if kind == "cut":
            self.proxy.cut()
        elif kind == "dovecot":
            self.dovecot.kill()
            for _ in range(self.random.randrange(1, 4)):
                time.sleep(1)
                self.letters.send()
            self.dovecot.start()
        elif kind == "service":
            self.service.kill()
            self.kills.append(time.monotonic())
            self.letters.send()
            self.service.start()

    def run(self, seconds, every):
        """Mail arrives `every` so many seconds; faults fall, the first three of them of each kind."""
        begun = last = time.monotonic()
        kinds = ["cut", "service", "dovecot", "cut", "service"]
        pause = min(seconds / (len(kinds) + 2), 25)
        fall = begun + pause
        while (now := time.monotonic()) < begun + seconds:
            if now >= fall:
                self.fault(kinds.pop(0) if kinds else self.random.choice(["cut", "cut", "service", "dovecot"]))
                fall = time.monotonic() + pause * self.random.uniform(0.5, 1.5)
            self.letters.send()
            if now - last > 60:
                last = now
                print(f"{(now - begun) / 60:.0f} min: {len(self.letters.sent)} letters, {len(self.postman.taken)} mails, "
                      f"{len(self.hook.taken)} requests, faults {dict(self.faults)}", flush=True)
            time.sleep(self.random.uniform(0.5, 1.5) * every)
        while kinds:
            self.fault(kinds.pop(0))

    def settled(self):
        """What is still to come, in words; nothing if all is there."""
        stored = len(self.stored())
        if stored < len(self.letters.sent):
            return f"{stored} of {len(self.letters.sent)} letters are stored"
        for name, peer in (("mail", self.postman), ("webhook", self.hook)):
            told = len({taken.key for taken in peer.taken})
            if told < len(self.letters.outages):
                return f"{told} of {len(self.letters.outages)} alerts were told by {name}"
        if waiting := self.service.rows("coverage", "--json")[0]["waiting"]:
            return f"{waiting} files wait to be read"
        # What falls due in the middle of this look is for the next one.
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() - 2))
        unsent = [d for d in self.deliveries() if d[2]["sent_at"] is None and d[2]["due"] <= now]
        self.peace = now
        return f"{len(unsent)} deliveries are not sent: {unsent[0]}" if unsent else None

    def stored(self):
        return [message["message_id"] for case in self.service.rows("export", "cases") for message in case["messages"]]

    def deliveries(self):
        page = self.service.rows("alerts", "--json", "--limit", "1000000")[0]
        return [(key_of(alert, d), alert, d) for alert in page["items"] for d in alert["deliveries"] if d["route"] == "notice"]

    def settle(self, patience):
        self.postman.moods.calm()
        self.hook.moods.calm()
        begun = time.monotonic()
        while rest := self.settled():
            if time.monotonic() - begun > patience:
                raise SystemExit(f"after {patience} s of peace {rest}")
            time.sleep(2)
        return time.monotonic() - begun

    def balance(self):
        """What does not add up."""
        wrong = []

        def check(what, holds, detail=""):
            if not holds:
                wrong.append(f"{what}: {detail}")

        count = collections.Counter(self.stored())
        sent = set(self.letters.sent)
        check("a letter is lost", not sent - set(count), sorted(sent - set(count))[:5])
        check("a letter is there twice", max(count.values()) == 1, count.most_common(3))
        check("a letter came from nowhere", not set(count) - sent, sorted(set(count) - sent)[:5])
        found = self.service.rows("search", "--json", "capstan")[0]["total"]
        check("a file is not found, or found twice", found == self.letters.files, f"{found} of {self.letters.files}")
        coverage = self.service.rows("coverage", "--json")[0]
        check("a file was not read", (coverage["read"], coverage["unread"]) == (self.letters.files, []), coverage)
        deliveries = self.deliveries()
        again = 0
        for channel, peer in (("mail", self.postman), ("hook", self.hook)):
            mine = [(key, d) for key, alert, d in deliveries if alert["channel"] == channel]
            due = {key for key, d in mine if d["sent_at"] or d["due"] <= self.peace}
            # Later an answer is overdue, and a page climbs: further alerts about the same outage.
            first_told = {key for key, alert, d in deliveries if alert["policy"].startswith("level_") and d["round"] == 0}
            keys = collections.defaultdict(list)
            about = collections.defaultdict(set)
            for taken in peer.taken:
                keys[taken.key].append(taken)
                for number in re.findall(r"Production is down (\d+) here", taken.about):
                    if taken.key in first_told:
                        about[int(number)].add(taken.key)
            check(f"{channel}: an alert was due and is not delivered", not due - set(keys), sorted(due - set(keys))[:5])
            check(f"{channel}: something was delivered that was not due", not set(keys) - {key for key, _ in mine},
                  sorted(set(keys) - {key for key, _ in mine})[:5])
            untold = self.letters.outages - set(about)
            check(f"{channel}: an outage that nobody was told of", not untold, sorted(untold)[:5])
            twice = {number: keys for number, keys in about.items() if len(keys) > 1}
            check(f"{channel}: one outage under several keys", not twice, list(twice.items())[:3])
            for key, times in keys.items():
                for first, second in zip(times, times[1:]):
                    again += 1
                    killed = any(first.at - READ <= kill <= min(second.at, first.at + NOTED) for kill in self.kills)
                    nearest = min((kill - first.at for kill in self.kills), key=abs, default=None)
                    check(f"{channel}: sent again without need", not first.told or killed,
                          {"key": key, "seconds between": second.at - first.at, "seconds to the nearest kill": nearest})
        dead = self.service.rows("alerts", "--dead", "--json")
        check("a dead letter", not dead, dead[:2])
        broken = [row for row in self.service.rows("verify", "--json") if row["broken"]]
        check("the store is broken", not broken, broken)
        return wrong, len([d for _, _, d in deliveries if d["sent_at"]]), again


def hangs(one):
    """Ends everything: nobody waits for ever."""
    print("WRONG something hangs", flush=True)
    one.service.kill()
    one.dovecot.kill()
    os._exit(1)


def soak(work, minutes, seed):
    begun = time.monotonic()
    one = Soak(work, seed)
    clock = threading.Timer(minutes * 60 + HANGS, hangs, [one])
    clock.daemon = True
    clock.start()
    try:
        one.service.start()
        one.run(minutes * 60 * 0.8 if minutes < 5 else minutes * 60, 0.3)
        peace = one.settle(600)
        code = one.service.stop()
        wrong, deliveries, again = one.balance()
    finally:
        if one.service.process:
            one.service.kill()
        one.dovecot.kill()
    if code != 0:
        wrong.append(f"the service ended with code {code}")
    letters = one.letters
    print(f"{len(letters.sent)} letters (and {letters.copies} copies) into {MAILBOXES} mailboxes, {letters.files} files, "
          f"{len(letters.outages)} outages; {deliveries} alerts told by mail and webhook, {again} came again under their own key")
    print(f"faults {dict(one.faults)} ({one.proxy.cuts} connections cut in mid-message), mail server {one.postman.moods.counts}, "
          f"webhooks {one.hook.moods.counts}; at peace after {peace:.0f} s; {time.monotonic() - begun:.0f} s in all")
    for line in wrong:
        print("WRONG", line)
    print("the books balance" if not wrong else f"{len(wrong)} things are wrong")
    return 1 if wrong else 0


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--minutes", type=float, default=30)
    args.add_argument("--seed", type=int, default=7)
    args.add_argument("--keep", help="a new directory in which everything is left lying")
    args = args.parse_args()
    if args.keep:
        work = pathlib.Path(args.keep)
        work.mkdir(parents=True)
        return soak(work, args.minutes, args.seed)
    with tempfile.TemporaryDirectory(prefix="wk-soak-") as name:
        return soak(pathlib.Path(name), args.minutes, args.seed)


if __name__ == "__main__":
    sys.exit(main())
