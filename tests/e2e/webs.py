# SPDX-License-Identifier: GPL-2.0
"""The servers that lists are fetched from, and feeds of them."""
import pathlib
import shutil
import socket
import subprocess
import sys
from contextlib import contextmanager

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


KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


def _openssl(where, *lines):
    for line in lines:
        subprocess.run(["openssl", *line.split()], cwd=where, check=True, capture_output=True)


def make_ca(where, name="ca"):
    """NAME.pem and NAME.key in `where`: signs certificates."""
    _openssl(where, f"req -x509 {KEY} -days 2 -subj /CN={name} -keyout {name}.key -out {name}.pem")
    return where / f"{name}.pem"


def make_certificate(where, name, alternatives, days=2, ca="ca"):
    """Key and certificate of a server in one file, signed by a CA in `where`."""
    _openssl(where,
             f"req {KEY} -subj /CN={name} -addext subjectAltName={alternatives} "
             f"-keyout {name}.key -out {name}.csr",
             f"x509 -req -in {name}.csr -CA {ca}.pem -CAkey {ca}.key -CAcreateserial "
             f"-days {days} -copy_extensions copy -out {name}.crt")
    both = where / f"{name}.pem"
    both.write_text((where / f"{name}.key").read_text() + (where / f"{name}.crt").read_text())
    return both


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """(CA, key and certificate of the server) of the addresses and of lists.example."""
    where = tmp_path_factory.mktemp("tls")
    ca = make_ca(where)
    return ca, make_certificate(where, "lists.example",
                                f"IP:{SERVER},IP:{SERVER6},DNS:lists.example")


@contextmanager
def serving(lab, where, servers, port, address=SERVER):
    """nginx with these servers in the Internet, once it listens there: it has where/root."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin")
    if not program:
        pytest.skip("no nginx here (nginx-light)")
    (where / "root").mkdir()
    for directory in (where, *where.parents):
        directory.chmod(directory.stat().st_mode | 0o055)
    (where / "nginx.conf").write_text(f"""\
daemon off; pid {where}/pid; error_log {where}/error.log; user root;
events {{ }}
http {{
  access_log {where}/access.log; client_body_temp_path {where}/b; proxy_temp_path {where}/p;
  fastcgi_temp_path {where}/f; uwsgi_temp_path {where}/u; scgi_temp_path {where}/s;
  gzip on; gzip_types text/plain; gzip_min_length 1; default_type text/plain;
  root {where}/root;
  {servers}
}}
""")
    server = lab.internet.start(program, "-p", where, "-c", where / "nginx.conf",
                                stderr=subprocess.DEVNULL)
    try:
        wait_until(answers(lab.internet, address, port), 60, "nginx listens")
        yield where
    finally:
        server.terminate()
        server.wait()


def accessed(where, path):
    """The lines of nginx's log, once this was asked for: it writes each when it has answered,
    one after the other."""
    log = where / "access.log"
    wait_until(lambda: f" {path} " in log.read_text(), 60, f"{path} is asked for")
    return log.read_text().splitlines()


@contextmanager
def named(tmp_path, *lines):
    """These lines as /etc/hosts meanwhile."""
    hosts = tmp_path / "hosts"
    hosts.write_text("".join(f"{line}\n" for line in lines))
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", "/etc/hosts"], check=True)


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
