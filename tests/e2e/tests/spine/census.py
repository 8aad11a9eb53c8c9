"""Counts what lies below a folder as Python's mailbox, email and zipfile see it.

Prints JSON: for each Maildir and for the rest of the folder the number of items by what they are. Rules that are ours, not
Python's, each with its reason:
- Python begins an mbox message at every line that begins with `From `; we want an empty line before it and a date in it, as
  such lines stand in bodies. What Python cut off there is put back.
- Python's email takes any bytes for a message; a file is one only if its first line is a header field and one of the usual
  fields is among the header, or its name says so (.eml) and it is no known other format.
- Python ends the header at a field with white space before its colon, which RFC 5322 (section 4.5) lets old mail have.
- Nested Maildirs belong to the topmost one; only `cur` and `new` hold messages.
"""
import collections, email, json, mailbox, os, re, sys, tempfile, zipfile

DATED = re.compile(rb"From .*(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +\S.* \d\d?:\d\d.*\d{4}")
FIELD = re.compile(rb"[!-9;-~]{1,77}[ \t]*:")
USUAL = {"from", "to", "cc", "bcc", "date", "subject", "message-id", "received", "return-path", "delivered-to", "sender",
         "reply-to", "mime-version", "content-type", "in-reply-to", "references", "resent-from", "x-original-to", "x-mailer",
         "envelope-to"}
OTHER = (b"!BDN", b"\xd0\xcf\x11\xe0", b"%PDF-", b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"7z\xbc\xaf",
         b"Rar!", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"SQLite format 3\0", b"\0\x05\x16\x07", b"\0\0\0\x01Bud1", b"<?xml",
         b"<!DOCTYPE", b"<html", b"{", b"PK\x03\x04", b"PK\x05\x06")


def is_maildir(path):
    return os.path.isdir(os.path.join(path, "cur"))


def is_mbox(raw):
    return bool(DATED.match(raw.lstrip(b"\r\n").split(b"\n", 1)[0]))


def mbox(path):
    box, count = mailbox.mbox(path, create=False), 0
    with open(path, "rb") as f:
        raw = f.read()
    for key in box.keys():
        start = box._toc[key][0]
        apart = start == 0 or raw[:start].endswith((b"\n\n", b"\n\r\n")) or not raw[:start].strip()
        count += bool(apart and DATED.match(raw[start:].split(b"\n", 1)[0]))
    return count


def maildir(path):
    """Messages of a Maildir and of the folders in it (Maildir++: beside `cur`, with a dot before the name)."""
    nested = (entry.path for entry in os.scandir(path) if entry.name.startswith(".") and is_maildir(entry.path))
    return sum(map(flat_maildir, [path, *nested]))


def flat_maildir(path):
    with tempfile.TemporaryDirectory() as root:
        for part in "cur", "new", "tmp":
            there = os.path.join(path, part)
            (os.symlink if os.path.isdir(there) else lambda _, made: os.mkdir(made))(there, os.path.join(root, part))
        return len(mailbox.Maildir(root, create=False))


def kind(raw, name):
    if not raw.removeprefix(b"\xef\xbb\xbf").strip():
        return "empty"
    if is_mbox(raw):
        return "message"
    if raw.startswith(OTHER):
        return "not_a_message"
    if name.lower().endswith((".eml", ".rfc822")):
        return "not_a_message" if b"\0" in raw[:512] and not has_header(raw) else "message"
    return "message" if has_header(raw) else "not_a_message"


def has_header(raw):
    # leading empty lines and a byte order mark are not ours to refuse
    raw = re.sub(rb"\A\s*\n", b"", raw.removeprefix(b"\xef\xbb\xbf"))
    if not FIELD.match(raw):
        return False
    raw = re.sub(rb"(?m)^([!-9;-~]{1,77})[ \t]+:", rb"\1:", raw)
    return bool(USUAL & {name.strip().lower() for name in email.message_from_bytes(raw).keys()})


def loose(path, name, counts):
    with open(path, "rb") as f:
        raw = f.read()
    if is_mbox(raw) and not name.lower().endswith((".eml", ".rfc822")):
        counts["message"] += mbox(path)
    elif name.lower().endswith(".zip") and raw.startswith(b"PK"):
        archive(path, counts)
    else:
        counts[kind(raw, name)] += 1


def archive(path, counts):
    with zipfile.ZipFile(path) as zipped:
        for entry in zipped.infolist():
            if entry.is_dir():
                continue
            if entry.flag_bits & 1:
                counts["encrypted"] += 1
            else:
                counts[kind(zipped.read(entry), entry.filename)] += 1


def walk(folder, rest, found):
    for entry in sorted(os.scandir(folder), key=lambda e: e.name):
        if entry.is_dir(follow_symlinks=False):
            if is_maildir(entry.path):
                found[entry.path] = {"message": maildir(entry.path)}
            else:
                walk(entry.path, rest, found)
        elif entry.is_file(follow_symlinks=False):
            loose(entry.path, entry.name, rest)


root = os.path.realpath(sys.argv[1])
rest = collections.Counter()
found = {root: rest}
walk(root, rest, found)
print(json.dumps(found))
