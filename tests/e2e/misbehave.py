# SPDX-License-Identifier: GPL-2.0
"""A web server as nobody wants one: misbehave.py ADDRESS PORT DIRECTORY [CERTIFICATE].

Paths say what it does; all else are files of DIRECTORY. Each request is a line of
DIRECTORY/requests: path, and the headers that matter.
"""
import gzip
import http.server
import pathlib
import socket
import ssl
import sys
import time
import zlib

ENTRIES = b"198.51.100.1\n203.0.113.0/24\n2001:db8:66::/48\n"


def bomb(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"198.51.100.1\n" * 80659
    packed = b"".join(packer.compress(block) for _ in range(size // len(block)))
    return packed + packer.flush()


def brotli(body, whole):
    """RFC 7932: one meta-block that is not compressed, and the empty last one."""
    return (((len(body) - 1) << 4 | 1 << 20).to_bytes(3, "little") + body +
            (b"\x03" if whole else b""))


def zstd(body, whole):
    """RFC 8878: one raw block, the last one or not."""
    return (b"\x28\xb5\x2f\xfd\x20" + bytes([len(body)]) +
            (len(body) << 3 | whole).to_bytes(3, "little") + body)


def deflate(body, bits):
    packer = zlib.compressobj(9, zlib.DEFLATED, bits)
    return packer.compress(body) + packer.flush()


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, address, port, directory, certificate):
        self.address_family = socket.AF_INET6 if ":" in address else socket.AF_INET
        super().__init__((address, port), Handler)
        self.directory = pathlib.Path(directory)
        self.scheme = "https" if certificate else "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket = context.wrap_socket(self.socket, server_side=True)

    def handle_error(self, request, client_address):
        pass  # whoever it was has hung up


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        with open(self.server.directory / "requests", "a", encoding="ascii") as log:
            told = {name: self.headers[name] for name in
                    ("Authorization", "X-Key", "If-None-Match", "If-Modified-Since",
                     "Proxy-Authorization") if self.headers[name]}
            log.write(f"{self.path} {told}\n")
        if self.path.startswith("http://"):
            return self.do_as_proxy()
        name = self.path.strip("/").split("/")[0].replace("-", "_")
        getattr(self, f"do_{name}", self.do_file)()

    def answer(self, status=200, body=b"", **headers):
        self.send_response(status)
        headers.setdefault("Content_Length", len(body))
        for name, value in headers.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def do_file(self):
        path = self.server.directory / self.path.strip("/")
        if not path.is_file():
            return self.answer(404, b"<html>no such list</html>")
        stat = path.stat()
        etag = f'"{stat.st_mtime_ns}"'
        if self.headers["If-None-Match"] == etag:
            return self.answer(304, Content_Length=None)
        return self.answer(body=path.read_bytes(), ETag=etag,
                           Last_Modified=self.date_time_string(stat.st_mtime))

    def do_slow(self):
        self.answer(Content_Length=1000)
        self.rfile.read(1)  # until the client hangs up

    def do_lying(self):
        self.answer(body=ENTRIES, Content_Length=len(ENTRIES) + 1000)
        self.close_connection = True

    def do_dropped(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Le")
        self.close_connection = True

    def do_chunks(self):
        self.answer(Content_Length=None, Transfer_Encoding="chunked")
        self.wfile.write(b"d\r\n198.51.100.1\n\r\n")  # and no last chunk
        self.close_connection = True

    def do_endless(self):
        self.answer(Content_Length=None)
        while True:
            self.wfile.write(ENTRIES * 1000)

    def do_bomb(self):
        self.answer(body=bomb(1 << 30), Content_Encoding="gzip")

    def do_packed(self):
        self.answer(body=gzip.compress(ENTRIES), Content_Encoding="gzip")

    def do_cut_packed(self):
        body = gzip.compress(ENTRIES * 1000)
        self.answer(body=body[:-8], Content_Encoding="gzip")  # all lines are there

    def do_packed_by(self):
        """packed-by/NAME: as it should be; cut-NAME: all lines are there, and the end is not."""
        name = self.path.split("/")[-1]
        cut = name.startswith("cut-")
        bodies = {
            "br": ("br", brotli(ENTRIES, not cut)),
            "zstd": ("zstd", zstd(ENTRIES, not cut)),
            "zlib": ("deflate", deflate(ENTRIES, 15)),
            "raw": ("Deflate", deflate(ENTRIES, -15)),
            "two-members": ("x-gzip", gzip.compress(ENTRIES[:13]) + gzip.compress(ENTRIES[13:])),
            "file": (None, gzip.compress(ENTRIES)),
            "zstd-file": (None, zstd(ENTRIES, not cut)),
            "identity": ("identity", ENTRIES),
            "nothing": ("", ENTRIES),
            "utf-8": ("UTF-8", ENTRIES),
            "none": ("none", gzip.compress(ENTRIES)),
            "and-nothing": ("gzip , identity", gzip.compress(ENTRIES)),
            "padded": ("gzip", gzip.compress(ENTRIES) + bytes(1000)),
            "garbage": ("gzip", gzip.compress(ENTRIES) + bytes(8) + ENTRIES),
        }
        encoding, body = bodies[name.removeprefix("cut-")]
        if cut and encoding not in ("br", "zstd"):
            body = body[:-4]
        self.answer(body=body, Content_Encoding=encoding)

    def do_members(self):
        """A gzip file of two members, each a chunk of its own."""
        self.answer(Content_Length=None, Transfer_Encoding="chunked")
        for part in ENTRIES[:13], ENTRIES[13:]:
            packed = gzip.compress(part)
            self.wfile.write(b"%x\r\n%b\r\n" % (len(packed), packed))
        self.wfile.write(b"0\r\n\r\n")

    def do_lengths(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 13\r\nContent-Length: %d\r\n\r\n%b" %
                         (len(ENTRIES), ENTRIES))
        self.close_connection = True

    def do_no_length(self):
        self.answer(body=ENTRIES, Content_Length="99999999999999999999999")
        self.close_connection = True

    def do_tomorrow(self):
        self.answer(body=ENTRIES, Last_Modified=self.date_time_string(time.time() + 86400))

    def do_undated(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\nLast-Modified:\r\nContent-Length: %d\r\n\r\n%b" %
                         (len(ENTRIES), ENTRIES))

    def do_not_packed(self):
        self.answer(body=ENTRIES, Content_Encoding="gzip")

    def do_lzma(self):
        self.answer(body=ENTRIES, Content_Encoding="lzma")

    def do_twice_packed(self):
        self.answer(body=gzip.compress(gzip.compress(ENTRIES)), Content_Encoding="gzip, gzip")

    def do_more(self):
        self.answer(body=ENTRIES, Content_Length=13)
        self.close_connection = True

    def do_trailers(self):
        self.answer(Content_Length=None, Transfer_Encoding="chunked")
        self.wfile.write(b"%x\r\n%b\r\n0\r\nX-Sum: 1\r\nX-More: 2\r\n\r\n" %
                         (len(ENTRIES), ENTRIES))

    def do_trickle(self):
        self.answer(Content_Length=len(ENTRIES))
        for byte in ENTRIES:
            self.wfile.write(bytes([byte]))
            time.sleep(0.3)

    def do_no_type(self):
        self.wfile.write(b"198.51.100.1\n")  # HTTP/0.9
        self.close_connection = True

    def do_partial(self):
        self.answer(206, ENTRIES, Content_Range=f"bytes 0-{len(ENTRIES) - 1}/1000")

    def do_part(self):
        """Unasked, and said to be all."""
        self.answer(body=ENTRIES, Content_Range=f"bytes 0-{len(ENTRIES) - 1}/1000")

    def do_ranges(self):
        """ranges/NAME: what is said of a whole list, and of a part, in a 200."""
        ranges = {
            "no-total": ["0-14/*"],
            "items": ["Items 0-2/3"],
            "octets": [f"BYTES 0-{len(ENTRIES) - 1}/{len(ENTRIES)}"],
            "unknown": [f"bytes */{len(ENTRIES)}"],
            "odd": ["all of it"],
            "empty": [""],
            "behind": ["0-14/100"],
            "before": ["items 15-29/*"],
            "twice": ["bytes 0-9/100", "bytes 0-9/10"],
        }[self.path.split("/")[-1]]
        self.send_response(200)
        self.send_header("Content-Length", str(len(ENTRIES)))
        for value in ranges:
            self.send_header("Content-Range", value)
        self.end_headers()
        self.wfile.write(ENTRIES)

    def do_stubborn(self):
        """stubborn/FILE: never changes again once there is a FILE.kept, whoever asks; of
        bare.txt it says nothing to ask by."""
        path = self.server.directory / self.path.split("/")[-1]
        if path.with_suffix(".kept").exists():
            return self.answer(304, Content_Length=None)
        return self.answer(body=path.read_bytes(),
                           ETag=None if path.name == "bare.txt" else '"1"')

    def do_broken(self):
        """As a proxy does it whose server goes away."""
        self.answer(Content_Length=None)
        self.wfile.write(ENTRIES * 20 + b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n")
        self.close_connection = True

    def do_nowhere(self):
        self.answer(302)

    def do_sign_in(self):
        self.answer(body=b'{"error":"API key required"}\n', Content_Type="application/json")

    def do_html(self):
        self.answer(body=b"<!DOCTYPE html><html>Sign in to the hotel's network</html>\n")

    def do_unasked(self):
        self.answer(304, Content_Length=None)

    def do_long_header(self):
        self.answer(body=ENTRIES, X_Long="y" * 200000)

    def do_later(self):
        self.answer(503, b"later", Retry_After=7200)

    def do_often(self):
        self.answer(429, b"not so often")

    def do_cut_ndjson(self):
        self.answer(body=b'{"cidr":"198.51.100.0/24","sblid":"SBL1","rir":"arin"}\n'
                         b'{"type":"metadata","timestamp":1,"size":55,"records":2}\n')

    def do_to(self):
        self.answer(302, Location=self.path.split("/to/", 1)[1])

    def do_loop(self):
        self.answer(302, Location=f"https://{self.headers['Host']}/loop")

    def do_as_proxy(self):
        if not self.headers["Proxy-Authorization"]:
            return self.answer(407, b"who are you?", Proxy_Authenticate='Basic realm="proxy"')
        return self.answer(body=ENTRIES)

    def do_secret(self):
        if self.headers["Authorization"] != "Basic YWxpY2U6czNjcjN0LXdvcmQ=":
            return self.answer(401)
        return self.answer(body=ENTRIES)


if __name__ == "__main__":
    Server(sys.argv[1], int(sys.argv[2]), sys.argv[3], (sys.argv + [None])[4]).serve_forever()
