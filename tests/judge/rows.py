# SPDX-License-Identifier: GPL-2.0
"""What the ledger and the conduct table must know when a capture has been judged, kept as plain
sets and sums: nothing is forgotten here, and captures are small enough that nothing is there."""
import ipaddress

from dissect import ACK, RST, SYN

NS = 10**9
UNIT = 2**28            # ns, of the slow clock of replay
WINDOW = 8192           # of these
ROUND = 2**24           # when a row's time comes round
AGAIN_MS = 120_000
BITS = 128              # of servers, of a source in a window
MAKE = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}
SIDES = {"access": "subscriber", "upstream": "remote"}
OTHER = {"access": "remote", "upstream": "subscriber"}


class Rows:
    """subject: of (family, address), what it is counted as, (family, number, bits)."""

    def __init__(self, subject):
        self.subject = subject
        self.ledger, self.conduct = {}, {}
        self.seen = {}          # SYNs, and when each was seen last
        self.latest = 0

    def is_attempt(self, ends, now_ms):
        """Whether a SYN with these ends opens a connection, which it does but once."""
        last = self.seen.get(ends)
        self.seen[ends] = now_ms
        return last is None or abs(now_ms - last) > AGAIN_MS

    def see(self, packet, role, outcome, now):
        """A packet that was judged by this role. outcome: (reason, feed, whether it cuts, whether
        that is monitored)."""
        unit = now // UNIT
        if outcome[2]:
            self._drop(packet, role, outcome, unit)
        if packet.attempt is not None:
            self._syn(packet, role, unit)
        if not outcome[2]:
            self._answer(packet, role, unit)

    def last_drop(self, packet, role):
        """Of the sender: a copy of its row, or None."""
        row = self.ledger.get((SIDES[role], self.subject(*packet.sender)))
        return row | {"reasons": dict(row["reasons"])} if row else None

    def _drop(self, packet, role, outcome, unit):
        reason, feed, _, monitored = outcome
        sent_in = role == "upstream" and reason == "cnc_src"
        side = "subscriber" if sent_in else SIDES[role]
        subject, peer = packet.sender, (packet.family, packet.dst)
        if sent_in:
            subject, peer = packet.receiver, (packet.family, packet.src)
        row = self.ledger.setdefault((side, self.subject(*subject)),
                                     {"reasons": {}, "since": unit, "drops_monitored": 0})
        row["drops_monitored"] += monitored
        row["reasons"][reason] = row["reasons"].get(reason, 0) + 1
        row |= {"last": unit, "peer": address(MAKE[peer[0]](peer[1])), "peer_sent": sent_in, "reason": reason,
                "monitored": monitored, "feed": feed}

    def _of(self, side, subject):
        return self.conduct.setdefault((side, self.subject(*subject)), {"syns": {}, "back": {}})

    def _syn(self, packet, role, unit):
        row = self._of(SIDES[role], packet.sender)
        row["last"] = unit
        bank = window_of(row["syns"], unit, lambda: {"syns": 0, "connections": 0, "to": set()})
        bank["syns"] += 1
        bank["connections"] += packet.attempt
        bank["to"].add((packet.family, packet.dst, packet.dport))

    def _answer(self, packet, role, unit):
        what = answer(packet)
        if not what or not packet.from_smtp:
            return
        key = OTHER[role], self.subject(*packet.receiver)
        if key in self.conduct:
            window_of(self.conduct[key]["back"], unit, no_answers)[what] += 1
        if role == "access" and what == "answered":
            row = self._of("subscriber", packet.sender)
            row["last"] = unit
            window_of(row["back"], unit, no_answers)["listens"] = True

    def lines(self):
        """Of either table, a line for each that it must know."""
        now = self.latest // UNIT
        for (side, subject), row in self.ledger.items():
            first, last = (seconds(max(0, now - row[when])) for when in ("since", "last"))
            yield {"row": "ledger", "side": side, "prefix": prefix(*subject),
                   "drops": sum(row["reasons"].values()), **row,
                   "since": self.latest // NS - first, "age_seconds": first,
                   "last": self.latest // NS - last, "last_age_seconds": last}
        for (side, subject), row in self.conduct.items():
            this, before = (told(row, now // WINDOW - back) for back in (0, 1))
            if this or before:
                yield {"row": "conduct", "side": side, "prefix": prefix(*subject),
                       "last_age_seconds": seconds((now - row["last"]) % ROUND),
                       "window": {"seconds": seconds(now % WINDOW), **(this or NOTHING)},
                       "last_window": {"seconds": seconds(WINDOW), **(before or NOTHING)}}


def no_answers():
    return {"answered": 0, "refused": 0, "listens": False}


NOTHING = {"syns": 0, "connections": 0, "servers": (0, 0), **no_answers()}


def window_of(banks, unit, anew):
    """There are two banks, for even windows and odd ones; what comes of another window than is in
    its bank begins it anew."""
    window = unit // WINDOW
    if banks.get(window % 2, (None,))[0] != window:
        banks[window % 2] = window, anew()
    return banks[window % 2][1]


def told(row, window):
    """What is known of a window, or None."""
    found = {}
    for banks in row["syns"], row["back"]:
        at, bank = banks.get(window % 2, (None, {}))
        found |= bank if at == window else {}
    if not found:
        return None
    servers = len(found.pop("to", ()))
    return NOTHING | found | {"servers": (least(servers), min(servers, BITS))}


def least(servers):
    """Half the bits that so many servers set, of which each sets one by chance."""
    return min(servers, 1 + int(BITS * (1 - (1 - 1 / BITS) ** servers) / 2)) if servers else 0


def answer(packet):
    """RFC 9293, 3.5.2: a RST that answers a SYN has the sequence number 0."""
    flags = packet.flags & (SYN | RST | ACK)
    if flags == SYN | ACK:
        return "answered"
    return "refused" if flags == RST | ACK and packet.seq == bytes(4) else None


def seconds(units):
    return units * UNIT // NS


def address(text):
    """One of IPv4 that is mapped into IPv6 is told as either."""
    found = ipaddress.ip_address(text)
    return str(getattr(found, "ipv4_mapped", None) or found)


def prefix(family, number, bits):
    if family == 4:
        return str(ipaddress.IPv4Network((number, bits)))
    return str(ipaddress.IPv6Network((number << 128 - bits, bits)))


def same(line):
    """One of the product's lines, as lines() has it."""
    (table, row), = line.items()
    row["prefix"] = str(ipaddress.ip_network(row["prefix"]))
    if "peer" in row:
        row["peer"] = address(row["peer"])
    return {"row": table, **row}


def differences(expected, got):
    """Pairs that differ. Servers are a number that lies between two."""
    def by_key(lines):
        return {(line["row"], line["side"], line["prefix"]): line for line in lines}

    want, have = by_key(expected), by_key(got)
    differ = [(want.get(key, {}), have.get(key, {})) for key in want | have
              if not is_same(want.get(key, {}), have.get(key, {}))]
    return differ + [({}, {"row": "twice"})] * (len(got) - len(have))


def is_same(want, have):
    if want.keys() != have.keys():
        return False
    for key, value in want.items():
        if key == "servers":
            if not value[0] <= have[key] <= value[1]:
                return False
        elif isinstance(value, dict):
            if not is_same(value, have[key]):
                return False
        elif value != have[key]:
            return False
    return True
