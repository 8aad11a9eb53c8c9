"""What the service talks to in benchmarks and in the soak, each doing as it is told: a mail server that takes alerts, a
receiver of webhooks, and a proxy that cuts connections."""

import http.server
import random
import re
import socket
import socketserver
import threading
import time


class Taken:
    """Something that arrived: when, under which key, what it is about, and whether its sender was told so."""

    def __init__(self, key, about, told):
        self.at, self.key, self.about, self.told = time.monotonic(), key, about, told


class Moods:
    """Chooses what a peer does next: `shares` are pairs of a mood and its share; what is left over is "take"."""

    def __init__(self, seed, shares=()):
        self.random, self.shares, self.lock = random.Random(seed), list(shares), threading.Lock()
        self.counts = {}

    def next(self):
        with self.lock:
            at, mood = self.random.random(), "take"
            for name, share in self.shares:
                if at < share:
                    mood = name
                    break
                at -= share
            self.counts[mood] = self.counts.get(mood, 0) + 1
            return mood

    def calm(self):
        with self.lock:
            self.shares = []


class _Threading(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that breaks off ends its own conversation only."""


def _serve(handler):
    server = _Threading(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, server.server_address[1]


class Postman:
    """A mail server. Moods: take, defer (451 to the recipient), full (452 after the data), gone (hangs up at once), drop (takes
    the mail and hangs up without saying so: the sender cannot know)."""

    def __init__(self, moods=None):
        self.moods = moods or Moods(0)
        self.taken, self.lock = [], threading.Lock()
        postman = self

        class Handler(socketserver.StreamRequestHandler):
            timeout = 60

            def handle(self):
                postman.talk(self.rfile, self.wfile)

        self.server, self.port = _serve(Handler)

    def talk(self, lines, out):
        mood = self.moods.next()
        if mood == "gone":
            return

        def say(text):
            out.write(text + b"\r\n")
            out.flush()

        say(b"220 postman.example")
        while line := lines.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                say(b"250-postman.example\r\n250 8BITMIME")
            elif word == b"RCPT" and mood == "defer":
                say(b"451 4.3.0 come back later")
            elif word == b"DATA":
                say(b"354 go on")
                data = []
                while (line := lines.readline()) != b".\r\n":
                    if not line:
                        return
                    data.append(line[1:] if line.startswith(b"..") else line)
                if mood == "full":
                    say(b"452 4.3.1 no space left")
                    continue
                text = b"".join(data).decode("utf-8", "replace")
                header = re.sub(r"\r\n[ \t]+", " ", text.split("\r\n\r\n", 1)[0])
                key = re.search(r"^Watchkeeper-Notice: wk\.([0-9a-f]+)\.", header, re.M)
                subject = re.search(r"^Subject: (.*)$", header, re.M)
                with self.lock:
                    self.taken.append(Taken(key and key[1], subject[1].strip() if subject else "", mood != "drop"))
                if mood == "drop":
                    return
                say(b"250 2.0.0 taken")
            elif word == b"QUIT":
                return say(b"221 bye")
            else:
                say(b"250 ok")


class Hook:
    """A receiver of webhooks. Moods: take, defer (503), busy (429), gone (hangs up at once), drop (takes it and hangs up)."""

    def __init__(self, moods=None):
        self.moods = moods or Moods(0)
        self.taken, self.lock = [], threading.Lock()
        hook = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 60

            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                mood = hook.moods.next()
                if mood in ("take", "drop"):
                    with hook.lock:
                        hook.taken.append(Taken(self.headers["idempotency-key"], body, mood == "take"))
                if mood in ("gone", "drop"):
                    self.close_connection = True
                    return
                self.send_response({"defer": 503, "busy": 429}.get(mood, 200))
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                """Nothing is printed."""

        self.server, self.port = _serve(Handler)


class Proxy:
    """Stands before an IMAP server; cuts a connection in the middle of a message when it is told to."""

    def __init__(self, port):
        self.wanted = self.cuts = 0
        self.lock = threading.Lock()
        proxy = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                try:
                    server = socket.create_connection(("127.0.0.1", port), timeout=10)
                except OSError:
                    return
                server.settimeout(None)
                threading.Thread(target=proxy.pump, args=(self.request, server, False), daemon=True).start()
                proxy.pump(server, self.request, True)

        self.server, self.port = _serve(Handler)

    def cut(self):
        with self.lock:
            self.wanted += 1

    def pump(self, source, target, from_server):
        try:
            while chunk := source.recv(65536):
                body = re.search(rb"BODY\[\] \{\d+\}\r\n", chunk) if from_server and self.wanted else None
                if body:
                    with self.lock:
                        cut = self.wanted > 0
                        if cut:
                            self.wanted -= 1
                            self.cuts += 1
                    if cut:
                        target.sendall(chunk[:body.end() + 40])
                        break
                target.sendall(chunk)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()
