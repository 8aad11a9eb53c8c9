#!/usr/bin/env python3
"""Makes a large Maildir out of small ones: usage: grow.py OUT COUNT MAILDIR...

Copies the messages of the given Maildirs over and over until there are COUNT. Each round bears
Message-IDs of its own (in References and In-Reply-To too, so that threads stay threads), senders of
other companies (else what answers an absent message would join one case over all rounds, as no
real mail does), and dates one week apart; bodies stay as they are. The outcome is the same at every
run.
Standard library only; nothing leaves this machine.
"""
import datetime as dt, email.utils, os, pathlib, re, sys

OUT, COUNT, DIRS = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
ID = re.compile(rb"<([^<>\s@]+)@([^<>\s@]+)>")
FIELDS = (b"message-id:", b"references:", b"in-reply-to:")


def headers(raw):
    """The header lines, folded ones joined to their first, and the body."""
    head, blank, body = raw.partition(b"\n\n")
    if not blank:
        head, blank, body = raw.partition(b"\r\n\r\n")
    fields = []
    for line in head.split(b"\n"):
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\n" + line
        else:
            fields.append(line)
    return fields, blank + body


def varied(raw, turn):
    fields, body = headers(raw)
    out = []
    for field in fields:
        low = field[:14].lower()
        if low.startswith(FIELDS):
            field = ID.sub(lambda m: b"<%s.%d@%s>" % (m[1], turn, m[2]), field)
        elif low.startswith(b"from:"):
            field = re.sub(rb"([\w.+-]+)@", rb"\g<1>.%d@round%d." % (turn, turn), field, count=1)
        elif low.startswith(b"date:"):
            field = shifted(field, turn)
        elif low.startswith(b"received:"):
            continue
        out.append(field)
    return b"\n".join(out) + body


def shifted(field, turn):
    try:
        at = email.utils.parsedate_to_datetime(field[5:].decode("ascii", "replace").strip())
        at -= dt.timedelta(days=7 * turn)
        return b"Date: " + email.utils.format_datetime(at).encode()
    except (ValueError, TypeError, OverflowError):
        return field


def main():
    files = sorted(p for d in DIRS for sub in ("cur", "new") for p in pathlib.Path(d, sub).glob("*") if p.is_file())
    if not files:
        sys.exit(f"no messages in {' '.join(DIRS)}")
    mails = [p.read_bytes() for p in files]
    for sub in ("cur", "new", "tmp"):
        os.makedirs(OUT / sub, exist_ok=True)
    made = size = turn = 0
    while made < COUNT:
        for raw in mails:
            if made == COUNT:
                break
            data = varied(raw, turn) if turn else raw
            (OUT / "cur" / f"{1_600_000_000 + made}.M{made}P1.bench:2,S").write_bytes(data)
            made, size = made + 1, size + len(data)
        turn += 1
    print(f"{made} messages, {size / 1e6:.0f} MB in {OUT}")


main()
