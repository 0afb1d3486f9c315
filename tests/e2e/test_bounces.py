# SPDX-License-Identifier: GPL-2.0
"""The brake for bounces of mail gateways: by configuration, by hand and for a time."""
import socket
import struct

import pytest

import frames
from lab import wait_until
from test_attach import one_interface
from weir import judged

GATEWAY, GATEWAY6, OTHER = "198.19.0.25", "2001:db8:19::25", "198.19.0.26"
SENDER, SENDER6, RELAY = "198.18.1.1", "2001:db8:18:101::1", "198.18.0.25"
PSH_ACK, RST_ACK = 0x18, 0x14
NULL = b"MAIL FROM:<> SIZE=1000\r\nRCPT TO:<someone@here.example>\r\nDATA\r\n"
CONFIG = f"""
smtp:
  limit: {{ access: off, upstream: off }}
feeds:
  - {{ name: relays, kind: allow, to: false, entries: [{RELAY}] }}
"""
PROTECT = """  - {{ name: gateways, kind: protect, bounces: {}, entries: [{}] }}
"""
BY_CONFIG = CONFIG + PROTECT.format("off", f'{GATEWAY}, "{GATEWAY6}"')

_sequence = iter(range(1000, 1 << 30))


def bounce(source=SENDER, to=GATEWAY, says=NULL):
    return frames.tcp(source, to, flags=PSH_ACK, payload=says, seq=next(_sequence))


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG, one_interface("acc0"))
    weir("load")
    return weir


def replied(weir, verdict="reply"):
    return weir.metrics().by("reason", "packets_total", verdict=verdict).get("bounce", 0)


class Listener:
    """What arrives at the Internet's NIC for an address."""

    def __init__(self, lab):
        self._lab = lab

    def next(self, packet):
        """Sends it; the IP packet that arrives for its destination."""
        with self._lab.internet.inside():
            tap = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        with tap:
            tap.bind(("net0", 3))
            tap.settimeout(300)
            self._lab.outward.send(packet)
            while True:
                got = tap.recv(65536)[14:]
                at = 24 if got[0] >> 4 == 6 else 16
                if got[at:at + len(frames.packed(packet.dst))] == frames.packed(packet.dst):
                    return got


@pytest.fixture
def arrives(lab):
    return Listener(lab).next


def segment(packet):
    """(sequence number, flags, payload) of an IP packet, whose checksums must be right."""
    if packet[0] >> 4 == 6:
        size = struct.unpack("!H", packet[4:6])[0]
        tcp, pseudo = packet[40:40 + size], packet[8:40] + struct.pack("!II", size, 6)
    else:
        assert frames.checksum(packet[:20]) == 0
        size = struct.unpack("!H", packet[2:4])[0] - 20
        tcp, pseudo = packet[20:20 + size], packet[12:20] + struct.pack("!HH", 6, size)
    words = tcp[12] >> 4
    data = pseudo + tcp + bytes(len(tcp) % 2)
    return struct.unpack("!I", tcp[4:8])[0], tcp[13], tcp[words * 4:], frames.checksum(data) == 0


@pytest.mark.parametrize("source, to", [(SENDER, GATEWAY), (SENDER6, GATEWAY6)])
def test_what_goes_on_to_the_gateway(loaded, arrives, source, to):
    sent = bounce(source, to)
    seq, flags, payload, _ = segment(arrives(sent))
    assert (flags, payload) == (PSH_ACK, NULL)
    loaded.configure(BY_CONFIG, one_interface("acc0"))
    loaded("reload")
    for flags in RST_ACK, frames.ACK, RST_ACK:     # the same, sent again and again
        assert segment(arrives(sent)) == (seq, flags, b"", True)
    assert replied(loaded) == 3
    assert segment(arrives(bounce(source, to, b"MAIL FROM:<a@b.example>\r\n")))[2].startswith(b"MAIL")


def test_events_and_the_ledger_know_it(lab, loaded, arrives):
    loaded.configure(BY_CONFIG, one_interface("acc0"))
    loaded("reload")
    events = loaded.start("events", "--json")
    wait_until(lambda: arrives(bounce()) and events.seen('"reason":"bounce"|"reason": "bounce"'))
    line = next(line for line in events.lines if "bounce" in line)
    assert '"reply"' in line and GATEWAY in line
    assert loaded.json("lookup", SENDER)["ledger"]["subscriber"]["reasons"]["bounce"] > 0
    assert "bounces to it do not pass, by feed gateways" in loaded("lookup", GATEWAY).stdout
    assert loaded.json("lookup", GATEWAY)["bounces"] == {
        "feed": "gateways", "off": True, "roles": ["access", "upstream"]}


def test_who_is_allowed_is_exempt(loaded, arrives):
    loaded.configure(BY_CONFIG, one_interface("acc0"))
    loaded("reload")
    assert segment(arrives(bounce(RELAY)))[2] == NULL
    assert replied(loaded) == 0


def test_monitor_mode_lets_them_pass_and_counts(loaded, arrives):
    loaded.configure("mode: monitor\n" + BY_CONFIG, one_interface("acc0"))
    loaded("reload")
    assert segment(arrives(bounce()))[2] == NULL
    assert (replied(loaded), replied(loaded, "would_reply")) == (0, 1)


def test_by_hand_and_back(loaded, arrives):
    assert segment(arrives(bounce()))[2] == NULL
    loaded("bounces", "off", "--to", GATEWAY, "--for", "2h", "--why", "storm")
    assert segment(arrives(bounce()))[1:] == (RST_ACK, b"", True)
    assert segment(arrives(bounce(to=OTHER)))[2] == NULL
    lift = f"spamweir bounces on --to {GATEWAY}"
    found, = loaded.json("lookup", GATEWAY)["matches"]
    assert (found["feed"], found["kind"], found["lift"], found["why"], found["by"]) == (
        "operator-bounces", "protect", lift, "storm", "root")
    assert found["until"] - found["since"] == 7200
    status, = loaded.status()["bounces"]
    assert (status["to"], status["rate"], status["lift"]) == (GATEWAY, None, lift)
    for text in loaded("lookup", GATEWAY).stdout, loaded("status").stdout:
        assert lift in text and ": storm" in text
    loaded(*lift.split()[1:])
    assert segment(arrives(bounce()))[2] == NULL
    assert loaded.status()["bounces"] == [] and loaded.json("lookup", GATEWAY)["matches"] == []
    again = loaded(*lift.split()[1:])
    assert "not braked by hand" in again.stderr
    audit = [row["verb"] for row in loaded.json_lines("history", "--audit")]
    assert {"bounces", "bounces on"} <= set(audit)


def test_a_rate_by_hand(lab, loaded):
    loaded("bounces", "2/h", "--to", GATEWAY)
    loaded("bounces", "off", "--to", GATEWAY6)
    assert loaded.json("lookup", GATEWAY)["bounces"] == {"feed": "operator-bounces-2-per-h",
                                                        "off": False, "roles": ["access", "upstream"]}
    assert {brake["to"]: brake["rate"] for brake in loaded.status()["bounces"]} == {
        GATEWAY: "2/h", GATEWAY6: None}
    packets = [bounce() for _ in range(4)]
    with lab.outward.counting((SENDER, GATEWAY)) as arrived:
        lab.outward.send(*packets)
        wait_until(lambda: arrived.total == 4)      # as what it is, or as a reset
    wait_until(lambda: replied(loaded) == 3)
    loaded("bounces", "30/min", "--to", GATEWAY)
    assert loaded.json("lookup", GATEWAY)["bounces"]["feed"] == "operator-bounces-30-per-min"
    assert len(loaded.status()["bounces"]) == 2


def test_it_counts_before_the_configuration_and_leaves_its_limit(loaded, arrives):
    loaded.configure(CONFIG + f"""  - {{ name: gateways, kind: protect, entries: [{GATEWAY}],
      limit: {{ rate: 1/h, burst: 1 }}, bounces: {{ rate: 1000/s, burst: 1000 }} }}
""", one_interface("acc0"))
    loaded("reload")
    assert segment(arrives(bounce()))[2] == NULL
    loaded("bounces", "off", "--to", GATEWAY)
    assert segment(arrives(bounce()))[1] == RST_ACK
    assert loaded.json("lookup", GATEWAY)["protected_by"] == "gateways"
    loaded.configure(BY_CONFIG, one_interface("acc0"))
    loaded("reload")
    said = loaded("bounces", "on", "--to", GATEWAY)
    assert f"brakes bounces to {GATEWAY} still" in said.stderr
    assert segment(arrives(bounce()))[1] == RST_ACK


def test_an_allowed_gateway_is_said_to_be_exempt(loaded):
    loaded.configure(CONFIG.replace("to: false", "to: true").replace(RELAY, GATEWAY),
                     one_interface("acc0"))
    loaded("reload")
    said = loaded("bounces", "off", "--to", GATEWAY)
    assert "`to: false` in that feed ends it" in said.stderr


@pytest.mark.parametrize("to, roles, says", [
    ("to: true", [], "bounces to it pass as all mail does, whatever feed operator-bounces says"),
    ("to: false", ["access", "upstream"], "bounces to it do not pass, by feed operator-bounces"),
    ("", ["access"], "bounces to it do not pass on access NICs, by feed operator-bounces"),
])
def test_lookup_says_where_a_brake_counts(loaded, arrives, to, roles, says):
    loaded.configure(CONFIG.replace("to: false,", f"{to}," if to else "").replace(RELAY, GATEWAY),
                     one_interface("acc0"))
    loaded("reload")
    loaded("bounces", "off", "--to", GATEWAY)
    assert f"  {says}\n" in loaded("lookup", GATEWAY).stdout
    assert loaded.json("lookup", GATEWAY)["bounces"]["roles"] == roles
    assert segment(arrives(bounce()))[1] == (RST_ACK if "access" in roles else PSH_ACK)


def test_it_survives_reboots_and_ends_by_itself(loaded, arrives):
    loaded("bounces", "off", "--to", GATEWAY)
    loaded.reboot()
    loaded("load")
    assert segment(arrives(bounce()))[1] == RST_ACK
    daemon = loaded.run()
    loaded("bounces", "off", "--to", GATEWAY, "--for", "1s")
    wait_until(lambda: loaded.status()["bounces"] == [] and
               loaded.json("lookup", GATEWAY)["bounces"] is None)
    assert segment(arrives(bounce()))[2] == NULL
    assert daemon.stop() == 0


@pytest.mark.parametrize("arguments, says", [
    (("bounces",), "off|on|RATE"),
    (("bounces", "off"), "expected `--to ADDR`"),
    (("bounces", "off", "--to", "198.19.0.0/24"), "`--to 198.19.0.0/24`: expected an IPv4 or IPv6"),
    (("bounces", "off", "--to", "mx.example"), "`--to mx.example`: expected an IPv4 or IPv6"),
    (("bounces", "of", "--to", GATEWAY), "`of`: expected off, on, or a whole number per s"),
    (("bounces", "2000/s", "--to", GATEWAY), "`2000/s`: expected off, on, or a rate of at most"),
    (("bounces", "on", "--to", GATEWAY, "--for", "2h"), "takes neither --for nor --why"),
    (("bounces", "off", "--to", GATEWAY, "--for", "0s"), "`--for 0s`"),
])
def test_what_is_not_understood(loaded, arguments, says):
    done = loaded(*arguments, check=False)
    assert done.returncode == 2 and says in done.stderr, done
    assert loaded.status()["bounces"] == []


def connected(lab, source, to):
    """A client's socket within the lab and its server's, with TCP of the kernel."""
    family = socket.AF_INET6 if ":" in to else socket.AF_INET
    with lab.internet.inside():
        listener = socket.create_server((to, 25), family=family)
    with listener:
        listener.settimeout(300)
        with lab.subscribers.inside():
            client = socket.create_connection((to, 25), 60, (source, 0))
        server, _ = listener.accept()
    server.settimeout(300)
    return client, server


@pytest.mark.parametrize("source, to", [(SENDER, GATEWAY), (SENDER6, GATEWAY6)])
def test_neither_side_is_left_hanging(lab, loaded, source, to):
    client, server = connected(lab, source, to)     # it stood before the brake
    with client, server:
        server.sendall(b"220 mx.example\r\n")
        assert client.recv(100).startswith(b"220")
        loaded("bounces", "off", "--to", to)
        client.sendall(b"EHLO relay.example\r\n")
        assert server.recv(100).startswith(b"EHLO")
        server.sendall(b"250 PIPELINING\r\n")
        assert client.recv(100).startswith(b"250")
        client.sendall(NULL)
        with pytest.raises(ConnectionResetError):
            server.recv(100)                        # and not a byte of it
        with pytest.raises(ConnectionResetError):
            client.recv(100)                        # answered by the gateway's kernel
    assert replied(loaded) >= 2
    loaded("bounces", "on", "--to", to)
    client, server = connected(lab, source, to)     # the sender comes back
    with client, server:
        client.sendall(NULL)
        assert server.recv(100) == NULL
