# SPDX-License-Identifier: GPL-2.0
"""The main job, with real SMTP: people's mail arrives, zombies' does not."""
import socket
import threading
import time

import pytest

from lab import PATIENCE, wait_until
from postfix import Sink, Sources

MX, MX6, OUR_MX = "198.19.0.25", "2001:db8:19::25", "198.18.0.26"
CUSTOMERS = [f"198.18.1.{host}" for host in range(1, 9)]
CUSTOMERS6 = ["2001:db8:18:101::1", "2001:db8:18:102::1"]
RELAY, WORLD = "198.18.0.25", "198.19.0.10"
LISTED, LISTED6, LISTED_FAR = "198.18.64.1", "2001:db8:18:64::1", "198.19.64.1"
LIVE, LIVE6 = "198.18.65.1", "2001:db8:18:65::1"
OVER = "198.18.80.1"
BURST = 10

CONFIG = f"""
smtp:
  limit:
    access: {{ rate: 60/min, burst: {BURST} }}
    upstream: {{ rate: 60/min, burst: 100 }}
feeds:
  - {{ name: bots, kind: zombie, entries: [{LISTED}, "{LISTED6}", {LISTED_FAR}] }}
  - {{ name: relays, kind: allow, entries: [{RELAY}] }}
  - {{ name: botnets, kind: cnc, entries: [198.19.66.6, "2001:db8:19:666::6"] }}
"""


@pytest.fixture
def postfix(lab, tool, tmp_path):
    sink, source, bindsrc = (tool(name) for name in ("smtp-sink", "smtp-source", "bindsrc.so"))
    sinks = {address: Sink(sink, namespace, address, tmp_path / f"mail{n}")
             for n, (namespace, address) in enumerate(((lab.internet, MX), (lab.internet, MX6),
                                                       (lab.subscribers, OUR_MX)))}
    sources = Sources(source, bindsrc)
    yield sinks, sources
    sources.close()
    for one in sinks.values():
        one.close()


def test_peoples_mail_arrives_and_zombies_mail_does_not(lab, weir, postfix):
    sinks, sources = postfix
    weir.configure(CONFIG)
    weir("load")
    for zombie in LIVE, LIVE6:
        weir("zombie", "add", zombie, "--for", "1h")

    inside, outside = lab.subscribers, lab.internet
    for customer in CUSTOMERS:
        sources.start(inside, customer, MX, 8)
    for customer in CUSTOMERS6:
        sources.start(inside, customer, MX6, 8)
    sources.start(inside, RELAY, MX, 200, sessions=10)
    sources.start(outside, WORLD, OUR_MX, 80, sessions=5)
    for zombie in LISTED, LIVE:
        sources.start(inside, zombie, MX, 20, sessions=5)
    for zombie in LISTED6, LIVE6:
        sources.start(inside, zombie, MX6, 20, sessions=5)
    sources.start(outside, LISTED_FAR, OUR_MX, 20, sessions=5)
    begun = time.monotonic()
    sources.start(inside, OVER, MX, 200)
    wait_until(lambda: sinks[MX].mails()[OVER] > BURST, what="it is slowed, not cut off")
    slowed = sinks[MX].mails()[OVER]
    assert slowed <= BURST + (time.monotonic() - begun) + 1
    wait_until(lambda: set(weir.dropped()) == {"zombie_feed", "zombie_live", "rate_limit"})
    wait_until(lambda: sinks[MX].mails()[RELAY] == 200 and sinks[OUR_MX].mails()[WORLD] == 80 and
               all(sinks[MX].mails()[customer] == 8 for customer in CUSTOMERS) and
               all(sinks[MX6].mails()[customer] == 8 for customer in CUSTOMERS6))

    at_mx = sinks[MX].mails()
    at_mx.pop(OVER)
    assert at_mx == {**dict.fromkeys(CUSTOMERS, 8), RELAY: 200}
    assert sinks[MX6].mails() == dict.fromkeys(CUSTOMERS6, 8)
    assert sinks[OUR_MX].mails() == {WORLD: 80}


def answers(namespace, source, target, port, seconds=PATIENCE):
    """Whether a TCP connection is made and answered."""
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    with namespace.inside(), socket.socket(family) as client:
        client.settimeout(seconds)
        client.bind((source, 0))
        try:
            client.connect((target, port))
            return client.recv(8) == b"hello\n"
        except TimeoutError:
            return False


@pytest.fixture
def server(lab):
    """Answers every connection, to any address of the Internet, on port 6667."""
    with lab.internet.inside():
        listener = socket.create_server(("::", 6667), family=socket.AF_INET6, dualstack_ipv6=True)

    def serve():
        while True:
            connection, _ = listener.accept()
            if stopping.is_set():
                return
            with connection:
                connection.sendall(b"hello\n")

    stopping = threading.Event()
    thread = threading.Thread(target=serve)
    thread.start()
    yield 6667
    stopping.set()
    with lab.internet.inside():
        socket.create_connection(("::1", 6667)).close()
    thread.join()
    listener.close()


def test_nobody_reaches_a_cnc_host_by_tcp(lab, weir, server):
    weir.configure(CONFIG)
    weir("load")
    for source, host, cnc in (("198.18.1.1", "198.19.66.7", "198.19.66.6"),
                              ("2001:db8:18:101::1", "2001:db8:19:666::7", "2001:db8:19:666::6")):
        assert answers(lab.subscribers, source, host, server)
        assert not answers(lab.subscribers, source, cnc, server, 1.2)  # one repeated SYN
    assert set(weir.dropped()) == {"cnc_dst"}
    weir("unload")
    assert answers(lab.subscribers, "198.18.1.1", "198.19.66.6", server)
