# SPDX-License-Identifier: GPL-2.0
"""Lists so long that the maps of a first load are made while they are parsed."""
import pytest

import frames
from lab import passes, wait_until
from weir import judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
OTHER = frames.udp("198.18.1.1", "198.19.66.7")
LONG = "".join(f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}\n" for n in range(100_000)) + "198.19.66.6\n"


@pytest.fixture
def configured(weir):
    assert len(LONG) > 1 << 20
    weir.configure("feeds:\n"
                   "  - { name: many, kind: cnc, path: many.txt, may_list_special: true }\n"
                   "  - { name: ours, kind: allow, path: ours.txt }\n")
    weir.write("many.txt", LONG)
    weir.write("ours.txt", "198.18.7.7\n")
    return weir


def test_programs_write_where_others_read(lab, configured):
    configured("load")
    assert judged(configured, lab.outward, LISTED, OTHER) == (1, {"cnc_dst": 1})
    wait_until(lambda: configured.json("lookup", "198.18.1.1")["ledger"])
    configured("load")
    assert judged(configured, lab.outward, LISTED, OTHER) == (1, {"cnc_dst": 1})


def test_of_a_load_that_fails_nothing_is_left(lab, configured):
    configured.write("ours.txt", "nobody\n")
    assert "ours.txt:1" in configured.fails("load")
    assert not [pin.name for pin in configured.pins.glob("*") if pin.is_file()]
    assert passes(lab.outward, LISTED)
    configured.write("ours.txt", "198.18.7.7\n")
    configured("load")
    assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
