# SPDX-License-Identifier: GPL-2.0
"""Whether cases are made small: differences are planted in random ones, as if the product said
something else than the judge does."""
import os
import tempfile
from functools import partial

import yaml

import capture
from generate import Case
from judge import differences, expect
from minimise import minimise, signature

PACKETS = 150
# (reason that is told of, what is told instead, how many packets it takes at most)
LIES = (("cnc_dst", "clean", 1), ("zombie_feed", "smtp_ok", 1), ("allow", "zombie_feed", 1),
        ("not_judged", "clean", 1), ("rate_limit", "smtp_ok", 4))
SEEDS = 12      # with which each of these reasons is told of at least once


def lied(reason, instead, path, config):
    """As judge.compare(), with a product that tells `instead`."""
    expected = expect(path, config)
    told = [line | {"reason": instead} if line.get("reason") == reason else line
            for line in expected]
    return differences(expected, told), expected


def is_small(stem, reason, instead, most):
    """What is wrong with a case that was made small."""
    packets = capture.read(stem + ".pcap")
    with open(stem + ".yaml", encoding="utf-8") as file:
        config = yaml.load(file, yaml.BaseLoader)
    differ, _ = lied(reason, instead, stem + ".pcap", stem + ".yaml")
    feeds = config.get("feeds") or []
    if (reason, instead) not in [signature(*pair) for pair in differ]:
        return "it differs no more"
    if len(packets) > most:
        return f"{len(packets)} packets"
    if len(feeds) > 1 or any(len(feed["entries"]) > 1 for feed in feeds):
        return f"feeds {feeds}"
    return None


def outcomes():
    """(what, lines that differ) of each lie that can be told."""
    for reason, instead, most in LIES:
        differ = [({}, {"told": 0})]
        for seed in range(SEEDS):
            with tempfile.TemporaryDirectory() as directory:
                case = Case(f"planted-{seed}", directory)
                path = case.write(PACKETS)
                compares = partial(lied, reason, instead)
                stem = minimise(compares, path, case.config, os.path.join(directory, "small"), "x")
                if stem:
                    wrong = is_small(stem, reason, instead, most)
                    differ = [({}, {"seed": seed, "wrong": wrong})] if wrong else []
                    break
        yield f"{reason} as {instead}", differ
