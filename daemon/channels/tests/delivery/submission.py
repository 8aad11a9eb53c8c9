"""A submission server (aiosmtpd) for the tests: by STARTTLS on one port and by TLS on another, with sign-in.

    submission.py CHAIN KEY TOKEN MECHANISM...

MECHANISMs are what it offers. It takes the user "watch" with the password "tea", or with the token that stands in the file TOKEN.
Prints both ports, and then a line of JSON for each mail that it takes and each sign-in that it refuses.
"""

import asyncio
import base64
import json
import pathlib
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

CHAIN, KEY, TOKEN, *OFFERED = sys.argv[1:]


def tell(**what):
    print(json.dumps(what), flush=True)


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watch", b"tea")
    if not good:
        tell(refused=mechanism)
    return AuthResult(success=good, handled=False, auth_data=mechanism)


class Handler:
    async def auth_XOAUTH2(self, server, args):
        said = base64.b64decode(args[1]).decode()
        wanted = f"user=watch\x01auth=Bearer {pathlib.Path(TOKEN).read_text().strip()}\x01\x01"
        if said == wanted:
            return AuthResult(success=True, auth_data="XOAUTH2")
        tell(refused="XOAUTH2")
        # As Google and Microsoft do: what is wrong is a challenge, which is to be answered by nothing.
        await server.challenge_auth(b'{"status":"401"}')
        return AuthResult(success=False, handled=False)

    async def handle_DATA(self, server, session, envelope):
        tell(mechanism=session.auth_data, to=envelope.rcpt_tos, sender=envelope.mail_from)
        return "250 2.0.0 queued"


def context():
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(CHAIN, KEY)
    return made


def session(by_starttls):
    known = {"PLAIN", "LOGIN", "XOAUTH2"}
    return SMTP(Handler(), authenticator=authenticate, auth_required=True, auth_require_tls=by_starttls,
                require_starttls=by_starttls, tls_context=context() if by_starttls else None,
                auth_exclude_mechanism=known - set(OFFERED))


async def serve():
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(lambda: session(True), "127.0.0.1", 0),
               await loop.create_server(lambda: session(False), "127.0.0.1", 0, ssl=context())]
    print(*(server.sockets[0].getsockname()[1] for server in servers), flush=True)
    # It ends with the test that started it.
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(serve())
