# SPDX-License-Identifier: GPL-2.0
"""Those who get notices: receivers.py ADDRESS DIRECTORY.

A web server on port 8090 and a mail relay on 8025. What comes is a line of JSON in
DIRECTORY/http or DIRECTORY/smtp. DIRECTORY/status says how posts are answered: a number, or
`hang`. The relay refuses mail to nobody@ for good and to later@ for now.
"""
import asyncio
import http.server
import json
import pathlib
import sys
import threading
import time

from aiosmtpd.controller import Controller

ADDRESS, DIRECTORY = sys.argv[1], pathlib.Path(sys.argv[2])
LOCK = threading.Lock()


def note(name, **what):
    with LOCK, open(DIRECTORY / name, "a", encoding="utf-8") as log:
        log.write(json.dumps(what) + "\n")


class Post(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        path = DIRECTORY / "status"
        status = path.read_text() if path.exists() else "204"
        note("http", path=self.path, headers=dict(self.headers), body=body.decode(),
             status=status)
        if status == "hang":
            time.sleep(600)
        self.send_response(int(status))
        self.end_headers()


class Relay:
    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("nobody@"):
            return "550 5.1.1 there is nobody of that name"
        if address.startswith("later@"):
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):
        note("smtp", sender=envelope.mail_from, to=envelope.rcpt_tos,
             content=envelope.content.decode("ascii"))
        return "250 OK"


async def main():
    web = http.server.ThreadingHTTPServer((ADDRESS, 8090), Post)
    web.daemon_threads = True
    threading.Thread(target=web.serve_forever, daemon=True).start()
    relay = Controller(Relay(), hostname=ADDRESS, port=8025)
    relay.start()
    (DIRECTORY / "ready").touch()
    await asyncio.Event().wait()


asyncio.run(main())
