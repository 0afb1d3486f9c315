# SPDX-License-Identifier: GPL-2.0
"""Who plays the mix: real mail servers and real clients, and plain sockets of the kernel's TCP
for what is to fail or is no mail.

    subscribers: sub0 -- acc0 :router: up0 -- net0 :internet
    office: mta0 -- acc1 :router

What becomes of a connection is told by its source port, which the Internet's netfilter knows:
so one server answers one and refuses another, as the mix has it.
"""
import collections
import os
import pathlib
import socket
import subprocess
import time

import gateways
import mixture
from lab import SCRIPT, Namespace, wait_until

TOOLS = pathlib.Path(os.environ["TOOLS"])
POSTFIXES = 3               # of the mail servers
DEAD, REFUSED = 62000, 64000  # source ports from here on, a thousand each
PATIENCE_S = {mixture.DEAD: 20, mixture.REFUSED: 2, mixture.ANSWERED: 3}
GIVES_UP_S = 30             # a client
NETFILTER = f"""
table ip fates {{
	chain in {{
		type filter hook input priority 0;
		tcp sport {DEAD}-{DEAD + 999} drop
		tcp sport {REFUSED}-{REFUSED + 999} reject with tcp reset
	}}
}}
"""
MESSAGE = b"From: someone@here.example\r\nTo: someone@mx.example\r\nSubject: a mail\r\n\r\ntext\r\n"


class Postfix(gateways.Gateway):
    """A small office's: takes mail for its own domain, and hands on what comes from its own
    address."""
    FILES = {**gateways.Gateway.FILES,
             "main.cf": gateways.MAIN.replace(
                 "smtpd_relay_restrictions =", "mynetworks = {address}\n"
                 "smtpd_relay_restrictions = permit_mynetworks,"),
             "master.cf": gateways.MASTER + "discard unix - - n - - discard\n",
             "transport": "{domain} discard:\n"}

    def handed_on(self):
        return self.log().count("status=sent (250")


def ip(*words):
    subprocess.run(["ip", *words], check=True)


class Stage:
    """Networks and servers."""

    def __init__(self, lab, mix, directory):
        self.lab = lab
        self._running, self.postfix = [], {}
        self.message = directory / "message"
        self.message.write_bytes(MESSAGE)
        servers = [who.address for who in mix.subscribers.values() if who.kind == "mail server"]
        self._connect_office(servers[:POSTFIXES])
        for prefix in "203.0.113.0/24", "192.0.2.0/24":
            ip("-n", "router", "route", "add", prefix, "via", "198.18.130.2")
            ip("-n", "internet", "route", "add", "local", prefix, "dev", "lo")
        subprocess.run(["nsenter", "--net=/run/netns/internet", "nft", "-f", "-"], check=True,
                       input=NETFILTER, text=True)
        for namespace in lab.subscribers, lab.internet:
            namespace.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=20000 59999")
        for port in 25, 443, 465, 587:
            self._sink(lab.internet, port)
        self._sink(lab.subscribers, 25)
        for n, address in enumerate(servers[:POSTFIXES]):
            (directory / f"office{n}").mkdir()
            self.postfix[address] = Postfix(TOOLS / "postfix", self.office, directory / f"office{n}",
                                            address, f"office{n}.example", ("", ""), 0)

    def _connect_office(self, addresses):
        subprocess.run(["bash", "-euc", f'. "{SCRIPT}"; ip netns add office; lab_sysctl office '
                        "net.ipv4.ip_nonlocal_bind=1; lab_pair office mta0 acc1 3"], check=True)
        self.office = Namespace("office")
        mac = self.office.link("mta0")["address"]
        ip("-n", "router", "neighbour", "replace", "198.18.131.2", "lladdr", mac, "dev", "acc1",
           "nud", "permanent")
        for address in addresses:
            ip("-n", "office", "address", "add", f"{address}/32", "dev", "lo")
            ip("-n", "router", "route", "add", f"{address}/32", "via", "198.18.131.2")

    def _sink(self, namespace, port):
        self._running.append(namespace.start(
            TOOLS / "smtp-sink", "-u", "nobody", "-h", "mx.example", "-4", f"0.0.0.0:{port}", 1024,
            stderr=subprocess.DEVNULL))
        wait_until(lambda: f"0.0.0.0:{port} " in namespace.run("ss", "-Hltn").stdout, 60,
                   f"smtp-sink listens on port {port}")

    def close(self):
        for process in self._running:
            process.kill()
            process.wait()
        for postfix in self.postfix.values():
            postfix.close()


# Clients: the command of each, and the address to be bound for one that cannot itself.

def smtp_source(source, server, port, to="someone@mx.example"):
    return ([TOOLS / "smtp-source", "-4", "-f", "someone@here.example", "-t", to,
             f"{server}:{port}"], source)


def msmtp(source, server, port):
    return (["msmtp", "--file=/dev/null", f"--host={server}", f"--port={port}",
             f"--source-ip={source}", "--from=someone@here.example", "someone@mx.example"], None)


def swaks(source, server, port):
    return (["swaks", "--silent", "3", "--server", server, "--port", str(port),
             "--local-interface", source, "--from", "copier@here.example", "--to",
             "someone@mx.example"], None)


# Those that send mail by another program than smtp-source.
CLIENTS = {"scanner": swaks, "device": msmtp, "submission": msmtp}


class Cast:
    """Tries connections. `first`: when each subscriber did so first."""

    def __init__(self, stage):
        self._stage = stage
        self._sockets, self._clients = [], []
        self._number = 0
        self.late = 0.0
        self.connections = 0
        self.first = {}
        self.by = collections.Counter()
        self._tried, self._due, self._arrived = (collections.Counter() for _ in range(3))

    def counts(self, kind):
        return self._tried[kind], self._due[kind], self._arrived[kind]

    def try_one(self, connection):
        self.connections += 1
        self._tried[connection.kind] += 1
        if connection.source not in mixture.INTERNET and (
                connection.port != 443 or connection.kind == "caller"):
            self.first.setdefault(connection.source, time.monotonic())
        if connection.fate == mixture.ANSWERED and connection.port in (25, 587):
            self._due[connection.kind] += 1
            self._send(connection)
        else:
            self._open(connection)

    def _home(self, connection):
        if connection.source in self._stage.postfix:
            return self._stage.office
        inward = connection.source in mixture.INTERNET
        return self._stage.lab.internet if inward else self._stage.lab.subscribers

    def _open(self, connection):
        """A socket that connects, and is closed when a client would give up."""
        self.by["sockets"] += 1
        self._number += 1
        base = {mixture.DEAD: DEAD, mixture.REFUSED: REFUSED}.get(connection.fate)
        with self._home(connection).inside():
            made = socket.socket()
        made.setblocking(False)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((connection.source, base + self._number % 1000 if base else 0))
        made.connect_ex((connection.server, connection.port))
        self._sockets.append((time.monotonic() + PATIENCE_S[connection.fate], made))

    def _send(self, connection):
        source, server, port = connection.source, connection.server, connection.port
        if source in self._stage.postfix:
            # Handed in where it is, and sent on by Postfix.
            self.by["Postfix"] += 1
            command, bound = smtp_source(source, source, 25, f"someone@[{server}]")
        elif server in self._stage.postfix:
            self.by["smtp-source"] += 1
            command, bound = smtp_source(source, server, 25,
                                         f"someone@{self._stage.postfix[server].domain}")
        else:
            client = CLIENTS.get(connection.kind, smtp_source)
            self.by[client.__name__.replace("_", "-")] += 1
            command, bound = client(source, server, port)
        environment = {**os.environ, "LD_PRELOAD": str(TOOLS / "bindsrc.so"), "BINDSRC": bound} \
            if bound else os.environ
        with self._stage.message.open() as message:
            process = self._home(connection).start(
                *command, env=environment, stdin=message, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
        self._clients.append((time.monotonic() + GIVES_UP_S, process, connection.kind))

    def tidy(self):
        """Takes leave of those that have ended, or whose time is up."""
        now, sockets, clients = time.monotonic(), [], []
        for until, made in self._sockets:
            if now < until:
                sockets.append((until, made))
            else:
                made.close()
        for until, process, kind in self._clients:
            if process.poll() is None and now < until:
                clients.append((until, process, kind))
                continue
            if process.poll() is None:
                process.kill()
            self._arrived[kind] += process.wait() == 0
        self._sockets, self._clients = sockets, clients

    def close(self):
        for _, made in self._sockets:
            made.close()
        for _, process, _ in self._clients:
            process.kill()
            process.wait()
