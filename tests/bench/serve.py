#!/usr/bin/env python3
"""Measures the service over HTTP on one data directory: start, idle memory, search, queues, cases.

    tests/bench/serve.py DATA MAILDIR [--seconds N]

DATA is what `watchkeeper import` made of MAILDIR. Needs wrk (Debian) and a release build. The service
listens on a free port of the loopback and is ended by its process id. Four connections, each of
which sends its next request when it has the answer to the last; latencies are wrk's.
"""
import argparse, http.client, json, os, pathlib, random, re, secrets, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("WATCHKEEPER_BIN", str(ROOT / "target/release/watchkeeper"))

args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
args.add_argument("data")
args.add_argument("maildir")
args.add_argument("--seconds", type=int, default=20)
args = args.parse_args()

with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    PORT = probe.getsockname()[1]


def call(method, path, body=None, headers=None):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    connection.request(method, path, json.dumps(body) if body is not None else None,
                       {"Content-Type": "application/json", **(headers or {})})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.status} {text[:300]!r}")
    return answer, json.loads(text) if text else None


def words():
    """Search texts: words, pairs in quotation marks and misspelt words, taken from the mail."""
    rng = random.Random(7)
    names = sorted(os.listdir(os.path.join(args.maildir, "cur")))
    singles, phrases, misspelt = [], [], []
    for name in rng.sample(names, 300):
        text = open(os.path.join(args.maildir, "cur", name), errors="replace").read().split("\n\n", 1)[-1]
        found = re.findall(r"\b[a-z]{5,12}\b(?: [a-z]{3,12}\b)?", text)
        for words in rng.sample(found, min(3, len(found))):
            first = words.split()[0]
            singles.append(first)
            if " " in words:
                phrases.append(f'"{words}"')
            at = rng.randrange(1, len(first) - 1)
            misspelt.append(first[:at] + first[at + 1:])
    return {"one word": singles, "phrase": phrases, "misspelt": misspelt}


def load(label, paths, token):
    """Runs wrk over `paths` in turn and prints its percentiles."""
    script = ["local paths = {"] + [json.dumps(p) + "," for p in paths] + ["}", "local at = 0",
              "function setup(thread) seed = (seed or 0) + 1; thread:set('offset', seed * 37) end",
              "function request() at = at + 1; return wrk.format('GET', paths[(at + offset) % #paths + 1]) end",
              "function done(summary, latency, _)",
              "io.write(string.format('RESULT %d %d %.0f %.0f %.0f %d\\n', summary.requests,"
              " summary.errors.status, latency:percentile(50), latency:percentile(99), latency.max,"
              " summary.errors.timeout + summary.errors.read)) end"]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write("\n".join(script))
        file.flush()
        out = subprocess.run(
            ["wrk", "-t1", "-c4", f"-d{args.seconds}s", "-H", f"Authorization: Bearer {token}", "-s", file.name,
             f"http://127.0.0.1:{PORT}"], capture_output=True, text=True, check=True).stdout
    result = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", out)
    requests, refused, p50, p99, worst, lost = map(int, result.groups())
    print(f"{label:20} {requests:7} requests, p50 {p50 / 1000:7.1f} ms, p99 {p99 / 1000:7.1f} ms, "
          f"worst {worst / 1000:7.1f} ms" + (f", {refused} refused, {lost} lost" if refused or lost else ""))


user, password = "bench", secrets.token_urlsafe(18)
subprocess.run([PROGRAM, "user", "add", user, "--role", "admin", "--data", args.data], input=password,
               text=True, capture_output=True)
config = pathlib.Path(args.data) / "bench.toml"
config.write_text(f'[service]\nlisten = "127.0.0.1:{PORT}"\n')
started = time.monotonic()
service = subprocess.Popen([PROGRAM, "serve", "--data", args.data, "--config", str(config)],
                           stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
try:
    while True:
        try:
            call("GET", "/api/v1/health")
            break
        except (ConnectionError, OSError):
            if service.poll() is not None:
                sys.exit(f"the service ended:\n{service.stderr.read()}")
            time.sleep(0.01)
    print(f"first answer after {time.monotonic() - started:.2f} s")
    answer, _ = call("POST", "/api/v1/session", {"name": user, "password": password})
    session = answer.getheader("Set-Cookie").split(";")[0]
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
    _, issued = call("POST", "/api/v1/tokens", {"name": f"bench-{secrets.token_hex(4)}", "role": "admin", "expires": expires},
                     {"Cookie": session, "Origin": f"http://127.0.0.1:{PORT}"})
    token = issued["secret"]
    auth = {"Authorization": f"Bearer {token}"}
    time.sleep(20)
    status = open(f"/proc/{service.pid}/status").read()
    print("resident when idle:", int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024, "MB")
    from urllib.parse import quote
    for label, texts in words().items():
        load(f"search, {label}", ["/api/v1/search?q=" + quote(text) for text in texts], token)
    _, queues = call("GET", "/api/v1/queues", headers=auth)
    names = [queue["id"] for queue in queues]
    load("queues", [f"/api/v1/queues/{name}/cases?limit=50" for name in names], token)
    cases = []
    for name in names:
        _, page = call("GET", f"/api/v1/queues/{name}/cases?limit=200", headers=auth)
        cases += [case["id"] for case in page["items"]]
    load("cases", [f"/api/v1/cases/{case}" for case in dict.fromkeys(cases)], token)
    status = open(f"/proc/{service.pid}/status").read()
    print("resident afterwards:", int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) // 1024, "MB")
finally:
    service.terminate()
    service.wait(20)
    config.unlink()
