# SPDX-License-Identifier: GPL-2.0
"""Reflectors of other makes than BIRD, by scripts/fleet as it stands. A module of its own: a
lab has room for one fleet."""
import re

import pytest

from lab import wait_until
from many import Fleet, GoBgp, OpenBgpd, lie


@pytest.fixture(params=[GoBgp, OpenBgpd])
def other_fleet(request, tmp_path, routing):
    for name in ("bird", "gobgpd", "openbgpd/run"):
        routing(name)
    made = Fleet(2, [request.param], tmp_path, routing)
    yield made
    made.close()


def test_other_reflectors(other_fleet):
    """GoBGP and OpenBGPD in the place of BIRD: what comes of a lie is what a router of the
    fleet may say."""
    liar, other = other_fleet.routers
    liar.weir("zombie", "add", "198.18.1.7")
    liar.weir("zombie", "add", "2001:db8:18:64::7")
    wait_until(lambda: other.entries() == 2, 120)
    lie(liar)
    wait_until(lambda: other.entries() == 4, 120)
    learned = other.say("show", "route", "table", "fleet4", "where", "source = RTS_BGP")
    learned += other.say("show", "route", "table", "fleet6", "where", "source = RTS_BGP")
    for told in ("198.18.1.7/32", "198.18.3.33/32", "2001:db8:18:64::/64", "2001:db8:18:33::/64"):
        assert told in learned, (told, learned)
    # Those that the reflector has passed on and this router refused would be counted there.
    refused = other.say("show", "protocols", "all", "reflector1")
    assert [counts[1:] for counts in re.findall(r"Import updates: +(\d+) +(\d+) +(\d+) ", refused)
            ] == [("0", "0")] * 2
    liar.weir("zombie", "del", "198.18.1.7")
    wait_until(lambda: other.entries() == 3, 120)
