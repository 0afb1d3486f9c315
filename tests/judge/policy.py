# SPDX-License-Identifier: GPL-2.0
"""Configuration and feeds, read naively: every lookup goes through all entries of a kind."""
import ipaddress
import json
import os
import re
from types import SimpleNamespace

import yaml

from suspects import Rules

BITS = {4: 32, 6: 128}
UNIT_US = {"s": 10**6, "min": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}
# What nobody's host has, by the registries of special-purpose addresses; and prefixes within which
# hosts have addresses by a tunnel or translator. Documentation and benchmarks may be listed.
SPECIAL = [ipaddress.ip_network(net) for net in (
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16 192.175.48.0/24 224.0.0.0/3 "
    "::/127 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001:1::/32 2001:2::/31 2001:4::/30 2001:8::/29 "
    "2001:10::/28 2001:20::/27 2001:40::/26 2001:80::/25 2001:100::/24 2620:4f:8000::/48 5f00::/16 "
    "fc00::/7 fe80::/10 ff00::/8").split()]
BEARERS = [ipaddress.ip_network(net) for net in ("64:ff9b::/96", "2001::/32", "2002::/16")]
COMMENT = re.compile(r"(^|\s)(#|;|//).*$")


class Policy:
    def __init__(self, path, role=None):
        with open(path, encoding="utf-8") as file:
            config = yaml.load(file, yaml.BaseLoader) or {}     # every scalar a string
        smtp = config.get("smtp") or {}
        self.directory = os.path.dirname(path)
        self.nics = config.get("interfaces") or []
        self.role = role or self.nics[0]["role"]
        self.vlans = {} if role else _vlans(self.nics[0].get("vlans"))
        self._limits = {role: _limit((smtp.get("limit") or {}).get(role), role)
                        for role in ("access", "upstream")}
        # Those that are opened; None: none are looked for.
        self.tunnels = set(config["tunnels"]) if isinstance(config.get("tunnels"), list) else None
        self.monitor = "monitor" in (config.get("mode"), not role and self.nics[0].get("mode"))
        self.ports = {int(port) for port in smtp.get("ports") or ["25"]}
        self.source_bits = {4: 32, 6: int(smtp.get("ipv6_source_prefix", 64))}
        self.translators = [ipaddress.ip_network(net) for net in
                            [*(config.get("nat64") or []), "64:ff9b::/96", "2002::/16"]]
        self.suspects = Rules(config.get("suspects"), lambda limit: _limit(limit, None))
        self.feeds = config.get("feeds") or []
        self.classes = {feed["name"]: _limit(feed["limit"], None) for feed in self.feeds
                        if feed["kind"] in ("limit", "protect") and "limit" in feed}
        self.brakes = {feed["name"]: _bounces(feed["bounces"]) for feed in self.feeds
                       if "bounces" in feed}
        self.monitored = {feed["name"] for feed in self.feeds if feed.get("mode") == "monitor"}
        self._says = {feed["name"]: _says_of_mail_to(feed) for feed in self.feeds}
        self.entries = {"cnc": [], "zombie": [], "allow": [], "limit": [], "protect": [], "brake": []}
        self._read_feeds()
        self._found = {}

    def find(self, kind, family, address):
        """The name of the feed that an address is attributed to, or None."""
        key = kind, family, address
        if key not in self._found:
            self._found[key] = self._attribute(kind, family, address)
        return self._found[key]

    def _attribute(self, kind, family, address):
        if kind not in ("allow", "protect", "brake") and self.find("allow", family, address):
            return None
        return self._either(kind, family, address)[0]

    def _either(self, kind, family, address):
        """(feed, family, address): as which of the two that it may be it is listed."""
        itself = self._longest(kind, family, address), family, address
        carried = self.carried(family, address)
        if carried is not None:
            other = self._longest(kind, 4, carried), 4, carried
            if other[0] and (not itself[0] or (itself[0] in self.monitored
                                               and other[0] not in self.monitored)):
                return other
        return itself

    def carried(self, family, address):
        """The IPv4 address that one of IPv6 carries, or None. RFC 6052, 2.2, and RFC 3056."""
        within = [net for net in self.translators
                  if family == 6 and int(net.network_address) <= address <= int(net.broadcast_address)]
        if not within:
            return None
        size = max(net.prefixlen for net in within) // 8
        data = address.to_bytes(16, "big")
        if 4 <= size <= 8:
            data = data[:8] + data[9:]
        return int.from_bytes(data[size:size + 4], "big")

    def _longest(self, kind, family, address):
        best, feed = (False, -1), None
        for entry in self.entries[kind]:        # in the order of the configuration
            if entry.family == family and entry.first <= address <= entry.last:
                rank = entry.feed not in self.monitored, entry.length
                if feed is None or rank > best:
                    best, feed = rank, entry.feed
        return feed

    def zombie(self, family, address):
        """The feed as whose zombie an address is judged. What is on trial frees nobody from
        a limit that is enforced."""
        feed = self.find("zombie", family, address)
        if feed in self.monitored:
            limit = self.find("limit", family, address)
            if limit and limit not in self.monitored:
                return None
        return feed

    def how(self, role=None):
        """What replay is told of whom to judge for."""
        return ("--role", role) if role else ("--interface", self.nics[0]["name"])

    def role_of(self, vlan):
        """The role for a packet with these VIDs, the outer first."""
        return self.vlans.get(vlan[0], self.role) if vlan else self.role

    def limit_of(self, role):
        return self._limits[role]

    def protected(self, family, address):
        """(feed, family, address): whose tokens they are that mail to an address takes."""
        return self._either("protect", family, address)

    def braked(self, family, address):
        """The same of bounces to it."""
        return self._either("brake", family, address)

    def mail_to(self, family, address, role):
        """By which feed mail to an address passes, if by one, and whether from zombies too."""
        best, carried = self._says_most(family, address), self.carried(family, address)
        if carried is not None:
            other = self._says_most(4, carried)
            best = other if other[0] > best[0] else best
        says, feed = best
        if says == 1 and role != "upstream":
            return None, False
        return feed, says in (1, 3)

    def _says_most(self, family, address):
        best = (0, -1), None
        for entry in self.entries["allow"]:
            says = self._says[entry.feed]
            if says and entry.family == family and entry.first <= address <= entry.last:
                if (says, entry.length) > best[0]:
                    best = (says, entry.length), entry.feed
        return best[0][0], best[1]

    def source(self, family, address):
        return family, address >> (BITS[family] - self.source_bits[family])

    def _read_feeds(self):
        read = [(feed, list(self.texts(feed))) for feed in self.feeds]
        self._own = own = [part for feed, texts in read if feed["kind"] == "own"
                           for text, _ in texts for part in _entry(text, feed)]
        for feed, texts in read:
            if feed["kind"] == "own":
                continue
            for text, in_file in texts:
                for whole in _entry(text, feed):
                    for part in _taken(whole, in_file, feed, own):
                        part.feed = feed["name"]
                        for kind in _kinds(feed):
                            self.entries[kind].append(part)

    def texts(self, feed):
        """The entries of a feed as they are written, and whether in its file."""
        if feed.get("path"):
            with open(os.path.join(self.directory, feed["path"]), encoding="utf-8") as file:
                lines = file.read().splitlines()
            form = feed.get("format", "auto")
            if form == "auto":
                form = detect(lines)
            yield from ((text, True) for text in READERS[form](lines, feed))
        yield from ((text, False) for text in feed.get("entries") or [])

    def inline(self, feed):
        """Its entries as they would stand in the configuration: there, special addresses are
        listed, too."""
        for text, in_file in self.texts(feed):
            parts = _entry(text, feed)
            taken = [piece for part in parts for piece in _taken(part, in_file, feed, self._own)]
            if feed["kind"] == "own" or not in_file or taken == parts:
                yield from [text] if parts else []
            else:
                yield from (_text(piece) for piece in taken)


def _text(part):
    address = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}[part.family](part.first)
    return f"{address}/{part.length}"


def _kinds(feed):
    """A feed of destinations limits connections, brakes bounces, or both."""
    if feed["kind"] != "protect":
        return [feed["kind"]]
    return [kind for kind, key in (("protect", "limit"), ("brake", "bounces")) if key in feed]


def _bounces(limit):
    return "closed" if limit == "off" else _limit(limit, None)


def _vlans(text):
    roles = {}
    for vids, role in (text or {}).items():
        first, _, last = vids.partition("-")
        roles |= dict.fromkeys(range(int(first), int(last or first) + 1), role)
    return roles


def _says_of_mail_to(feed):
    """0: nothing; 1: what a feed meant before it could say so; 2: it passes; 3: from zombies too."""
    if feed["kind"] != "allow" or feed.get("to") == "false":
        return 0
    if "to" not in feed:
        return 1
    return 3 if feed.get("even_zombies") == "true" else 2


def _limit(limit, role):
    """(us a token, tokens), None where there is no limit, "closed" where there are no tokens."""
    if limit == "off":
        return None
    if limit == "closed":
        return limit
    if limit is None:
        limit = {"access": {"rate": "30/min", "burst": "10"},
                 "upstream": {"rate": "600/min", "burst": "100"}}[role]
    count, unit = limit["rate"].split("/")
    return round(UNIT_US[unit] / int(count)), int(limit["burst"])


def networks_of(text):
    """An address, prefix or range as the prefixes it is made of; none if it is no entry."""
    try:
        if "-" in text:
            first, last = (_network(side).network_address for side in text.split("-"))
            return list(ipaddress.summarize_address_range(first, last))
        return [_network(text)]
    except (ValueError, TypeError):
        return []


def _network(text):
    """With an IPv4-mapped address, the IPv4 one."""
    written = ipaddress.ip_interface(text.strip())
    mapped = getattr(written.ip, "ipv4_mapped", None)
    if mapped is None:
        return written.network
    return ipaddress.ip_network((mapped, written.network.prefixlen - 96), strict=False)


def _entry(text, feed):
    """What of it is fit for this feed."""
    networks = networks_of(text)
    if any(network.prefixlen < _shortest(feed, network.version) for network in networks):
        return []
    return [SimpleNamespace(family=network.version, length=network.prefixlen,
                            first=int(network.network_address),
                            last=int(network.broadcast_address)) for network in networks]


def _shortest(feed, family):
    width = feed.get("max_width", {})
    if isinstance(width, str):
        width = {"ipv4": width}
    usual = {4: 8, 6: 16} if feed["kind"] == "own" else {4: 10, 6: 24}
    return int(width.get(f"ipv{family}", usual[family]))


def _taken(part, in_file, feed, own):
    """What the feed may list of an entry."""
    if feed["kind"] in ("allow", "limit", "protect"):
        return [part]
    touches_own = _touches(part, own)
    if touches_own and feed.get("may_list_own") != "true":
        return []
    if touches_own or not in_file or feed.get("may_list_special") == "true":
        return [part]
    return _without_special(part)


def _without_special(part):
    left = [(part.first, part.last)]
    for net in SPECIAL + [net for net in BEARERS if part.length <= net.prefixlen]:
        if net.version != part.family:
            continue
        low, high = int(net.network_address), int(net.broadcast_address)
        left = [piece for first, last in left
                for piece in ((first, min(last, low - 1)), (max(first, high + 1), last))
                if piece[0] <= piece[1]]
    if left == [(part.first, part.last)]:
        return [part]
    make = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}[part.family]
    return [SimpleNamespace(family=part.family, length=net.prefixlen,
                            first=int(net.network_address), last=int(net.broadcast_address))
            for first, last in left
            for net in ipaddress.summarize_address_range(make(first), make(last))]


def _touches(part, own):
    return any(part.family == mine.family and part.first <= mine.last and mine.first <= part.last
               for mine in own)


def _content(lines):
    """Lines without comments; empty ones left out."""
    for line in lines:
        line = COMMENT.sub("", line).strip()
        if line:
            yield line


def read_plain(lines, _):
    return _content(lines)


def read_ndjson(lines, _):
    for line in lines:
        if line.strip():
            row = json.loads(line)
            if "cidr" in row:
                yield row["cidr"]


def read_dshield(lines, _):
    for line in _content(lines):
        words = line.split("\t")
        if words[0][:1].isdigit():
            yield f"{words[0]}-{words[1]}"


def read_ipsum(lines, feed):
    for line in _content(lines):
        address, count = line.split()
        if int(count) >= int(feed.get("min_count", 1)):
            yield address


READERS = {"plain": read_plain, "drop": read_plain, "ndjson": read_ndjson,
           "dshield": read_dshield, "ipsum": read_ipsum}


def detect(lines):
    for line in _content(lines):
        if line.startswith("{"):
            return "ndjson"
        if re.fullmatch(r"[0-9a-fA-F.:]+\s+\d+", line):
            return "ipsum"
        if line.count("\t") >= 2:
            return "dshield"
        return "plain"
    return "plain"
