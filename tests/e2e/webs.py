# SPDX-License-Identifier: GPL-2.0
"""The servers that lists are fetched from, and feeds of them."""
import pathlib
import socket
import subprocess
import sys

import pytest

from lab import wait_until

HERE = pathlib.Path(__file__).parent
SERVER, SERVER6 = "198.19.80.1", "2001:db8:19::80"
ENTRIES = "198.51.100.1\n203.0.113.0/24\n2001:db8:66::/48\n"


def answers(namespace, address, port):
    def connects():
        with namespace.inside(), socket.socket(
                socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            return probe.connect_ex((address, port)) == 0
    return connects


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(CA, key and certificate of the server) of the addresses and of lists.example."""
    where = tmp_path_factory.mktemp("tls")
    names = f"subjectAltName=IP:{SERVER},IP:{SERVER6},DNS:lists.example"
    for argv in (
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=ca "
            "-keyout ca.key -out ca.pem",
            "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=lists.example "
            f"-addext {names} -keyout key.pem -out server.csr",
            "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
            "-copy_extensions copy -out cert.pem"):
        subprocess.run(["openssl", *argv.split()], cwd=where, check=True, capture_output=True)
    (where / "server.pem").write_text((where / "key.pem").read_text() +
                                      (where / "cert.pem").read_text())
    return where / "ca.pem", where / "server.pem"


@pytest.fixture(scope="module")
def web(lab, certificate, tmp_path_factory):
    """Directory of the misbehaving server, which is http on 8080 and https on 8443."""
    where = tmp_path_factory.mktemp("web")
    servers = []
    for address in SERVER, SERVER6:
        for port, extra in (8080, []), (8443, [certificate[1]]):
            servers.append(lab.internet.start(sys.executable, HERE / "misbehave.py", address, port,
                                              where, *extra))
            wait_until(answers(lab.internet, address, port), 60, "the server listens")
    yield where
    for server in servers:
        server.kill()
        server.wait()


@pytest.fixture
def requests(web):
    """The lines of requests since."""
    log = web / "requests"
    before = len(log.read_text().splitlines()) if log.exists() else 0
    return lambda: log.read_text().splitlines()[before:] if log.exists() else []


def configure(weir, url, keys="", kind="cnc"):
    weir.configure(f'feeds:\n  - {{ name: web, kind: {kind}, url: "{url}"{keys} }}\n')


def at(path, port=8080, address=SERVER):
    host = f"[{address}]" if ":" in address else address
    return f"{'https' if port == 8443 else 'http'}://{host}:{port}/{path}"
