# SPDX-License-Identifier: GPL-2.0
"""The synthetic mix of tests/mix, judged by replay: who is found, how soon, and who must not
be."""
import pathlib
import sys

import pytest

from weir import BINARY

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "mix"))
import detect   # noqa: E402
import mixture  # noqa: E402


@pytest.fixture(scope="module")
def short():
    return mixture.short()


@pytest.fixture
def found(tmp_path):
    """By kind, how many there are and how long each took that was found."""
    return lambda mix, *rules: detect.by_kind(
        mix, detect.detections(BINARY, mix, tmp_path, *rules))


def no_zombies(kinds):
    """How many are none, and of these how many answer on port 25 and were found, and others."""
    others = {kind: found for kind, found in kinds.items() if kind not in mixture.INFECTED}
    servers = len(others["mail server"][1])
    return (sum(count for count, _ in others.values()), servers,
            sum(len(times) for _, times in others.values()) - servers)


def test_who_is_found_within_half_an_hour(short, found):
    kinds = found(short)
    for kind, most in (("blaster", 3), ("slow", 120), ("caller", 0)):
        count, times = kinds[kind]
        assert len(times) == count and times[-1] <= most, (kind, times)
    people, servers, wrong = no_zombies(kinds)
    assert people == 970 and servers == 0 and wrong * 1000 <= people, kinds


def test_who_takes_his_time(found):
    kinds = found(mixture.long())
    count, times = kinds["very slow"]
    assert len(times) == count and times[-1] <= 3600, times
    people, servers, wrong = no_zombies(kinds)
    assert servers == 0 and wrong * 1000 <= people, kinds


def test_nobody_is_listed_by_default(short, found):
    """But for the callers, whose calls are dropped."""
    kinds = found(short, "max_listed: 1000")
    assert {kind for kind, (_, times) in kinds.items() if times} == {"caller"}
