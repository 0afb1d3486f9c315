# SPDX-License-Identifier: GPL-2.0
"""Notices by a mail relay that wants TLS and a password, or cannot prove who it is, or refuses,
or says nothing: Exim, as Debian has it."""
import os
import shutil
import subprocess
from contextlib import contextmanager

import pytest

from lab import wait_until
from test_notices import begin, infect, notices, told
from webs import SERVER, answers, make_ca, make_certificate

PLAIN, STARTTLS, TLS = 2525, 2587, 2465
USER, PASSWORD = "desk", "per%41cent:and colon"
CONFIG = """\
primary_hostname = relay.example
spool_directory = {home}/spool
log_file_path = {home}/log/%slog
pid_file_path = {home}/pid
keep_environment =
local_interfaces = {address}
daemon_smtp_ports = {plain} : {starttls} : {tls}
tls_on_connect_ports = {tls}
tls_advertise_hosts = ${{if ={{$received_port}}{{{plain}}}{{}}{{*}}}}
tls_certificate = {certificate}
auth_advertise_hosts = ${{if def:tls_in_cipher{{*}}{{}}}}
rfc1413_query_timeout = 0s
smtp_accept_queue_per_connection = 0
queue_only
acl_smtp_rcpt = recipient
begin acl
recipient:
  deny local_parts = nobody
       message = there is nobody of that name
  defer local_parts = later
       message = come back later
  warn local_parts = slow
       delay = 10m
  accept condition = ${{if ={{$received_port}}{{{plain}}}}}
  accept authenticated = *
  deny message = who are you
begin authenticators
plain:
  driver = plaintext
  public_name = {mechanism}
  server_prompts = {prompts}
  server_condition = ${{if and{{{{eq{{${user}}}{{{name}}}}}{{eq{{${secret}}}{{{password}}}}}}}}}
"""
MECHANISMS = {"PLAIN": dict(prompts=":", user="auth2", secret="auth3"),
              "LOGIN": dict(prompts="Username:: : Password::", user="auth1", secret="auth2")}


class Relay:
    def __init__(self, home):
        self.home = home

    def mails(self):
        """What it has taken."""
        return [path.read_text() for path in sorted((self.home / "spool/input").glob("*-D"))]

    def log(self):
        return "".join(path.read_text() for path in (self.home / "log").iterdir())


@contextmanager
def exim(lab, tool, home, certificate, mechanism="PLAIN"):
    home.mkdir()
    for directory in (home, *home.parents[:5]):
        directory.chmod(directory.stat().st_mode | 0o055)
    for name in "spool", "log":
        (home / name).mkdir()
        os.chown(home / name, 9872, 9872)
    shutil.copy(certificate, home / "certificate.pem")
    os.chown(home / "certificate.pem", 9872, 9872)
    (home / "exim.conf").write_text(CONFIG.format(
        home=home, address=SERVER, plain=PLAIN, starttls=STARTTLS, tls=TLS, mechanism=mechanism,
        certificate=home / "certificate.pem", name=USER, password=PASSWORD,
        **MECHANISMS[mechanism]))
    server = lab.internet.start(tool("exim/run"), "-bdf", "-C", home / "exim.conf",
                                stdout=subprocess.DEVNULL, stderr=(home / "stderr").open("w"))
    try:
        wait_until(lambda: server.poll() is not None or
                   answers(lab.internet, SERVER, TLS)(), 60, "Exim listens")
        assert server.poll() is None, (home / "stderr").read_text()
        yield Relay(home)
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    """Those that a relay may show, by what is to be said of them; and who has signed."""
    where = tmp_path_factory.mktemp("relays")
    ca = make_ca(where)
    make_ca(where, "other")
    return ca, {
        "good": make_certificate(where, "good", f"IP:{SERVER}"),
        "certificate has expired": make_certificate(where, "expired", f"IP:{SERVER}", days=-1),
        "no alternative certificate subject name matches":
            make_certificate(where, "elsewhere", "DNS:elsewhere.example"),
        "unable to get local issuer certificate":
            make_certificate(where, "unknown", f"IP:{SERVER}", ca="other"),
    }


def urls(*ports):
    return [f"{'smtps' if port == TLS else 'smtp'}://{SERVER}:{port}" for port in ports]


def receiver(url, ca=None, to="desk@example.net", secret=False, more="", name="desk"):
    return (f"name: {name}, mail: '{url}', from: abuse@example.net, to: {to}" + more
            + (f", ca_file: '{ca}'" if ca else "")
            + (", credentials_file: secret" if secret else ""))


def give_password(weir, password=PASSWORD):
    (weir.directory / "secret").write_text(f"{USER}:{password}\n")


def attempt(weir, *words, **named):
    """What one attempt comes to: None, or what is wrong."""
    begin(weir, receiver(*words, **named), start=False)
    done = weir("notice", "test", "desk", check=False)
    return None if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_password_by_tls(lab, weir, tool, tmp_path, certificates, mechanism):
    ca, pem = certificates
    give_password(weir)
    with exim(lab, tool, tmp_path / "relay", pem["good"], mechanism) as relay:
        for count, url in enumerate(urls(STARTTLS, TLS), 1):
            assert attempt(weir, url, ca, secret=True) is None
            assert len(relay.mails()) == count
        assert "who are you" not in relay.log()
        # Without, and with a wrong one: the relay has no mail, and may say so.
        assert "550" in attempt(weir, urls(STARTTLS)[0], ca)
        give_password(weir, "wrong")
        wrong = attempt(weir, urls(STARTTLS)[0], ca, secret=True)
        assert "Login denied" in wrong and "wrong" not in wrong
        assert len(relay.mails()) == 2


def test_a_relay_that_proves_nothing(lab, weir, tool, tmp_path, certificates):
    """It gets neither the password nor the mail; nor one that has no TLS at all."""
    ca, pem = certificates
    give_password(weir)
    for number, why in enumerate(pem):
        if why == "good":
            continue
        with exim(lab, tool, tmp_path / f"relay{number}", pem[why]) as relay:
            for url in urls(STARTTLS, TLS):
                assert why in attempt(weir, url, ca, secret=True), url
                assert why in attempt(weir, url, ca), url
            # smtps is TLS that proves who it is, whatever else is said; by the system's signers.
            assert attempt(weir, urls(TLS)[0]) is not None
            assert not relay.mails() and USER not in relay.log()
    with exim(lab, tool, tmp_path / "relay", pem["good"]) as relay:
        for named in {"ca": ca}, {"secret": True}:
            assert "STARTTLS" in attempt(weir, urls(PLAIN)[0], **named)
        assert not relay.mails()
        # Of one to which nothing is to be proven TLS is taken as it is, or none.
        assert attempt(weir, urls(PLAIN)[0]) is None
        assert len(relay.mails()) == 1


def test_a_relay_that_refuses(lab, weir, tool, tmp_path, certificates):
    """For good; for now; and a password that somebody may mend is none of the former."""
    ca, pem = certificates
    give_password(weir, "wrong")
    with exim(lab, tool, tmp_path / "relay", pem["good"]) as relay:
        begin(weir, receiver(*urls(PLAIN), to="nobody@example.net", name="refused"),
              receiver(*urls(PLAIN), to="later@example.net", name="later"),
              receiver(*urls(TLS), ca, secret=True, name="denied"))
        infect(lab, weir)
        assert "550" in told(weir, 1, "refused", "failed")[0]["error"]
        for name, why in ("later", "451"), ("denied", "Login denied"):
            found, = wait_until(lambda name=name: [
                n for n in notices(weir) if n["receiver"] == name and n["error"]], 60, name)
            assert found["state"] == "waiting" and why in found["error"], found
        assert not relay.mails()


def test_a_relay_that_hangs_delays_nobody(lab, weir, tool, tmp_path, certificates):
    with exim(lab, tool, tmp_path / "relay", certificates[1]["good"]) as relay:
        begin(weir, receiver(*urls(PLAIN), to="slow@example.net", more=", timeout: 2s"),
              receiver(*urls(PLAIN), name="other"))
        infect(lab, weir)
        told(weir, 1, "other")
        hung, = wait_until(lambda: [n for n in notices(weir) if n["error"]], 60, "it is given up")
        assert (hung["receiver"], hung["state"], hung["error"]) == (
            "desk", "waiting", "no answer in 2 s")
        assert len(relay.mails()) == 1


def test_the_password_is_nowhere(lab, weir, tool, tmp_path, certificates):
    """Neither in what is said, nor in the store, whether it is right, wrong or no password."""
    ca, pem = certificates
    said = []
    with exim(lab, tool, tmp_path / "relay", pem["good"]) as relay:
        for password in PASSWORD, "another-secret", "a\x01secret":
            give_password(weir, password)
            daemon = begin(weir, receiver(*urls(TLS), ca=ca, secret=True))
            done = weir("notice", "test", "desk", check=False)
            said += [done.stdout, done.stderr, weir("notice", "list", "--json").stdout,
                     weir("status").stdout]
            infect(lab, weir)
            wait_until(lambda: notices(weir, "--all"), 60, "a notice")
            daemon.stop()
            said += daemon.lines
        assert relay.mails()
    said += [path.read_bytes().decode(errors="replace") for path in weir.state.rglob("*")
             if path.is_file()]
    for word in PASSWORD, "another-secret", "secret\n", "a\x01secret", "\\x01secret":
        assert not any(word in text for text in said if text), word
