# SPDX-License-Identifier: GPL-2.0
"""A bounce storm between two real mail gateways, and the brake for it."""
import collections

import pytest

from gateways import Gateway, send_virus, ways
from lab import wait_until
from test_bounces import CONFIG, replied

OURS, THEIRS = ("198.18.0.26", "ours.example"), ("198.19.0.25", "theirs.example")
ZOMBIES = "198.18.1.1", "198.19.1.1"
HOPS = 3


class Storm:
    """Gateways of two providers that take all mail, and bounce to each other: first what
    zombies send in each other's name, and then what they find in bounces."""

    def __init__(self, lab, postfix, directory):
        self._lab = lab
        self._due = []
        self.gateways = []
        for namespace, mine, other in ((lab.subscribers, OURS, THEIRS), (lab.internet, THEIRS, OURS)):
            home = directory / mine[1]
            home.mkdir()
            self.gateways.append(Gateway(postfix, namespace, home, *mine, other, HOPS))

    def send(self, name):
        """A virus for each gateway; each becomes a bounce to the other."""
        ours, theirs = self.gateways
        send_virus(self._lab.internet, ZOMBIES[1], ours, f"a@{theirs.domain}", f"{name}-in")
        send_virus(self._lab.subscribers, ZOMBIES[0], theirs, f"a@{ours.domain}", f"{name}-out")
        self._due += ways(f"{name}-in", HOPS) + ways(f"{name}-out", HOPS)

    def queued(self, *queues):
        return sum(gateway.queued(*queues) for gateway in self.gateways)

    def arrived(self):
        return sum((gateway.arrived() for gateway in self.gateways), collections.Counter())

    def due(self):
        return collections.Counter(self._due)

    def rests(self):
        """Looked at twice, for mail may move behind the look."""
        return all(gateway.rests() for gateway in self.gateways * 2)

    def flush(self):
        for gateway in self.gateways:
            gateway.flush()

    def is_over(self):
        if self.rests() and self.queued():
            self.flush()
        return self.rests() and not self.queued() and self.arrived() == self.due()

    def idle(self):
        """No process that serves, and no session that one would serve."""
        return not any(gateway.servers() or gateway.sessions() for gateway in self.gateways)

    def log(self):
        return "\n".join(gateway.log() for gateway in self.gateways)

    def close(self):
        for gateway in self.gateways:
            gateway.close()


@pytest.fixture
def storm(lab, tool, tmp_path):
    made = Storm(lab, tool("postfix"), tmp_path)
    yield made
    made.close()


def left_alone(weir, storm):
    """Tried once more, all of it waits as before, and nobody is left hanging."""
    before = replied(weir)
    storm.flush()
    wait_until(lambda: replied(weir) > before, 120, "it is tried")
    wait_until(lambda: storm.idle() and storm.rests(), 120, storm.log)
    return storm.arrived(), storm.queued("deferred")


def test_the_brake_ends_a_storm_and_loses_nothing(weir, storm):
    weir.configure(CONFIG)
    weir("load")
    storm.send("first")
    # Each gateway had one mail to deal with: it grows as long as nobody does something.
    wait_until(lambda: storm.queued() >= 6, 120, storm.log)
    for address, _ in OURS, THEIRS:
        weir("bounces", "off", "--to", address, "--for", "2h")

    storm.send("second")        # mail that is no bounce still comes
    storm.send("third")
    arrived, waiting = left_alone(weir, storm)
    assert not any(way.startswith(("second", "third")) for way in arrived)
    assert waiting >= 4
    assert left_alone(weir, storm) == (arrived, waiting)

    for address, _ in OURS, THEIRS:
        weir("bounces", "on", "--to", address)
    wait_until(storm.is_over, 120, storm.log)
    assert storm.arrived() == storm.due()       # all, and none twice
    wait_until(storm.idle, 120, "it is over")
