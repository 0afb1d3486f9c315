#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""make.py DIR: JSON Schemas (2020-12) of the configuration, and of what verbs print with
--json, into DIR.

The keys of the configuration, which of them are required, and the words they take are read
from the tables of user/config: a new key is in the schema as soon as it is in its table, and
takes anything until CONFIG below says more. A key of CONFIG that no table has is an error.
What verbs print is OUTPUT below, in short: see `build`. Programs must bear keys that they do
not know, so more keys than these are allowed.
"""
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DRAFT = "https://json-schema.org/draft/2020-12/schema"

# -- the configuration -------------------------------------------------------------------

FUNCTION = re.compile(r"^(?:static )?[a-z_ ]+ \*?(\w+)\([^;{]*?\)\n\{\n(.*?)^\}", re.M | re.S)
KEY = re.compile(r'\{ \.name = "(\w+)", \.read = (\w+)(, \.required = true)?')


class Tables:
    """The readers of user/config, each with the table of keys or the list that it reads."""

    def __init__(self):
        self.body = {(path.name, found[1]): found[2]
                     for path in sorted((ROOT / "user/config").glob("*.c"))
                     for found in FUNCTION.finditer(path.read_text())}

    def reader(self, file, name):
        if (file, name) in self.body:
            return file, name
        return next((key for key in self.body
                     if key[1] == name and name.startswith("sw_")), None)

    def root(self):
        return next(key for key, body in self.body.items() if '{ .name = "interfaces"' in body)

    def tree(self, reader, seen=()):
        """{key: (what is in it, required)}, [what each is], or None: a value."""
        if reader is None or reader in seen:
            return None
        body, seen = self.body[reader], (*seen, reader)
        keys = KEY.findall(body)
        if keys:
            return {key: (self.tree(self.reader(reader[0], by), seen), bool(required))
                    for key, by, required in keys}
        each = re.search(r"sw_value_each\(\w+, (\w+),", body)
        if each:
            return [self.tree(self.reader(reader[0], each[1]), seen)]
        for name in re.findall(r"\b(\w+)\(", body):
            if not name.startswith("sw_value_"):
                found = self.tree(self.reader(reader[0], name), seen)
                if found is not None:
                    return found
        return None


def words(function):
    """What a function that names things returns, but for what nobody can write."""
    text = "".join((ROOT / path).read_text() for path in ("user/base/names.c",
                                                          "user/config/words.c"))
    body = re.search(rf"^[a-z].*[ *]{function}\(.*?^\}}", text, re.M | re.S)[0]
    return [word for word in re.findall(r'(?:return|\] =) "([^"]*)"', body)
            if word not in ("none", "unknown")]


def number(least, most):
    return {"type": "integer", "minimum": least, "maximum": most}


def enum(*values):
    return {"enum": list(values)}


TEXT = {"type": "string", "minLength": 1}
FLAG = {"type": "boolean"}
MODE = enum("enforce", "monitor")
TIME = {"type": "string", "pattern": r"^([0-9]+(ms|d|h|m|s))+$"}
PREFIX = {"type": "string", "pattern": r"^[0-9A-Fa-f:./ -]+$"}
RATE = {"type": "string", "pattern": r"^[0-9]+/(s|min|h|d)$"}
BURST = number(1, 100000)
OFF = {"const": "off"}
YAML_OFF = enum("off", False)  # some take the word for a truth value, as YAML 1.1 says
SHARE = {"type": "number", "minimum": 0, "maximum": 1}
ROLES = words("sw_role_name")
ACTION = enum(*words("sw_action_name"), False)
LIST_OR_ONE = {"anyOf": [{"type": ["string", "number"]}, {"type": "array"}]}

# What a value is, by where it stands; None: anything. Where a table stands as well, the
# value may be the one or the other.
CONFIG = {
    "interfaces[].name": TEXT,
    "interfaces[].role": enum(*ROLES),
    "interfaces[].xdp": enum(*words("sw_xdp_mode_name")),
    "interfaces[].shared": FLAG,
    "interfaces[].mode": MODE,
    "interfaces[].vlans": {
        "type": ["object", "null"],
        "propertyNames": {"pattern": r"^[0-9]+(-[0-9]+)?$"},
        "additionalProperties": enum(*ROLES, "none"),
    },
    "mode": MODE,
    "tunnels[]": TEXT,
    "smtp.ports[]": number(1, 65535),
    "smtp.ipv6_source_prefix": number(16, 128),
    "smtp.limit": YAML_OFF,
    "smtp.limit.access": enum("off", False, "closed"),
    "smtp.limit.access.rate": RATE,
    "smtp.limit.access.burst": BURST,
    "smtp.limit.upstream": enum("off", False, "closed"),
    "smtp.limit.upstream.rate": RATE,
    "smtp.limit.upstream.burst": BURST,
    "nat64[]": PREFIX,
    "feeds[].name": {"type": "string", "pattern": r"^[A-Za-z0-9_][A-Za-z0-9_.-]{0,30}$"},
    "feeds[].kind": enum(*words("sw_kind_name")),
    "feeds[].path": TEXT,
    "feeds[].format": enum(*words("sw_format_name")),
    "feeds[].min_count": number(1, 1000000),
    "feeds[].entries[]": PREFIX,
    "feeds[].max_width": number(0, 32),
    "feeds[].max_width.ipv4": number(0, 32),
    "feeds[].max_width.ipv6": number(0, 128),
    "feeds[].max_entries": {"type": "integer", "minimum": 1},
    "feeds[].max_entries.ipv4": {"type": "integer", "minimum": 1},
    "feeds[].max_entries.ipv6": {"type": "integer", "minimum": 1},
    "feeds[].max_change": {"anyOf": [YAML_OFF, number(2, 1000000)]},
    "feeds[].may_list_own": FLAG,
    "feeds[].may_list_special": FLAG,
    "feeds[].may_be_empty": FLAG,
    "feeds[].limit": enum("off", False, "closed"),
    "feeds[].limit.rate": RATE,
    "feeds[].limit.burst": BURST,
    "feeds[].bounces": enum("off", False),
    "feeds[].bounces.rate": RATE,
    "feeds[].bounces.burst": BURST,
    "feeds[].even_zombies": FLAG,
    "feeds[].mode": MODE,
    "feeds[].max_age": TIME,
    "feeds[].max_age.age": TIME,
    "feeds[].max_age.then": enum("keep", "drop"),
    "feeds[].routes.table": {"type": "integer", "minimum": 1, "maximum": 0xffffffff},
    "feeds[].routes.hold": TIME,
    "feeds[].url": {"type": "string", "pattern": "^(https?|file)://"},
    "feeds[].every": TIME,
    "feeds[].timeout": TIME,
    "feeds[].proxy": TEXT,
    "feeds[].ca_file": TEXT,
    "feeds[].headers_file": TEXT,
    "feeds[].credentials_file": TEXT,
    "feeds[].csv.column": {"type": ["string", "integer"]},
    "feeds[].csv.delimiter": {"type": "string", "pattern": "^(tab|.)$"},
    "feeds[].csv.where": {"type": "object"},
    "feeds[].csv.tag": {"type": ["string", "integer"]},
    "feeds[].csv.tag[]": {"type": ["string", "integer"]},
    "feeds[].csv.until": {"type": ["string", "integer"]},
    "feeds[].json.each": TEXT,
    "feeds[].json.address": {"type": ["string", "integer"]},
    "feeds[].json.where": {"type": "object"},
    "feeds[].json.tag": {"type": ["string", "integer"]},
    "feeds[].json.tag[]": {"type": ["string", "integer"]},
    "feeds[].json.until": {"type": ["string", "integer"]},
    "suspects": YAML_OFF,
    "suspects.servers": YAML_OFF,
    "suspects.servers.action": ACTION,
    "suspects.failures": YAML_OFF,
    "suspects.failures.theta0": SHARE,
    "suspects.failures.theta1": SHARE,
    "suspects.failures.alpha": SHARE,
    "suspects.failures.beta": SHARE,
    "suspects.failures.action": ACTION,
    "suspects.silent": YAML_OFF,
    "suspects.silent.action": ACTION,
    "suspects.contact": YAML_OFF,
    "suspects.contact.within": TIME,
    "suspects.contact.action": ACTION,
    "suspects.for": TIME,
    "suspects.servers_too": FLAG,
    "announce.table": {"type": "integer", "minimum": 1, "maximum": 0xffffffff},
    "announce.what[]": enum("zombie_live", "operator-block", "cases>=low", "cases>=medium",
                            "cases>=high"),
    "announce.metric": {"type": "integer", "minimum": 0, "maximum": 0xffffffff},
    "metrics.textfile": TEXT,
    "metrics.interval": TIME,
    "subscribers.sources[].name": TEXT,
    "subscribers.sources[].format": enum(*words("sw_subscribers_format_name")),
    "subscribers.sources[].path": TEXT,
    "subscribers.sources[].account": TEXT,
    "subscribers.keep": TIME,
    "subscribers.every": TIME,
    "notices.receivers[].name": TEXT,
    "notices.receivers[].exec": TEXT,
    "notices.receivers[].webhook": TEXT,
    "notices.receivers[].severity": enum("low", "medium", "high"),
    "cases.quiet_for": TIME,
    "cases.close_after": TIME,
    "cases.keep": TIME,
    "reload_interval": TIME,
}


def config_schema(tree, where, used):
    """Of what a table says, and CONFIG. A key with nothing behind it is one whose values
    somebody has commented out."""
    known = CONFIG.get(where)
    used.add(where)
    if tree is None:
        return known or {}
    if isinstance(tree, list):
        made = {"type": ["array", "null"],
                "items": config_schema(tree[0], where + "[]", used)}
    else:
        made = {"type": ["object", "null"], "additionalProperties": False, "properties": {
            key: config_schema(inside, f"{where}.{key}" if where else key, used)
            for key, (inside, _) in tree.items()}}
        required = [key for key, (_, needed) in tree.items() if needed]
        if required:
            made["required"] = required
    return {"anyOf": [made, known]} if known else made


def make_config():
    tables, used = Tables(), set()
    schema = config_schema(tables.tree(tables.root()), "", used)
    schema["type"] = "object"
    strangers = sorted(set(CONFIG) - used)
    if strangers:
        sys.exit(f"make.py: no table of user/config has these keys: {', '.join(strangers)}")
    return {"$schema": DRAFT, "title": "spamweir.yaml(5)", **schema}


# -- what verbs print --------------------------------------------------------------------

STRING, COUNT, NUMBER = "s", "i", "n"
MAYBE = "?"  # behind a type: or null; behind a key: it may be left out
REASON = {"packets": COUNT, "bytes": COUNT}
UNFIT = {"since": COUNT, "why": STRING, "checked": COUNT}
LISTED = {"by": STRING, "since": COUNT, "until": "i?", "seconds_left": "i?", "why": STRING}
LIVE = {"prefix": STRING, "age_seconds": COUNT, "origin": STRING, "why": STRING,
        "seconds_left": "i?", "since": COUNT, "until": "i?", "lift": STRING}
CASE = {"id": COUNT, "state": ("open", "quiet", "closed"), "severity": ("low", "medium", "high"),
        "address": STRING, "opened": COUNT, "first": COUNT, "last": COUNT, "count": COUNT,
        "account": "s?", "sentence": STRING, "closed": "i?", "why": "s?"}
WINDOW = {"seconds": COUNT, "syns": COUNT, "connections": COUNT, "servers": COUNT,
          "answered": COUNT, "refused": COUNT, "listens": "b"}
BY_SIDE = {
    "ledger": {"prefix": STRING, "drops": COUNT, "drops_monitored": COUNT, "since": COUNT,
               "age_seconds": COUNT, "last": COUNT, "last_age_seconds": COUNT, "peer": STRING, "peer_sent": "b",
               "reason": STRING, "monitored": "b", "feed": "s?", "reasons": {"*": COUNT}},
    "conduct": {"prefix": STRING, "last_age_seconds": COUNT, "window": WINDOW,
                "last_window": WINDOW},
}
PACKET = {"family?": (4, 6), "src?": STRING, "dst?": STRING, "proto?": COUNT, "sport?": COUNT,
          "dport?": COUNT, "fragment?": STRING}
SEEN = {"prefix": STRING, "sentence": STRING, "connections": COUNT, "servers": COUNT,
        "answered": COUNT, "refused": COUNT, "unanswered": COUNT, "listens": "b",
        "seconds": COUNT, "since": COUNT, "last": COUNT}
SIDE = {"entries": COUNT, "ipv4_addresses": COUNT, "ipv6_64s": COUNT, "prefixes": [STRING]}
PREVIEW = {
    "ok": "b", "feed": "s?", "kind": STRING, "file": STRING, "unfit": "s?", "refused": "s?",
    "unasked": [STRING], "format?": STRING, "ipv4?": COUNT, "ipv6?": COUNT,
    "ipv4_addresses?": COUNT, "bad_lines?": COUNT, "too_wide?": COUNT, "below?": COUNT,
    "exclusions?": COUNT, "cut?": COUNT, "within_own?": COUNT, "special?": COUNT,
    "router?": COUNT, "in?": SIDE, "out?": SIDE,
    "contradicted?": [{"prefix": STRING, "feed": STRING}],
    "hits?": {"hosts": COUNT, "listed": COUNT, "list": [
        {"host": STRING, "known_by": [STRING], "drops": COUNT, "events": COUNT, "talks": "b",
         "listed_by": "s?"}], "*": "i?"},
}
PERSON = {"at": COUNT, "by": STRING, "login_uid": "i?", "command": STRING}
SUM = {"blocked": COUNT, "slowed": COUNT, "packets": COUNT, "mail_servers": COUNT,
       "unclear": COUNT, "senders": COUNT}
FEED = {"name": STRING, "kind": STRING}

HELD = {"dropped": COUNT, "monitored": COUNT}
TIMES = {"count": COUNT, "median_seconds": COUNT, "nine_in_ten_seconds": COUNT}
PERIOD = {
    "from": COUNT, "to": COUNT, "step_seconds": COUNT, "watched_seconds": COUNT,
    "monitored_seconds": COUNT, **HELD, "passed": COUNT, "reasons": {"*": HELD},
    "interfaces": [{"name": STRING, "role": STRING, **HELD, "passed": COUNT}],
    "feeds": [{**FEED, "entries": COUNT, "packets": COUNT, "addresses": COUNT, "alone": COUNT,
               "subjects": COUNT}],
    "mail": {"passed": COUNT, "delayed": COUNT, "delivered_later": COUNT,
             "not_seen_again": COUNT, "monitored": COUNT},
    "subscribers": {"affected": COUNT, "blocked": COUNT, "slowed": COUNT, "dropped": COUNT},
    "cases": {"opened": COUNT, "relapsed": COUNT, "closed_by_hand": COUNT,
              "closed_by_silence": COUNT, "open_now": COUNT, "quiet_now": COUNT, "total": COUNT,
              "detect": TIMES, "recover": TIMES, "cases": [{
                  "id": COUNT, "state": STRING, "severity": STRING, "opened": COUNT,
                  "closed": "i?", "who": STRING, "sentence": STRING, "why": STRING}]},
    "listed": [{"list": STRING, "prefix": STRING, "since": COUNT, "by": STRING, "why": STRING}],
    "series": [{"at": COUNT, "watched_seconds": COUNT, "blocked": COUNT, "slowed": COUNT, "*": COUNT}],
}
STRANDED = {
    "stranded": STRING, "answer": STRING, "callers_total": COUNT, "together": COUNT, "cut": "b",
    "since": "i?", "*": COUNT,
    "servers": [{"address": STRING, "callers": COUNT, "first": COUNT, "feed": STRING}],
    "callers": [{
        "prefix": STRING, "state": STRING, "returns": "b", "calls": COUNT, "first": COUNT,
        "last": COUNT, "active": COUNT, "others": COUNT, "shared": COUNT, "other_calls": COUNT,
        "smtp_connections": COUNT, "other": "s?", "account": "s?", "case": "i?"}],
}
MONITOR = {
    "safe": STRING, "answer": STRING, "watched_seconds": COUNT, "hits_total": COUNT,
    "subscribers": SUM, "others": SUM, "limiter_sources": COUNT,
    "reasons": [{"reason": STRING, "packets": COUNT, "subscribers": COUNT, "others": COUNT,
                 "slows": "b"}],
    "feeds": [{**FEED, "packets": COUNT, "subscribers": COUNT, "others": COUNT,
               "monitor": "b"}],
    "suspects": {"*": {"suspects": COUNT, "action": STRING}},
    "hits": [{"prefix": STRING, "side": STRING, "blocked": COUNT, "slowed": COUNT,
              "reason": STRING, "peer": STRING, "since": COUNT, "last": COUNT,
              "suspect": "b", "mail_server": "b", "feed": "s?", "allow": "s?"}],
    "todo": [STRING],
}

ROWS = [{"name": STRING, "what": STRING, "packets_per_second": NUMBER, "cut_per_second": NUMBER,
         "packets": COUNT}]
HOSTS = [{"host": STRING, "drops": COUNT, "drops_monitored": COUNT, "first_seconds_ago": COUNT,
          "last_seconds_ago": COUNT, "reason": STRING, "peer": STRING, "cut_per_second?": NUMBER, "feed?": STRING}]

# By verb: of the one object or list that it prints, or of each line.
OUTPUT = {
    "check": {
        "ok": "b", "config": STRING,
        "interfaces": [{"name": STRING, "role": STRING, "present": "b"}],
        "feeds": [{**FEED, "format": STRING, "entries": COUNT, "bad_lines": COUNT,
                   "too_wide": COUNT, "within_own": COUNT, "special": COUNT, "router": COUNT,
                   "excluded": COUNT}],
        "kernel_bytes": {"tables": COUNT, "state": COUNT}},
    "doctor": {
        "severity": ("ok", "note", "warning", "failure"),
        "findings": [{"severity": ("ok", "note", "warning", "failure"), "check": STRING,
                      "interface": "s?", "text": STRING, "mend": "s?"}]},
    "status": {
        "version": STRING, "mode": ("monitor", "enforce"), "generation": COUNT,
        "published": COUNT, "load_interrupted": "b",
        "interfaces": [{
            "name": STRING, "role": STRING, "configured": "b",
            "mode": ("native", "generic", "offloaded", "DETACHED", "ELSEWHERE"), "shared": "b",
            "other_programs": COUNT, "large_frames": "b", "kernel_name": "s?",
            "problem": "s?", "reasons": {"*": REASON}, "monitored": {"*": REASON},
            "monitor": "b"}],
        "feeds": [{**FEED, "entries": COUNT, "age_seconds": COUNT + MAYBE, "packets": COUNT,
                   "bad_lines": COUNT, "refused": COUNT, "errors": COUNT, "monitor": "b",
                   "ok": "b", "source": ("file", "copy", "none"), "unfit": (UNFIT, None)}],
        "live_zombies": COUNT, "tables": {"*": {"entries": COUNT, "capacity": COUNT}},
        "events_lost": COUNT,
        "suspects": {"listed": COUNT, "max_listed": COUNT, "full": "b", "listed_total": COUNT,
                     "refused_total": COUNT},
        "held": "i?", "trial": ({"back": COUNT, "seconds_left": COUNT}, None),
        "bounces": [{"to": STRING, "rate": "s?", **LISTED, "lift": STRING}],
        "announce": ({"table": COUNT, "protocol": COUNT, "routes": COUNT, "max_routes": COUNT,
                      "over": COUNT, "taken": COUNT, "left_out": COUNT, "problem": "s?"}, None),
        "subscribers": [{"name": STRING, "records": COUNT, "bad": COUNT, "checked": COUNT,
                         "why": "s?"}],
        "daemon": {"state": ("none", "late", "lives"), "pid": "i?", "heartbeat": "i?"},
        "kernel_bytes": "i?",
        "troubles": [{"severity": ("failure", "warning"), "text": STRING, "next": "s?"}]},
    "top": {
        "generation": COUNT, "monitor": "b", "packets_per_second": NUMBER,
        "cut_per_second": NUMBER, "bits_per_second": NUMBER, "live_zombies": COUNT,
        "events_lost": COUNT, "reasons": ROWS, "interfaces": ROWS, "feeds": ROWS,
        "classes": ROWS, "hot": HOSTS, "new": HOSTS,
        "suspects": [{"host": STRING, "severity": STRING, "listed": "b", "why": STRING}],
        "troubles": [STRING]},
    "lookup": {
        "address": STRING, "verdict": STRING, "reason": STRING, "carries?": STRING,
        "feed?": STRING, "monitor": {"all": "b", "feed": "b", "interfaces": [STRING]},
        "matches": [{"prefix": STRING, "feed": STRING, "kind": STRING, "line": COUNT,
                     "outdated?": "b", "tag?": STRING, "until?": "i?", "by?": STRING,
                     "since?": COUNT, "seconds_left?": "i?", "why?": STRING, "lift?": STRING}],
        "mail_to": ({"feed": STRING, "roles": [STRING], "even_zombies": "b"}, None),
        "protected_by": "s?", "bounces": ({"feed": STRING, "off": "b", "roles": [STRING]}, None),
        "live": (LIVE, None),
        "limit": ({"*": {"tokens": NUMBER, "burst": COUNT, "per_minute": NUMBER,
                         "wait_ms": COUNT, "lift?": STRING}}, None),
        "subscriber": ({"prefix": STRING, "at": COUNT, "since": COUNT, "shared": "b",
                        "account": STRING, "source": STRING, "until": "i?",
                        "ports?": [COUNT]}, None),
        "case": (CASE, None),
        "ledger": ({"*": BY_SIDE["ledger"]}, None),
        "conduct": ({"*": BY_SIDE["conduct"]}, None),
        "unfit_feeds": [{**UNFIT, "name": STRING, "source": STRING}]},
    "suspects": {**SEEN, "rule?": STRING, "rules?": [STRING], "severity?": STRING,
                 "contacts?": COUNT, "peer?": "s?", "feed?": "s?", "listed?": "b", "slowed?": "b",
                 "lookup?": STRING, "list?": "s?", "allow?": STRING},
    "report": (PERIOD, MONITOR, STRANDED),
    "zombie list": LIVE,
    "feed list": [{
        **FEED, "ok": "b", "source": STRING, "entries": COUNT, "age_seconds": COUNT + MAYBE,
        "checked": COUNT, "refreshed": COUNT, "bad_lines": COUNT, "refused": COUNT,
        "added": COUNT, "removed": COUNT, "unfit": (UNFIT, None),
        "fetch": ({"checked": COUNT, "fetched": COUNT, "content": COUNT, "next": COUNT,
                   "failures": COUNT, "took_ms": COUNT, "interval_seconds": COUNT,
                   "url": STRING,
                   "provider": ({"name": STRING, "interval_seconds": COUNT, "terms": STRING},
                                None)}, None)}],
    "feed diff": [PREVIEW],
    "feed test": PREVIEW,
    "allow list": {"prefix": STRING, **LISTED, "forced": "b", "in_force": "b", "lift": STRING},
    "block list": {"prefix": STRING, **LISTED, "forced": "b", "in_force": "b", "lift": STRING},
    "history": {
        **PERSON, "generation": "i?", "verb?": STRING, "base?": "i?", "mode?": "s?",
        "kept?": "b", "in_force?": "b",
        "feeds?": [{**FEED, "entries": COUNT, "added": COUNT, "removed": COUNT}]},
    "case list": CASE,
    "case show": {
        **CASE,
        "signals": [{"kind": STRING, "severity": STRING, "address": STRING, "count": COUNT,
                     "first": COUNT, "last": COUNT, "peer": "s?", "feed": "s?",
                     "sentence": STRING}],
        "events": [{"at": COUNT, "what": STRING, "by": "s?", "text": "s?"}]},
    "notice list": {
        "id": COUNT, "receiver": STRING, "state": STRING, "event": STRING, "severity": STRING,
        "subject": STRING, "attempts": COUNT, "case": "i?", "at": (STRING, NUMBER, None),
        "due": (STRING, NUMBER, None), "held": "b", "ended": (STRING, NUMBER, None), "told": "s?",
        "error": "s?"},
    "metrics": {"*": (NUMBER, [{"value": NUMBER, "*": (STRING, NUMBER)}])},
    "replay": ({"n": COUNT, "verdict": STRING, "reason": STRING, **PACKET, "tunnel?": STRING,
                "inner?": PACKET, "vlan?": [COUNT], "feed?": STRING},
               {"summary": {"packets": COUNT, "reasons": {"*": COUNT},
                            "skipped?": {"*": COUNT}}},
               {"ledger": {**BY_SIDE["ledger"], "side": STRING}},
               {"conduct": {**BY_SIDE["conduct"], "side": STRING}}),
    "events": ({"time": STRING, "interface": STRING, "role": STRING, "verdict": STRING,
                "reason": STRING, "family": (4, 6), "src": STRING, "dst": STRING, "proto": COUNT,
                "sport?": COUNT, "dport?": COUNT, "feed?": STRING, "length": COUNT},
               {"time": STRING, "event": ("listed", "slowed"), "prefix": STRING,
                "family": (4, 6), "origin": STRING, "why": STRING, "until": COUNT,
                "lift": STRING}),
}
TYPES = {"s": "string", "i": "integer", "n": "number", "b": "boolean"}


def build(short):
    """Of a type's letter, one of several as a tuple, a list of one kind, or an object, in
    which "*" stands for all other keys."""
    if isinstance(short, str) and short.rstrip(MAYBE) in TYPES:
        name = TYPES[short.rstrip(MAYBE)]
        return {"type": [name, "null"] if short.endswith(MAYBE) else name}
    if short is None:
        return {"type": "null"}
    if isinstance(short, list):
        return {"type": "array", "items": build(short[0])}
    if isinstance(short, dict):
        made = {"type": "object", "properties": {
            key.rstrip(MAYBE): build(value) for key, value in short.items() if key != "*"}}
        made["required"] = [key for key in short if key != "*" and not key.endswith(MAYBE)]
        if "*" in short:
            made["additionalProperties"] = build(short["*"])
        return made
    constants = [each for each in short
                 if isinstance(each, int) or isinstance(each, str) and each not in TYPES]
    if constants:
        return {"enum": constants}
    return {"anyOf": [build(each) for each in short]}


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    made = {"config": make_config()}
    for verb, short in OUTPUT.items():
        made[verb.replace(" ", "-")] = {
            "$schema": DRAFT, "title": f"spamweir {verb} --json", **build(short)}
    for name, schema in made.items():
        path = directory / f"{name}.schema.json"
        path.write_text(json.dumps(schema, indent=1) + "\n")


if __name__ == "__main__":
    main()
