# SPDX-License-Identifier: GPL-2.0
"""Who is listed as a live zombie, or slowed, for behaving like one, and at which SYN.

Where what the policy says does not tell to the packet, several things may happen at a SYN; each
of these is right, and what the product did of them is gone on from. So it is

servers     of whom so many bits are told as a hash by chance leaves, between rows.least() and all;
a second    for so long a rule has to be broken, by a clock that ticks every 268 ms: in less than four
            ticks nobody is listed, from seven on everybody. It may begin anew with a window;
drops       that are not held against anybody: as many as connections were dropped, at most as many
            as the ledger has of these reasons, and of the SYN at hand either;
TRW         of which the product may be rounded, by a thousandth of a nat for each contact;
contact     if the SYN at hand itself is the drop, or the time is up within a tick of the clock; or if
            in monitor mode C&C sent something, too, after him, and he had drops for something else
            before: then who began need not be known;
places      of who is slowed and then listed, one or two;
windows     if somebody was listed or slowed in one before the last, still was in the last, and opened
            connections in it.
"""
import math
from types import SimpleNamespace

import rows

SECOND = 10**6          # us
SOON, LATE = 4, 7       # ticks of replay's slow clock
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
OFTEN = ("rate_limit", "smtp_closed", "protect_limit")      # nobody can answer such a SYN
DEFAULTS = {"servers": "report", "failures": "report", "silent": "off", "contact": "report"}


class Rules:
    """`suspects` of a configuration. limit: of Policy, as it reads one."""

    def __init__(self, config, limit):
        config = config or {}
        of = {rule: config.get(rule) or {} for rule in DEFAULTS}
        self.action = {rule: of[rule].get("action", DEFAULTS[rule]) for rule in DEFAULTS}
        self.servers = int(of["servers"].get("at_least", 6))
        self.answered = int(of["servers"].get("answered", 100))
        self.silent = int(of["silent"].get("at_least", 100))
        self.within = _time(of["contact"].get("within", "1d"))
        theta0, theta1, alpha, beta = (float(of["failures"].get(key, default)) for key, default in (
            ("theta0", 0.8), ("theta1", 0.2), ("alpha", 0.01), ("beta", 0.01)))
        self.fails = math.log((1 - theta1) / (1 - theta0))
        self.answers = math.log(theta0 / theta1)
        self.enough = math.log((1 - beta) / alpha)
        self.limit = limit(config.get("limit", {"rate": "6/min", "burst": "3"}))
        self.lasts = _time(config.get("for", "1d"))
        self.most = int(config.get("max_listed", 1000))
        self.servers_too = config.get("servers_too") == "true"
        self.any = any(action in ("list", "slow") for action in self.action.values())

    def broken(self, seen):
        """The sets of rules that may be what is broken, of who has done as `seen`. What is open is
        not held against anybody."""
        if seen.listens and not self.servers_too:
            return {frozenset()}
        failed = _failed(seen)
        settled = failed + seen.answered
        contacts = min(seen.servers, settled)
        of_them = contacts * failed // settled if settled else 0
        often = seen.answered > failed and of_them * 10 <= contacts + 18
        surely = set()
        if seen.servers >= (self.answered if often else self.servers):
            surely.add("servers")
        if not seen.listens and seen.attempts >= self.silent:
            surely.add("silent")
        above = of_them * self.fails - self.enough - (contacts - of_them) * self.answers
        rounded = (contacts + 1) / 1024
        trw = [fails for fails, so in ((True, above > -rounded), (False, above < rounded))
               if so] if settled else [False]
        return {frozenset(surely | {"failures"} if fails else surely) for fails in trw}

    def follows(self, rules):
        """What follows of breaking these: list, slow or None."""
        actions = {self.action[rule] for rule in rules}
        return "list" if "list" in actions else "slow" if "slow" in actions else None


def _time(text):
    """In us. Only with one unit."""
    return int(text[:-1]) * UNITS[text[-1]] * SECOND


class Suspects:
    def __init__(self, policy, known):
        self.policy, self.rules, self.rows = policy, policy.suspects, known
        self.live = {}          # (family, number): SimpleNamespace(action, since, until)
        self.state = {}         # of the same
        self.places = []        # (until, subject)
        self.listed = self.slowed = 0

    # ---- who is one

    def action(self, family, address, now):
        """list, slow or None: what is in force against a source, as which of the two it may be."""
        found = {self._in_force(self.policy.source(family, address), now)}
        carried = self.policy.carried(family, address)
        if carried is not None:
            found.add(self._in_force((4, carried), now))
        return "list" if "list" in found else "slow" if "slow" in found else None

    def _in_force(self, subject, now):
        entry = self.live.get(subject)
        return entry.action if entry and entry.until > now else None

    # ---- who becomes one

    def look(self, packet, outcome, before, time, told):
        """At a SYN of a subscriber, which the rows have. outcome: as Rows.see() has it; before: the
        last drop of its source before it, or None; told: what the product says of it, None if it is
        not asked. What is to be said: {prefix, action, why}, or None."""
        if not self.rules.any:
            return None
        at = SimpleNamespace(now=time // 1000, unit=time // rows.UNIT,
                             window=time // rows.UNIT // rows.WINDOW, ends=_ends(packet),
                             side=("subscriber", self.rows.subject(*packet.sender)),
                             subject=self.policy.source(*packet.sender))
        state = self.state.setdefault(at.subject, SimpleNamespace(
            window=None, dropped={}, may=None, surely=None, became={}))
        if state.window != at.window:
            state.window, state.surely = at.window, None
        if outcome[0] in OFTEN and not outcome[3]:
            state.dropped.setdefault(at.window, set()).add(at.ends)
        else:
            for ends in state.dropped.values():
                ends.discard(at.ends)
        return self._settle(state, self._may(state, at, before, outcome[2]), at, told)

    def _may(self, state, at, before, dropped):
        """{action: {rule: [what is told of it]}} of what may follow at this SYN."""
        counts = list(self._counts(state, at))
        found, actions = {}, set()
        for seen in counts:
            for rules in self.rules.broken(seen) if seen.attempts > 1 else {frozenset()}:
                action = self._anew(state, self.rules.follows(rules), at)
                actions.add(action)
                for rule in rules if action else ():
                    if self.rules.action[rule] == action:
                        found.setdefault(action, {}).setdefault(
                            rule, set()).add(WHY[rule](seen))
        if state.became and self._lapsed(at):
            actions.add(None)
        self._since(state, actions, at.unit)
        may = found if state.may is not None and at.unit - state.may >= SOON else {}
        if state.surely is None or at.unit - state.surely < LATE:
            may[None] = {}
        contacts = self._contact(state, at, before, dropped, counts[0].listens)
        for action, peer in contacts:
            may.setdefault(action, {}).setdefault("contact", set()).add(WHY["contact"](peer))
        if contacts:
            state.surely = None
            if None not in dict(contacts):
                may.pop(None, None)
        return may

    @staticmethod
    def _since(state, actions, unit):
        """Since when a rule is broken, at the earliest, and for sure."""
        if actions == {None}:
            state.may = state.surely = None
            return
        state.may = unit if state.may is None else state.may
        if None in actions:
            state.surely = None
        elif state.surely is None:
            state.surely = unit

    @staticmethod
    def _anew(state, action, at):
        """Of what follows, what has not yet in this window."""
        done = state.became.get(at.window, ())
        return None if "list" in done or action in done else action

    def _lapsed(self, at):
        """Whether its time was over in this window."""
        entry = self.live.get(at.subject)
        return entry and entry.until * 1000 // rows.UNIT // rows.WINDOW >= at.window

    def _alone(self, state, at):
        """Whether this window may be counted without the last."""
        if at.window - 1 in state.became:
            return [True]
        entry, syns = self.live.get(at.subject), self.rows.conduct[at.side]["syns"]
        still = entry and entry.until * 1000 // rows.UNIT // rows.WINDOW >= at.window - 1
        return [True, False] if still and _bank(syns, at.window - 1) else [False]

    def _counts(self, state, at):
        """What may be counted of a source, each way."""
        row = self.rows.conduct[at.side]
        drops = self.rows.ledger.get(at.side, {"reasons": {}})["reasons"]
        for alone in self._alone(state, at):
            seen, to, dropped = SimpleNamespace(attempts=0, answered=0, refused=0), set(), set()
            for window in (at.window,) if alone else (at.window, at.window - 1):
                syns, back = _bank(row["syns"], window), _bank(row["back"], window)
                seen.attempts += syns.get("connections", 0)
                seen.answered += back.get("answered", 0)
                seen.refused += back.get("refused", 0)
                to |= syns.get("to", set())
                dropped |= state.dropped.get(window, set())
            seen.listens = any(_bank(row["back"], window).get("listens")
                               for window in (at.window, at.window - 1))
            least = len(dropped - {at.ends})
            most = max(least, sum(drops.get(reason, 0) for reason in OFTEN))
            for opened in sorted({1 + least, max(1 + least, most), 1 + most}):
                for servers in range(rows.least(len(to)), min(len(to), rows.BITS) + 1):
                    yield SimpleNamespace(**vars(seen), open=opened, servers=servers)

    def _contact(self, state, at, before, dropped, listens):
        """[(action or None, C&C address)]: what may follow of a contact to one; [] for nothing."""
        action = self.rules.action["contact"]
        if (action not in ("list", "slow") or listens and not self.rules.servers_too
                or not self._anew(state, action, at)):
            return []
        found = set()
        after = self.rows.ledger.get(at.side)
        for drop in (before, after) if dropped else (after,):
            found |= self._of_contact(state, at, action, drop)
        if self._lapsed(at):
            found.add((None, ""))
        return sorted(found, key=str) if any(action for action, _ in found) else []

    def _of_contact(self, state, at, action, drop):
        if not drop or drop["reason"] != "cnc_dst" or _is_called(drop):
            return {(None, "")}
        age, begun = at.unit - drop["last"], at.unit % rows.WINDOW
        within = min(self.rules.within * 1000 / rows.UNIT, 2 * rows.WINDOW)
        found = {(None, "")} if _is_called(drop) is None else set()
        for alone in self._alone(state, at):
            most = min(within, begun) if alone else within
            found |= {(action, drop["peer"])} if age <= most + 1 else set()
            found |= {(None, "")} if age >= most - 1 else set()
        return found

    # ---- which of them it is

    def _settle(self, state, may, at, told):
        in_force = self._in_force(at.subject, at.now)
        for action in [action for action in may if action]:
            if in_force in ("list", action):    # nothing is done
                may = {key: value for key, value in may.items() if key != action} | {None: {}}
        held = [subject for until, subject in self.places if until > at.now]
        if len(held) >= self.rules.most:
            may[None] = {}
            if at.subject not in held and len(set(held)) >= self.rules.most:
                may = {None: {}}
        does = told.get("action") if told is not None else None
        if told is None or does not in may:
            does = None if None in may else "list" if "list" in may else "slow"
        return self._list(state, does, may[does], at, told) if does else None

    def _list(self, state, does, rules, at, told):
        until = at.now + self.rules.lasts
        self.live[at.subject] = SimpleNamespace(action=does, until=until)
        self.places.append((until, at.subject))
        state.became.setdefault(at.window, set()).add(does)
        state.may = state.surely = None
        self.listed += does == "list"
        self.slowed += does == "slow"
        texts = [text for rule in WHY for text in sorted(rules.get(rule, ()), reverse=True)]
        why = (told or {}).get("why")
        return {"prefix": rows.prefix(*at.side[1]), "action": does,
                "why": why if why in texts else texts[0]}

    def summary(self):
        if not self.listed + self.slowed:
            return {}
        return {"suspects": {"listed": self.listed, "slowed": self.slowed}}


def _is_called(drop):
    """Whether one of whom this was dropped last only answers a C&C address, which was seen before
    him; None: that is not known."""
    seen = list(drop["reasons"])    # in the order in which they came first
    if not drop["monitored"] or "cnc_src" not in seen:
        return False
    if seen.index("cnc_src") < seen.index("cnc_dst"):
        return True
    return False if seen[0] == "cnc_dst" else None


def _ends(packet):
    return packet.family, packet.dst, packet.sport, packet.dport, packet.seq


def _failed(seen):
    return max(0, seen.attempts - seen.answered - seen.refused - seen.open) + seen.refused


# What is told of a rule; if several are broken, of the first.
WHY = {
    "contact": lambda peer: "contact: " + (
        f"C&C address {peer}" if "." in peer and peer != "0.0.0.0" else "a C&C address"),
    "servers": lambda seen: (f"servers: {seen.servers} tried, {seen.answered} of {seen.attempts} "
                             "answered"),
    "failures": lambda seen: (f"failures: {_failed(seen)} of {seen.attempts} failed, "
                              f"{seen.answered} answered"),
    "silent": lambda seen: f"silent: {seen.attempts} connections, to {seen.servers} servers",
}


def _bank(banks, window):
    at, found = banks.get(window % 2, (None, {}))
    return found if at == window else {}
