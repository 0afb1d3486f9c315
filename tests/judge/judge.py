#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""An independent judge: predicts what `spamweir replay --json` says of every packet of a
capture, from the published policy and the RFCs alone, and compares. It shares no line, table or
constant with the datapath.

    judge.py FILE -c CONFIG [--role ROLE]                     print what is expected
    judge.py FILE -c CONFIG [--role ROLE] --spamweir BINARY   compare, print what differs

The role is that of the first interface of CONFIG unless given. The parts:

capture.py, dissect.py, tunnels.py,
policy.py                               read captures, frames, configuration with its feeds
rows.py                                 keeps what the ledger and the conduct table must know
suspects.py                             who is listed or slowed by that; on top of it, where several
                                        things are right
corners.py, edges.py, carriers.py, zombies.py, parts.py
                                        make the golden replays
generate.py                             makes random cases: policies by configs.py and lists.py,
                                        frames by frames.py, plain.py and answers.py
rounds.py                               judges them all; refusals.py, what cannot be judged
minimise.py                             makes a case small that fails; planted.py, whether
                                        it does
wireshark.py                            holds dissect.py against tshark

run.sh is what `make judge` runs, soak.sh what `make soak` runs.

What was decided where the policy and the RFCs leave room:

frame     The length on the wire counts, and of what was captured the headers. If one that decides
          is in the frame and not in the capture, the packet is malformed, unless its addresses were
          captured and one of them decides. Less than an Ethernet header is malformed.
roles     A VLAN may have a role of its own, by its outer tag, if a NIC of the configuration is
          judged for and not a role. In one that has none, nothing at all is judged.
VLAN      Tags are 0x8100, 0x88a8 and 0x9100, which bridges of ISPs sent before 802.1ad. A third
          tag is not_ip as soon as it is announced, and so is a fifth MPLS label.
buffers   A long frame lies in several buffers, and where one ends does not matter.
802.3     A length in place of an EtherType is not_ip, also where SNAP would lead to IP.
PPPoE     Cut before the end of the PPP protocol field is malformed, then a wrong version, type
          or code is not_ip, then any protocol but IPv4 and IPv6 is not_ip, whatever the length
          says, MPLS too: no access concentrator negotiates that with a subscriber. A protocol
          field that begins with an odd byte has just that (RFC 1661): RFC 2516 advises against
          compressing it, but who sends it so is understood by some.
MPLS      What is IP is told by the first nibble alone; with no byte to tell it, malformed.
IP        Addresses are readable if the fixed header is there whole and its version is right,
          even if its lengths contradict it. Checksums, options, hop limits and the reserved bit
          are not looked at, and neither is where RFC 8200 wants which extension header to stand.
IPv6      A payload length of 0 means 0: jumbograms do not fit a frame. An AH is stepped over by
          its length, also where that is less than the 12 bytes of RFC 4302: no host takes it. In
          a later fragment, what the fragment header announces is not there to be read: no ninth
          header, and an extension header announced may have TCP behind it, any other protocol
          may not. Of several fragment headers, one with an offset makes a later fragment, else
          one with more to come a first.
fragment  A first one whose IPv6 headers are not all in it is tiny, whatever they would lead to: they
          are counted by the lengths that are in it, and the ninth is one too many before. That
          such a first or middle fragment be a multiple of eight bytes is left to the receiver.
          A zombie's later fragments are dropped whoever they go to: only whole packets and first
          fragments show that an allowed destination's mail is concerned.
tunnels   Only where `tunnels` is configured, and only what is clean outside is looked into, once.
          Whole packets of the kinds that are listed are opened; a first fragment tells its kind
          and is not. VXLAN, GTP-U and Geneve go by their destination port, L2TP, Teredo, ESP in
          UDP and WireGuard by either. GRE is opened in version 0 without routing, whatever its
          other bits are, if it carries IPv4, IPv6 or Ethernet; version 1 is PPTP's. VXLAN needs its
          I bit. GTP-U goes by its length, four extension headers and no more than 64 bytes; L2TP
          by its length, if it has one. Control messages, and what is no IP, leave it clean. Of
          what is behind UDP, 64 bytes must be captured if there are so many, of PPP four. What is inside
          may not be longer than what is around it says, and is judged if its addresses are
          readable; else the packet is clean as it is from outside. A header that decides and was
          not captured makes the whole packet malformed, also inside; so does what is inside if it
          is broken in front of its addresses and was not captured to its end. Of 4in6 that comes to an
          access NIC the outer source is whom allow, zombie and limit feeds, live zombies and
          limits know; to an upstream NIC it is the inner one.
TCP       A first fragment may end within the TCP header behind the flags. UDP, SCTP and the rest
          are not checked at all.
allow     If both addresses are allowed, the feed named is the source's. Of several feeds that
          allow mail to an address, one with even_zombies stands before one with to, and that before
          one that says nothing and so is for upstream alone; then the longest prefix counts.
time      In whole microseconds, rounded down, as most captures have it; so is the time for one
          token, rounded to the nearest. It may go back: then a
          bucket is as full as the earlier time makes it. The limiter may forget a source whose
          bucket is full, and would not know it if time then went back: in random captures that
          goes back by little, and only if there are few sources. A source is forgotten some day
          in any case, so random captures are no longer than eleven.
trial     A feed with `mode: monitor` is judged by as if it enforced, and then judging goes on as if it
          were not there. What is enforced counts; else the first that such a feed would have cut.
          Its limit has tokens of its own. A SYN has passed if nothing that is enforced cut it.
again     Two minutes are 120,000 ms between times in whole milliseconds, rounded down, in either
          direction, since the SYN was seen last, whether it passed then or not; what is closed to
          its source is not remembered. One that has passed takes no token, also none of a
          protected destination; one that has not asks for all of them. A first fragment is a SYN
          as a whole packet is. What is over its source's own limit takes nothing of a protected
          destination, and what is over the destination's takes nothing of the source.
bounce    A bounce begins the payload of a whole packet, in no tunnel, with ACK and neither SYN nor RST, in which
          TCP stands right behind an IP header without options or extension headers. One space may
          stand behind the colon. One that is over the limit stays so when it is sent again, within
          two minutes of the last time, and takes no token. Of several protect feeds the limit and
          what is said of bounces are looked for apart, each in those that say something of it.
range     Stands for the shortest list of prefixes that make it up. Each is attributed by its own
          length, and left out if it touches own space; one that is too wide takes the range
          with it.
mapped    An entry with an IPv4-mapped address is of IPv4, and none if shorter than /96. A packet
          of IPv6 with such an address is of IPv6.
carried   An address of IPv6 within 64:ff9b::/96, 2002::/16 or `nat64` is the IPv4 address that is
          in it, too, of nested prefixes by the longest. It is allowed if either is, and then no
          other feed lists it as either. Else of one kind the feed counts that lists the IPv6
          address, unless that one only monitors and the other does not; of mail to it, the one that
          says most. Its bucket is that of the IPv6 prefix. A protected destination has the bucket
          of the address that is listed.
max_width Goes for every kind of feed, also for own and allow; that of own is /8 and /16 if it is
          not said.
rows      Of a tunnel, that packet is noted which decides: the outer one, too, if a feed on trial would
          have cut it and nothing cuts the inner one. A subscriber of 4in6 is known by his
          outer address, whether he sends or receives. An answer counts if it would pass: what is
          only monitored counts as a drop. It counts for whoever has a row by then, and a row once
          claimed stays. A SYN that is sent again within two minutes is the same attempt, also if it
          is closed to its source. Windows are 8192 units of 2^28 ns, counted from 1970, and
          hold two banks, so time that goes back begins one anew.
suspects  At a SYN nothing but itself may be under way still. Of mail servers nine in ten are answered
          when at most a tenth of the first contacts and two more failed, and more than half were
          answered. A second counts from the SYN at which any rule is broken of which something
          follows that does not yet; what follows is that of the rules broken then. Whose time is over is as
          one who was lifted. Slowed, a source has the tokens that it had, by another limit, in
          either role; so has who carries an IPv4 address that is slowed, and who carries one that
          is listed is a zombie. Of an IPv6 prefix whose address is allowed, another that is not
          makes it a suspect, and the allowed one passes. Of IPv6 no C&C address is told, nor
          is 0.0.0.0. Time that goes back is not in random
          captures with such rules.
JSON      Fields are there as far as headers could be read: addresses with the fixed IP header;
          proto and fragment once all IP headers were read and are sound; ports of TCP and UDP,
          with the first four bytes behind them, except in later fragments. Addresses are
          compared as addresses, not as texts. tunnel is the kind, opened or not; inner has the same
          fields of what is in it, if it was opened and has addresses.
"""
import argparse
import ipaddress
import json
import re
import subprocess
import sys
from collections import Counter
from itertools import zip_longest

import capture
import rows
from dissect import ACK, RST, SYN, TCP, dissect, may_be_tcp
from policy import Policy
from rows import Rows
from suspects import Suspects
from tunnels import look_inside

REPLIES = ("bounce",)
DROPS = ("cnc_src", "cnc_dst", "zombie_feed", "zombie_live", "rate_limit", "smtp_closed", "protect_limit", "tiny_fragment", "ext_header_limit",
         "zombie_fragment")


class Limiter:
    """GCRA: a source's theoretical arrival time may be burst-1 tokens ahead of the clock."""

    def __init__(self):
        self.arrival = {}

    def is_over(self, limit, source, now):
        if limit is None:
            return False
        interval, burst = limit
        return max(self.arrival.get(source, now), now) - now > interval * (burst - 1)

    def refuses(self, limit, source, now):
        """Takes a token, or refuses."""
        if self.is_over(limit, source, now):
            return True
        if limit:
            self.arrival[source] = max(self.arrival.get(source, now), now) + limit[0]
        return False


class Attempts:
    """SYNs with one sequence number between the same ends, less than two minutes apart, are one
    connection: it needs one token."""

    def __init__(self):
        self.seen = {}

    def known(self, role, packet, now):
        """The ends of a SYN, and whether its connection has been let through."""
        ends = role, packet.sender, packet.family, packet.dst, packet.sport, packet.dport, packet.seq
        last, admitted = self.seen.get(ends, (None, False))
        return ends, admitted and abs(now // 1000 - last) <= 120_000

    def remember(self, ends, now, admitted):
        self.seen[ends] = now // 1000, admitted


def is_bounce(packet):
    """RFC 5321, 4.1.1.2 and 4.5.5."""
    return (packet.flags & (SYN | ACK | RST) == ACK and packet.bare and packet.fragment == "none"
            and re.match(rb"mail from: ?<>", packet.said, re.IGNORECASE) is not None)


class Judge:
    def __init__(self, policy):
        self.policy = policy
        self.limiter = Limiter()
        self.attempts = Attempts()
        self.bounces = Attempts()
        self.tried = []     # what feeds on trial would have cut of the packet
        self.rows = Rows(lambda family, address: (*policy.source(family, address),
                                                  policy.source_bits[family]))
        self.suspects = Suspects(policy, self.rows)
        self.told = None    # what the product says of a suspect at this packet, {} for nothing
        self.suspect = None

    def decide(self, packet, time):
        """(reason, feed) of a dissected packet."""
        role, now = self.policy.role_of(packet.vlan), time // 1000
        self.rows.latest = max(self.rows.latest, time)
        if role == "none":
            return "not_judged", None
        self.tried, self.time = [], now
        packet.sender, packet.receiver = (packet.family, packet.src), (packet.family, packet.dst)
        reason, feed = self._enforced(packet, role, now)
        decides = packet
        if reason == "clean" and packet.inner:
            reason, feed, decides = self._inside(packet, role, now)
        if self.tried and reason not in DROPS + REPLIES:
            reason, feed = self.tried[0]
        self._note(decides, role, reason, feed, time)
        return reason, feed

    def _inside(self, packet, role, now):
        """(reason, feed, packet): which of the two, that outside or that inside, has decided."""
        inner, tried = packet.inner, bool(self.tried)
        inner.bare = False      # bounces in tunnels are left alone
        inner.sender, inner.receiver = (inner.family, inner.src), (inner.family, inner.dst)
        if packet.tunnel == "4in6" and role == "access":
            inner.sender = packet.sender
        if packet.tunnel == "4in6" and role == "upstream":
            inner.receiver = packet.receiver
        reason, feed = self._enforced(inner, role, now)
        return reason, feed, packet if tried and reason not in DROPS + REPLIES else inner

    def _note(self, packet, role, reason, feed, time):
        if not packet.family:
            return
        cuts = reason in DROPS + REPLIES
        packet.from_smtp = packet.proto == TCP and packet.sport in self.policy.ports
        outcome = reason, feed, cuts, self._monitors(feed)
        before = self.rows.last_drop(packet, role)
        self.rows.see(packet, role, outcome, time)
        if packet.attempt is not None and role == "access":
            self.suspect = self.suspects.look(packet, outcome, before, time, self.told)

    def _monitors(self, feed):
        return self.policy.monitor or feed in self.policy.monitored

    def _enforces(self, reason, feed):
        """Whether the feed, which would cut for this reason, does."""
        if feed not in self.policy.monitored:
            return True
        self.tried.append((reason, feed))
        return False

    def _enforced(self, packet, role, now):
        find, family = self.policy.find, packet.family
        if family:
            for side, address in ("src", packet.src), ("dst", packet.dst):
                feed = find("cnc", family, address)
                if feed and self._enforces(f"cnc_{side}", feed):
                    return f"cnc_{side}", feed
        if packet.finding:
            return packet.finding, None
        if packet.fragment == "later":
            return self._later(packet)
        if packet.proto != TCP or packet.dport not in self.policy.ports:
            return "clean", None
        return self._smtp(packet, role, now)

    def _later(self, packet):
        if may_be_tcp(packet):
            feed = self.policy.zombie(*packet.sender)
            if feed and self._enforces("zombie_fragment", feed):
                return "zombie_fragment", feed
            if self._live(packet) == "list":
                return "zombie_fragment", None
        return "fragment_later", None

    def _live(self, packet):
        """What is in force against a sender that no feed allows."""
        if self.policy.find("allow", *packet.sender):
            return None
        return self.suspects.action(*packet.sender, self.time)

    def _smtp(self, packet, role, now):
        feed = self.policy.find("allow", *packet.sender)
        if feed:
            return "allow", feed
        feed, even_zombies = self.policy.mail_to(packet.family, packet.dst, role)
        if feed and even_zombies:
            return "allow", feed
        zombie = self.policy.zombie(*packet.sender)
        if zombie and self._enforces("zombie_feed", zombie):
            return "zombie_feed", zombie
        if self._live(packet) == "list":
            return "zombie_live", None
        if feed:
            return "allow", feed
        if packet.flags & (SYN | ACK) == SYN:
            return self._connection(packet, role, now)
        return self._segment(packet, role, now)

    def _segment(self, packet, role, now):
        feed, *destination = self.policy.braked(packet.family, packet.dst)
        if not feed or not is_bounce(packet):
            return "smtp_ok", None
        ends, over = self.bounces.known(role, packet, now)
        gateway = "bounce", *destination
        if over or self.policy.brakes[feed] == "closed" or (
                self.limiter.refuses(self.policy.brakes[feed], gateway, now)):
            self.bounces.remember(ends, now, True)
            if self._enforces("bounce", feed):
                return "bounce", feed
        return "smtp_ok", None

    def _connection(self, packet, role, now):
        ends, admitted = self.attempts.known(role, packet, now)
        packet.attempt = self.rows.is_attempt(ends, now // 1000)
        reason, feed = self._limits(packet, role, now, admitted)
        if reason != "smtp_closed":
            self.attempts.remember(ends, now, reason == "smtp_ok")
        return reason, feed

    def _limits(self, packet, role, now, admitted):
        classes, source = self.policy.classes, (role, self.policy.source(*packet.sender))
        own = self.policy.find("limit", *packet.sender)
        enforced = own if own not in self.policy.monitored else None
        limit = classes[enforced] if enforced else self.policy.limit_of(role)
        if self._live(packet) == "slow":
            limit = slower(limit, self.policy.suspects.limit)
        feed, *destination = self.policy.protected(packet.family, packet.dst)
        if feed and not admitted and limit != "closed" and \
           not self.limiter.is_over(limit, source, now):
            to = "to", *destination
            if self.limiter.refuses(classes[feed], to, now) and \
               self._enforces("protect_limit", feed):
                return "protect_limit", feed
        if own != enforced:
            reason = self._refusal(classes[own], ("tried", *source), now, admitted)
            if reason:
                self._enforces(reason, own)
        reason = self._refusal(limit, source, now, admitted)
        return (reason, enforced) if reason else ("smtp_ok", None)

    def _refusal(self, limit, source, now, admitted):
        if limit == "closed":
            return "smtp_closed"
        if not admitted and self.limiter.refuses(limit, source, now):
            return "rate_limit"
        return None

    def line(self, n, packet, time):
        """What replay says of packet n."""
        self.suspect = None
        reason, feed = self.decide(packet, time)
        verdict = "pass"
        if reason in DROPS + REPLIES:
            verdict = "drop" if reason in DROPS else "reply"
            verdict = f"would_{verdict}" if self._monitors(feed) else verdict
        line = {"n": n, "verdict": verdict, "reason": reason}
        line |= fields(packet)
        if packet.tunnel:
            line["tunnel"] = packet.tunnel
        if packet.inner:
            line["inner"] = fields(packet.inner)
        if packet.vlan:
            line["vlan"] = packet.vlan
        if feed:
            line["feed"] = feed
        if self.suspect:
            line["suspect"] = self.suspect
        return line

    def lines(self, packets, told=None):
        """told: what the product says of each, where several things are right."""
        reasons = Counter()
        for n, (time, frame) in enumerate(packets, 1):
            packet = dissect(frame)
            if self.policy.tunnels is not None and not packet.finding:
                look_inside(packet, self.policy.tunnels)
            if told is not None:
                self.told = told[n - 1].get("suspect", {}) if n <= len(told) else {}
            line = self.line(n, packet, time)
            reasons[line["reason"]] += 1
            yield line
        yield {"summary": {"packets": len(packets), "reasons": dict(reasons)}
               | self.suspects.summary()}


def slower(limit, other):
    """The one that lets less through: closed before any, none last; else the one whose tokens take
    longer or, if both take as long, which has fewer."""
    if "closed" in (limit, other):
        return "closed"
    return max((limit, other), key=lambda limit: (limit[0], -limit[1]) if limit else (0, 0))


def fields(packet):
    """What JSON has of the headers of one packet."""
    said = {}
    if packet.family:
        make = ipaddress.IPv4Address if packet.family == 4 else ipaddress.IPv6Address
        said = {"family": packet.family, "src": str(make(packet.src)),
                "dst": str(make(packet.dst))}
    for key in "proto", "sport", "dport", "fragment":
        if getattr(packet, key) is not None:
            said[key] = getattr(packet, key)
    return said


def expect(path, config, role=None):
    return list(Judge(Policy(config, role)).lines(capture.read(path)))


class Refused(Exception):
    """The product did not take the case: no verdicts to compare."""


def replay(binary, path, config, *how):
    """(lines, rows). how: --role ROLE, or --interface NAME."""
    run = subprocess.run([binary, "replay", path, *how, "-c", config, "--json", "--rows"],
                         capture_output=True, text=True, timeout=300, check=False)
    if run.returncode:
        lines = run.stderr.strip().splitlines() or ["it said nothing"]
        raise Refused(f"replay ended with {run.returncode}: {lines[-1]}")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return ([same_texts(line) for line in lines if not is_row(line)],
            [rows.same(line) for line in lines if is_row(line)])


def is_row(line):
    return "ledger" in line or "conduct" in line


def same_texts(line):
    """2001:db8::1 can be written in many ways."""
    if "inner" in line:
        line["inner"] = same_texts(line["inner"])
    if "suspect" in line:
        line["suspect"]["prefix"] = str(ipaddress.ip_network(line["suspect"]["prefix"]))
    for key in "src", "dst":
        if key in line:
            line[key] = str(ipaddress.ip_address(line[key]))
    return line


def differences(expected, got):
    """Pairs of lines that differ; {} stands for one that is not there."""
    return [(want, have) for want, have in zip_longest(expected, got, fillvalue={})
            if want != have]


def compare(binary, path, config, role=None):
    policy = Policy(config, role)
    judge = Judge(policy)
    lines, known = replay(binary, path, config, *policy.how(role))
    expected = list(judge.lines(capture.read(path), lines))
    differ = differences(expected, lines)
    if not differ:      # else rows differ, too
        differ = rows.differences(list(judge.rows.lines()), known)
    return differ, expected


def main():
    parser = argparse.ArgumentParser(description="predict what replay says, and compare")
    parser.add_argument("file")
    parser.add_argument("-c", "--config", required=True)
    parser.add_argument("--role", choices=("access", "upstream"))
    parser.add_argument("--spamweir", metavar="BINARY")
    options = parser.parse_args()
    if not options.spamweir:
        for line in expect(options.file, options.config, options.role):
            print(json.dumps(line))
        return 0
    differ, expected = compare(options.spamweir, options.file, options.config, options.role)
    for want, have in differ:
        print("expected", json.dumps(want))
        print("got     ", json.dumps(have))
    print(f"{len(expected) - 1} packets, {len(differ)} lines differ")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
