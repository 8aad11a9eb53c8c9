#!/usr/bin/env python3
"""How long it takes to read attached files, against the time of taking their mail in, on one core; and the child's memory.

    tests/bench/extract.py FOLDER

FOLDER holds files of any kind (the figures of the README are for the attachments of the corpora). Each is sent as an attachment of
a mail of its own. The mail is imported without reading the files, then the files are read, both on the same single core. Needs a
release build (or WATCHKEEPER_BIN). Files of Outlook that hold whole mailboxes are left out: they are sources, not attachments.
"""

import email.policy
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
from email.message import EmailMessage

from service import PROGRAM, Service

LEFT_OUT = (".pst", ".ost")


class Peak:
    """The largest resident size that any extracting child of `pid` reached, in megabytes."""

    def __init__(self, pid):
        self.pid, self.most, self.children, self.over = pid, 0.0, set(), False
        self.thread = threading.Thread(target=self.watch, daemon=True)
        self.thread.start()

    def watch(self):
        tasks = pathlib.Path(f"/proc/{self.pid}/task")
        while not self.over:
            try:
                children = {child for task in tasks.iterdir() for child in (task / "children").read_text().split()}
            except OSError:
                return
            for child in children:
                try:
                    status = pathlib.Path(f"/proc/{child}/status").read_text()
                except OSError:
                    continue
                for line in status.splitlines():
                    # Until it has put its own program into its place, it is a copy of its parent.
                    if line.startswith("VmHWM:"):
                        self.children.add(child)
                        self.most = max(self.most, int(line.split()[1]) / 1024)
            time.sleep(0.003)


def one_core(command):
    return ["taskset", "-c", "0", *command]


def timed(command, watch=False):
    begun = time.monotonic()
    process = subprocess.Popen(one_core(command), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    peak = Peak(process.pid) if watch else None
    said = process.communicate()[1]
    took = time.monotonic() - begun
    if process.returncode != 0:
        raise SystemExit(said.decode()[-2000:])
    if peak:
        peak.over = True
        peak.thread.join()
    return took, peak


def write(folder, mail):
    count = size = 0
    for path in sorted(pathlib.Path(folder).rglob("*")):
        if not path.is_file() or path.suffix.lower() in LEFT_OUT:
            continue
        letter = EmailMessage(policy=email.policy.SMTP)
        letter["From"], letter["To"] = f"Ann <ann@customer{count}.example>", "support@harbour.example"
        letter["Date"], letter["Subject"] = f"Mon, 12 Jan 2026 09:{count % 60:02}:00 +0000", f"Papers {count}"
        letter["Message-ID"] = f"<{count}@customer{count}.example>"
        letter.set_content("See the file.\n")
        raw = path.read_bytes()
        letter.add_attachment(raw, maintype="application", subtype="octet-stream", filename=path.name)
        (mail / f"{count:05}.eml").write_bytes(letter.as_bytes())
        count, size = count + 1, size + len(raw)
    return count, size


def main():
    with tempfile.TemporaryDirectory(prefix="wk-extract-") as name:
        work = pathlib.Path(name)
        (work / "mail").mkdir()
        count, size = write(sys.argv[1], work / "mail")
        (work / "w.toml").write_text('[organisation]\ndomains = ["harbour.example"]\n')
        service = Service(work / "wk", work / "w.toml", work / "log")
        command = [PROGRAM, "import", *service.common]
        intake, _ = timed([*command, "--without-files", str(work / "mail")])
        # The mail is known: what is left to do is to read the files.
        reading, peak = timed([*command, str(work / "mail")], watch=True)
        known, _ = timed([*command, str(work / "mail")])
        coverage = service.rows("coverage", "--json")[0]
        reading -= known
        print(f"{count} files, {size / 1e6:.1f} MB, one core: intake {intake:.2f} s ({count / intake:.0f} mails/s), reading their files "
              f"{reading:.2f} s ({count / reading:.0f} files/s, {size / 1e6 / reading:.1f} MB/s), {reading / intake:.1f} times as long")
        print(f"{coverage['read']} read, {coverage['read_in_part']} in part, unread "
              f"{sum(row['files'] for row in coverage['unread'])}; peak of a child {peak.most:.0f} MB, {len(peak.children)} children")


if __name__ == "__main__":
    main()
