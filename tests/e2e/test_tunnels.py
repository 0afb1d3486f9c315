# SPDX-License-Identifier: GPL-2.0
"""Tunnels with a mail server behind them: what spamweir on the router in the middle makes of what
is in them. Their ends are the kernel's own, or if it has none of that kind, made here."""
import fcntl
import os
import select
import socket
import struct
import threading

import pytest

from lab import wait_until

CONFIG = """
tunnels: [%s]
smtp: { limit: { access: off, upstream: off } }
feeds:
  - { name: botnets, kind: cnc, entries: [198.19.66.6] }
  - name: bots
    kind: zombie
    may_list_own: true
    entries: [%s]
"""
SUBSCRIBER, INTERNET = "198.18.129.2", "198.18.130.2"
SUBSCRIBER6, INTERNET6 = "2001:db8:18:80::9", "2001:db8:0:2::2"
INNER, SERVER, CNC = "198.19.200.1", "198.19.200.2", "198.19.66.6"

# `ip link add` at an end; its family; who sends, by the list; protocol and header, to be made here.
KINDS = {
    "ipip": ("ipip local {local} remote {remote}", 4, INNER, 4, b""),
    "gre": ("gre local {local} remote {remote} key 7", 4, INNER, 47,
            struct.pack("!2HI", 0x2000, 0x0800, 7)),
    "vxlan": ("vxlan id 7 local {local} remote {remote} dstport 4789", 4, INNER, None, None),
    "4in6": ("ip6tnl mode ipip6 local {local} remote {remote} encaplimit none", 6,
             SUBSCRIBER6 + "/128", 4, b""),
}


class MadeEnd:
    """Wraps what a tun device sends, and unwraps what comes for it."""

    def __init__(self, namespace, local, remote, family, protocol, head):
        self.remote, self.family, self.head = remote, family, head
        with namespace.inside():
            self.device = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(self.device, 0x400454CA, struct.pack("16sH22x", b"tun9", 0x1001))
            self.socket = socket.socket(socket.AF_INET6 if family == 6 else socket.AF_INET,
                                        socket.SOCK_RAW, protocol)
        self.socket.bind((local, 0))
        self.end, self.ended = os.pipe()
        self.thread = threading.Thread(target=self.pump)
        self.thread.start()

    def pump(self):
        while True:
            ready, _, _ = select.select([self.device, self.socket, self.end], [], [])
            if self.end in ready:
                return
            if self.device in ready:
                self.socket.sendto(self.head + os.read(self.device, 65535), (self.remote, 0))
            if self.socket in ready:
                packet = self.socket.recv(65535)
                outer = 0 if self.family == 6 else (packet[0] & 15) * 4
                os.write(self.device, packet[outer + len(self.head):])

    def close(self):
        os.write(self.ended, b"x")
        self.thread.join()
        self.socket.close()
        for file in self.device, self.end, self.ended:
            os.close(file)


class Ends:
    """A tunnel between the subscriber and the Internet, and a server at its far end."""

    def __init__(self, lab, how, family, protocol, head):
        self.lab, self.made = lab, []
        near, far = ((SUBSCRIBER, INTERNET), (SUBSCRIBER6, INTERNET6))[family == 6]
        self.ends = ((lab.subscribers, near, far, (INNER,)),
                     (lab.internet, far, near, (SERVER, CNC)))
        if family == 6:
            lab.subscribers.run("ip", "address", "replace", near + "/128", "dev", "sub0", "nodad")
        for namespace, local, remote, addresses in self.ends:
            command = how.format(local=local, remote=remote).split()
            done = namespace.run("ip", "link", "add", "tun9", "type", *command, check=False)
            if done.returncode and protocol:
                self.made.append(MadeEnd(namespace, local, remote, family, protocol, head))
            elif done.returncode:
                self.close()
                pytest.skip(f"this kernel has no {command[0]}: {done.stderr}")
            for address in addresses:
                namespace.run("ip", "address", "add", address + "/32", "dev", "tun9")
            namespace.run("ip", "link", "set", "tun9", "up")
            for other in (SERVER, CNC) if namespace is lab.subscribers else (INNER,):
                namespace.run("ip", "route", "replace", other + "/32", "dev", "tun9")
        with lab.internet.inside():
            self.server = socket.create_server(("0.0.0.0", 25))

    def connects(self, address, seconds):
        """Whether a connection to port 25 comes about in that time."""
        with self.lab.subscribers.inside():
            client = socket.socket()
        client.settimeout(seconds)
        try:
            client.bind((INNER, 0))
            client.connect((address, 25))
            return True
        except OSError:
            return False
        finally:
            client.close()

    def close(self):
        if hasattr(self, "server"):
            self.server.close()
        for end in self.made:
            end.close()
        self.lab.subscribers.run("ip", "address", "delete", SUBSCRIBER6 + "/128", "dev", "sub0",
                                 check=False)
        for namespace, *_ in self.ends:
            namespace.run("ip", "link", "delete", "tun9", check=False)


@pytest.fixture(params=KINDS)
def tunnel(request, lab):
    how, family, sender, *made = KINDS[request.param]
    ends = Ends(lab, how, family, *made)
    ends.kind, ends.sender = request.param, sender
    yield ends
    ends.close()


def counted(weir, reason):
    return weir.dropped().get(reason, 0)


def closed(weir, kind):
    return weir.metrics().sum("tunnelled_packets_total", kind=kind, interface="acc0")


def test_mail_in_a_tunnel_is_judged(weir, tunnel):
    weir.configure(CONFIG % (tunnel.kind, "192.0.2.1"))
    weir("load")
    wait_until(lambda: tunnel.connects(SERVER, 5), 60, "mail passes in a tunnel that is opened")
    assert closed(weir, tunnel.kind) == 0
    assert not tunnel.connects(CNC, 1)
    wait_until(lambda: counted(weir, "cnc_dst"))
    weir.configure(CONFIG % (tunnel.kind, f'"{tunnel.sender}"'))
    weir("reload")
    assert not tunnel.connects(SERVER, 1)
    dropped = wait_until(lambda: counted(weir, "zombie_feed"))
    known = weir.json("lookup", tunnel.sender.removesuffix("/128"))["ledger"]["subscriber"]
    assert known["drops"] >= dropped
    # What is closed passes, and is counted.
    weir.configure(CONFIG % ("", f'"{tunnel.sender}"'))
    weir("load")
    wait_until(lambda: tunnel.connects(SERVER, 5), 60, "mail passes in a tunnel that is closed")
    assert closed(weir, tunnel.kind)
