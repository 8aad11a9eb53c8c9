#!/usr/bin/env python3
"""What watching 200 mailboxes costs beyond the store: memory, and processor time while nothing arrives.

    tests/bench/mailboxes.py [DATA] [--mailboxes 200] [--seconds 60]

DATA is what `watchkeeper import` made; it is copied, and stays as it is. Without it, the store is empty. Needs Debian's
dovecot-imapd and a release build (or WATCHKEEPER_BIN). The same store is served twice: without a source, and with the mailboxes
all watched (IDLE).
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

from arrival import all_watched, watched
from dovecot import PASSWORD, Dovecot
from service import Service, resident


def spent(pid):
    """Seconds of processor time."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measured(service, count, seconds):
    """Memory in megabytes and share of a processor when idle."""
    service.start()
    try:
        after = all_watched(service, count)
        # What a start leaves to be done is not idleness.
        time.sleep(20)
        pid = service.process.pid
        begun, before = time.monotonic(), spent(pid)
        time.sleep(seconds)
        share = (spent(pid) - before) / (time.monotonic() - begun)
        threads = len(os.listdir(f"/proc/{pid}/task"))
        return resident(pid), share, after, threads
    finally:
        service.kill()


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("data", nargs="?")
    args.add_argument("--mailboxes", type=int, default=200)
    args.add_argument("--seconds", type=int, default=60)
    args = args.parse_args()
    near = pathlib.Path(args.data).resolve().parent if args.data else None
    with tempfile.TemporaryDirectory(prefix="wk-mailboxes-", dir=near) as name:
        work = pathlib.Path(name)
        if args.data:
            subprocess.run(["cp", "-a", "--reflink=auto", args.data, str(work / "wk")], check=True)
        (work / "password").write_text(PASSWORD)
        ours = '[organisation]\ndomains = ["harbour.example"]\n'
        (work / "alone.toml").write_text(ours)
        service = Service(work / "wk", work / "alone.toml", work / "service.log")
        service.sign_in()
        # What a first start makes is not counted.
        service.start()
        service.stop()
        alone, alone_share, _, _ = measured(service, 0, args.seconds)
        dovecot = Dovecot(work / "dovecot", lmtp=False)
        try:
            (work / "watched.toml").write_text(ours + watched(dovecot, args.mailboxes))
            service = Service(work / "wk", work / "watched.toml", work / "service.log")
            memory, share, after, threads = measured(service, args.mailboxes, args.seconds)
        finally:
            dovecot.stop()
        print(f"{args.mailboxes} mailboxes (watched after {after:.1f} s, {threads} threads): resident {memory:.0f} MB, "
              f"{memory - alone:.0f} MB beyond the {alone:.0f} MB of the same store without sources; "
              f"idle over {args.seconds} s: {share:.2%} of a processor, without sources {alone_share:.2%}")


if __name__ == "__main__":
    main()
