# SPDX-License-Identifier: GPL-2.0
"""Lists over TLS, over IPv6 alone and through a proxy, from servers that are in use."""
import base64
import shutil

import pytest

from lab import wait_until
# Fixtures, of which pylint and the like know nothing: certificate, requests, web.
from webs import (ENTRIES, SERVER, SERVER6, accessed, answers, at, certificate,  # noqa: F401
                  configure, make_ca, make_certificate, named, requests, serving, web)

PROXY = "198.19.80.1"
PROXY_PORT = 3128
USER, PASSWORD = "weir", "s3cr3t-word"


def update_fails(weir):
    line = weir.partly("feed", "update", "web")[0]
    assert line.startswith("spamweir: warning: feed web: "), line
    assert not list((weir.state / "feeds").glob("web@fetched"))
    return line


@pytest.fixture(scope="module")
def servers(lab, tmp_path_factory):
    """(directory, CA) of nginx. Each port has another certificate, and 7446 one address only."""
    where = tmp_path_factory.mktemp("tls")
    ca = make_ca(where)
    make_ca(where, "other")
    addresses = f"IP:{SERVER},IP:{SERVER6},DNS:lists.example"
    kinds = {
        7443: make_certificate(where, "good", addresses),
        7444: make_certificate(where, "expired", addresses, days=-1),
        7445: make_certificate(where, "elsewhere", "DNS:elsewhere.example"),
        7447: make_certificate(where, "unknown", addresses, ca="other"),
    }
    text = "".join(f"""
  server {{
    listen {SERVER}:{port} ssl; ssl_certificate {pem}; ssl_certificate_key {pem};
    location /down/ {{ rewrite ^/down/(.*) http://{SERVER}:7080/$1 redirect; }}
  }}""" for port, pem in kinds.items())
    text += f"""
  server {{ listen {SERVER}:7080; }}
  server {{
    listen [{SERVER6}]:7446 ssl;
    ssl_certificate {kinds[7443]}; ssl_certificate_key {kinds[7443]};
  }}"""
    with serving(lab, where, text, 7443) as where:
        (where / "root/list.txt").write_text(ENTRIES)
        yield where, ca


@pytest.mark.parametrize("port, why", (
    (7444, "certificate has expired"),
    (7445, f"no alternative certificate subject name matches target host name '{SERVER}'"),
    (7447, "unable to get local issuer certificate"),
))
def test_a_certificate_that_proves_nothing(weir, servers, port, why):
    where, ca = servers
    keys = f", ca_file: {ca}"
    configure(weir, f"https://{SERVER}:{port}/list.txt?from-{port}", keys)
    line = update_fails(weir)
    assert "cannot be fetched" in line and why in line, line
    assert "(expected a certificate that ca_file or the system's authorities vouch for" in line
    assert why in weir.fails("check")
    configure(weir, f"https://{SERVER}:7443/list.txt?behind-{port}", keys)
    assert "fetched" in weir("feed", "update", "web").stdout
    log = accessed(where, f"/list.txt?behind-{port}")
    assert not [line for line in log if f"from-{port}" in line]  # not even the path was told


@pytest.mark.parametrize("text", ["", "no certificate\n"])
def test_certificates_that_are_none(weir, servers, text):
    path = weir.write("ca.pem", text)
    configure(weir, f"https://{SERVER}:7443/list.txt", f", ca_file: {path}")
    assert "(expected certificates in PEM in ca_file or, without it, in " in update_fails(weir)


def test_the_name_is_what_a_certificate_is_for(weir, servers, tmp_path):
    _, ca = servers
    with named(tmp_path, f"{SERVER} lists.example", f"{SERVER} elsewhere.example"):
        configure(weir, "https://elsewhere.example:7443/list.txt", f", ca_file: {ca}")
        assert "'elsewhere.example'" in update_fails(weir)
        configure(weir, "https://elsewhere.example:7445/list.txt", f", ca_file: {ca}")
        assert "fetched" in weir("feed", "update", "web").stdout


def test_no_way_down_to_http(weir, servers):
    where, ca = servers
    (where / "root/below.txt").write_text(ENTRIES)
    configure(weir, f"https://{SERVER}:7443/down/below.txt", f", ca_file: {ca}")
    line = update_fails(weir)
    assert f"redirects to http://{SERVER}:7080/below.txt (expected https://...)" in line, line
    configure(weir, f"https://{SERVER}:7443/list.txt?behind-down", f", ca_file: {ca}")
    weir("feed", "update", "web")
    log = accessed(where, "/list.txt?behind-down")
    assert [line.split()[6] for line in log if "below" in line] == ["/down/below.txt"]


@pytest.mark.parametrize("addresses", ((SERVER6,), (SERVER, SERVER6)))
def test_a_server_that_has_ipv6_only(weir, servers, tmp_path, addresses):
    """Also where the name has an IPv4 address at which nobody listens."""
    _, ca = servers
    with named(tmp_path, *(f"{address} lists.example" for address in addresses)):
        configure(weir, "https://lists.example:7446/list.txt", f", ca_file: {ca}")
        assert "fetched" in weir("feed", "update", "web").stdout
    assert "3 entries" in weir("check").stdout


@pytest.fixture(scope="module")
def proxy(lab, tmp_path_factory):
    """Log of tinyproxy, which lets only one user through."""
    program = shutil.which("tinyproxy", path="/usr/sbin:/usr/bin")
    if not program:
        pytest.skip("no tinyproxy here (tinyproxy-bin)")
    where = tmp_path_factory.mktemp("proxy")
    (where / "conf").write_text(f"""\
Port {PROXY_PORT}
Listen {PROXY}
LogFile "{where}/log"
LogLevel Connect
BasicAuth {USER} {PASSWORD}
""")
    server = lab.internet.start(program, "-d", "-c", where / "conf")
    wait_until(answers(lab.internet, PROXY, PROXY_PORT), 60, "the proxy listens")
    yield where / "log"
    server.terminate()
    server.wait()


def through(weir, url, keys=""):
    configure(weir, url, f', proxy: "http://{PROXY}:{PROXY_PORT}"{keys}')


def credentials(weir, password=PASSWORD):
    secret = weir.directory / "proxy-secret"
    secret.write_text(f"{USER}:{password}\n")
    secret.chmod(0o600)
    return f", proxy_credentials_file: {secret}"


def listings(servers, scheme):
    """URL of the list, and the keys it takes."""
    if scheme == "https":
        return f"https://{SERVER}:7443/list.txt", f", ca_file: {servers[1]}"
    return f"http://{SERVER}:7080/list.txt", ""


@pytest.mark.parametrize("scheme", ("http", "https"))
def test_a_proxy_that_wants_a_password(weir, servers, proxy, scheme):
    url, keys = listings(servers, scheme)
    through(weir, url, keys)
    line = update_fails(weir)
    assert "the proxy says 407: it wants a name" in line, line
    through(weir, url, keys + credentials(weir, "s3cr3t-wrong"))
    line = update_fails(weir)
    # tinyproxy says 401 then, and without CONNECT nobody can tell who does.
    assert ("the proxy says 401: the name or the password in proxy_credentials_file is wrong"
            if scheme == "https" else "the server says 401") in line and "s3cr3t" not in line, line
    through(weir, url, keys + credentials(weir))
    seen = len(proxy.read_text())
    done = weir("feed", "update", "web")
    assert "fetched" in done.stdout
    assert f"{'CONNECT' if scheme == 'https' else 'GET'} " in proxy.read_text()[seen:]
    weir("load")
    said = done.stdout + done.stderr + weir("feed", "list", "--json").stdout
    said += weir("history", "--audit").stdout + weir("status", "--json").stdout
    assert "s3cr3t" not in said
    for path in weir.state.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert b"s3cr3t" not in content and b"d2VpcjpzM2NyM3Q" not in content, path


def test_a_proxy_learns_no_secret_of_the_server(weir, servers, proxy, web, requests):
    """Headers and credentials are the server's, and those of the proxy stay with it."""
    secret = weir.directory / "secret"
    secret.write_text("alice:s3cr3t-word\n")
    through(weir, at("secret"), f", credentials_file: {secret}{credentials(weir)}")
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "Basic YWxpY2U6" in requests()[-1] and "d2VpcjpzM2NyM3Q" not in requests()[-1]


def test_a_password_is_taken_as_it_is_written(weir, web, requests):
    """"%41" is no "A", and the second colon is part of it."""
    secret = weir.directory / "proxy-secret"
    secret.write_text("weir:s3cr3t%41:+word\n")
    configure(weir, "http://lists.invalid/list.txt",
              f', proxy: "http://{SERVER}:8080", proxy_credentials_file: {secret}')
    assert "fetched" in weir("feed", "update", "web").stdout
    told = base64.b64encode(b"weir:s3cr3t%41:+word").decode()
    assert f"'Proxy-Authorization': 'Basic {told}'" in requests()[-1]


def test_bad_proxy_credentials_are_not_shown(weir, servers):
    secret = weir.directory / "proxy-secret"
    secret.write_text("s3cr3t without what it needs\n")
    through(weir, f"http://{SERVER}:7080/list.txt", f", proxy_credentials_file: {secret}")
    line = update_fails(weir)
    assert 'proxy-secret:1: is no "user:password"' in line and "s3cr3t" not in line
