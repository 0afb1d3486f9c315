# SPDX-License-Identifier: GPL-2.0
"""JSON Schemas: of configurations, valid and not, and of what every verb prints. Beside
these, weir.py holds against them all that is printed as JSON in any other test."""
import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest
import yaml

import frames
import schemas
from lab import wait_until
from weir import BINARY, judged

pytestmark = pytest.mark.skipif(not schemas.jsonschema,
                                reason="no python3-jsonschema here to validate with")
ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden" / "config"


class Loader(yaml.SafeLoader):
    """As spamweir and editors read it: a word is a truth value if it is true or false."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in known
            if tag not in ("tag:yaml.org,2002:bool", "tag:yaml.org,2002:timestamp",
                           "tag:yaml.org,2002:int")]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"),
                             list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[0-9]+$"),
                             list("0123456789"))


def read(path):
    """As JSON has it; None: YAML cannot be read, or bites its own tail."""
    try:
        return json.loads(json.dumps(yaml.load(path.read_text(), Loader)))
    except (yaml.YAMLError, ValueError):
        return None


def test_configurations_that_are_valid_pass():
    valid = [path for path in GOLDEN.glob("*.yaml") if not path.with_suffix(".err").exists()]
    assert valid
    for path in [*valid, ROOT / "scripts" / "spamweir.yaml"]:
        document = read(path)
        assert document is not None and not schemas.faults("config", document), path.name


# What is wrong with these is in a value or a key by itself. Much else is not for a schema to
# know: what one key says about another, or whether a table of routes is the main one.
WRONG = ["burst-0", "burst-100001", "csv-unknown-key", "csv-without-column", "entry-host-name",
         "feed-format", "feed-kind", "feed-max-age-then", "feed-name-blank", "feed-name-long",
         "feed-path-empty", "feed-scalar", "feed-unknown-key", "feed-max-change"]


@pytest.mark.parametrize("name", WRONG)
def test_configurations_that_are_not_are_found(name):
    assert schemas.faults("config", read(GOLDEN / f"{name}.yaml"))


def test_an_editor_sees_most_of_what_is_wrong():
    wrong = [read(path) for path in GOLDEN.glob("*.yaml") if path.with_suffix(".err").exists()]
    seen = [document for document in wrong if document is None or
            schemas.faults("config", document)]
    assert len(seen) > len(wrong) / 2, f"{len(seen)} of {len(wrong)}"


def test_the_keys_of_the_schema_are_those_of_the_manual():
    """Which are those of the tables: scripts/check-docs.sh."""
    def keys(schema):
        for key, inside in schema.get("properties", {}).items():
            yield key
            yield from keys(inside)
        for each in [schema.get("items", True), *schema.get("anyOf", [])]:
            yield from keys(each) if isinstance(each, dict) else ()

    section = (ROOT / "user/man/spamweir.yaml.5").read_text().split(".Sh KEYS")[1]
    told = {line.split()[2] for line in section.split("\n.Sh ")[0].splitlines()
            if line.startswith(".It Ic ")}
    schema = json.loads((schemas.DIRECTORY / "config.schema.json").read_text())
    assert set(keys(schema)) == told


def test_every_verb_that_prints_json_has_a_schema():
    table = subprocess.run([BINARY, "verbs"], capture_output=True, text=True, check=True).stdout
    printing = {line.split("\t")[0].replace(" ", "-") for line in table.splitlines()
                if line.split("\t")[1] == "--json"}
    assert printing - schemas.verbs() == set()
    assert schemas.verbs() - printing == {"config"}


CONFIG = """
mode: enforce
feeds:
  - { name: home, kind: own, entries: [198.18.0.0/17] }
  - { name: bad, kind: cnc, path: bad.txt }
  - { name: bots, kind: zombie, entries: [198.18.9.9] }
  - { name: relays, kind: allow, to: true, entries: [198.18.5.5] }
subscribers:
  every: 1s
  sources:
    - { name: fixed, format: fixed, path: fixed.csv }
"""
PRINTED = ["doctor", "status", "top --once", "lookup 198.18.4.7", "lookup 198.19.66.6", "suspects",
           "suspects --servers", "report --monitor", "report", "report --stranded bad",
           "zombie list", "feed list", "feed diff",
           "feed test new.txt", "allow list", "block list", "history", "history --audit",
           "notice list", "case list --all", "case show 198.18.4.7", "metrics"]


def test_what_verbs_print_has_the_keys_that_are_said_and_no_others(lab, weir):
    weir.write("bad.txt", "198.19.66.6\n")
    weir.write("new.txt", "198.19.66.7\n198.18.4.7\n")
    os.utime(weir.write("fixed.csv", "198.18.4.7,alice\n"), (time.time() - 3600,) * 2)
    weir.configure(CONFIG)
    daemon = weir.run()
    events = weir.start("events", "--json")
    judged(weir, lab.outward, frames.udp("198.18.4.7", "198.19.66.6"),
           frames.tcp("198.18.9.9", "198.19.0.25"), frames.tcp("198.18.1.1", "198.19.0.25"))

    def told():
        """Where it begins to follow, nobody tells."""
        lab.outward.send(frames.udp("198.18.4.7", "198.19.66.6"))
        return events.seen("cnc_dst", seconds=0.2)

    event = wait_until(told)
    weir("zombie", "add", "198.18.7.7", "--for", "1h", "--why", "x")
    weir("allow", "add", "198.18.4.4", "--why", "x")
    weir("block", "add", "198.19.4.4", "--for", "1h")
    whole = weir("check", "--json").stdout  # it prints nothing of what is unfit
    assert not schemas.faults("check", json.loads(whole), strict=True)
    weir.write("bad.txt", "<html>\n")
    weir.partly("reload")
    wait_until(lambda: "198.18.4.7" in {case["address"]
                                        for case in weir.json_lines("case", "list")}, 60)
    wrong = {}
    for words in PRINTED:
        words = [str(weir.directory / word) if word.endswith(".txt") else word
                 for word in words.split()]
        done = weir(*words, "--json", check=False)
        name = schemas.verb_of(words)
        lines = done.stdout.splitlines()
        if not lines and name not in ("suspects", "notice-list"):
            wrong[" ".join(words)] = f"nothing: {done.stderr}"
        for line in lines:
            if faults := schemas.faults(name, json.loads(line), strict=True):
                wrong[" ".join(words)] = faults
    if faults := schemas.faults("events", json.loads(event), strict=True):
        wrong["events"] = faults
    daemon.stop()
    assert not wrong


def test_what_the_readme_and_the_manual_show_passes():
    shown = re.findall(r"^```yaml\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
    assert len(shown) > 1
    for text in shown:
        document = json.loads(json.dumps(yaml.load(text, Loader)))
        assert not schemas.faults("config", document), text
