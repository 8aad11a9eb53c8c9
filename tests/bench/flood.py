#!/usr/bin/env python3
"""Very many messages at once: a mailbox on Dovecot that holds them all when Watchkeeper first sees it.

    tests/bench/flood.py [COUNT]

COUNT is 100,000 if not named. Needs Debian's dovecot-imapd and a release build (or WATCHKEEPER_BIN). The time ends when all
messages are in their cases and the ledger accounts for each; fewer end the run with an error.
"""

import os
import pathlib
import sys
import tempfile

from dovecot import Dovecot
from sync import watchkeeper

LETTER = """From: Jane Doe <jane{customer}@customer{customer}.example>\r
To: support@watch.example\r
Date: Wed, 14 Jan 2026 11:{minute:02}:00 +0000\r
Message-ID: <{number}@customer{customer}.example>\r
Subject: Export {number} fails\r
\r
Hello,\r
\r
the export number {number} stops half way through. Could you have a look?\r
\r
Jane\r
"""


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="wk-flood-") as name:
        work = pathlib.Path(name)
        dovecot = Dovecot(work / "dovecot", lmtp=False)
        try:
            box = dovecot.mail / "support"
            for sub in ("cur", "new", "tmp"):
                (box / sub).mkdir(parents=True)
            for number in range(count):
                letter = LETTER.format(number=number, customer=number % 500, minute=number % 60)
                (box / "new" / f"{1700000000 + number}.M{number}.flood").write_text(letter, newline="")
            for base, _, files in os.walk(box):
                os.chown(base, dovecot.uid, dovecot.gid)
                for file in files:
                    os.chown(os.path.join(base, file), dovecot.uid, dovecot.gid)
            took, messages = watchkeeper(work, dovecot, count)
            print(f"{messages:,} messages at once: {took:.1f} s, {messages / took:.0f} a second")
        finally:
            dovecot.kill()


if __name__ == "__main__":
    main()
