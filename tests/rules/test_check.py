# SPDX-License-Identifier: GPL-2.0
"""That check.py sees each kind of offence, in a house made for it."""
import subprocess
import sys
from pathlib import Path

CHECK = Path(__file__).with_name("check.py")

HOUSE = {
    "include/contract.h": "#include <linux/types.h>\n",
    "user/base/error.h": "",
    "user/base/error.c": '#include "base/error.h"\n',
    "user/feed/format.h": '#include "base/error.h"\n#include "contract.h"\n',
    "user/feed/plain.c": '#include "feed/format.h"\n'
                         'const struct sw_feed_format sw_feed_plain = {};\n',
    "user/event/log.h": '#include "base/error.h"\n',
    "user/cli/cmd_load.c": '#include "feed/format.h"\nint cmd_load(void);\n',
    "user/main.c": '#include "base/error.h"\nint main(void);\n',
}


def check(folder, changes):
    for name, text in {**HOUSE, **changes}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    run = subprocess.run([sys.executable, CHECK, folder], capture_output=True, text=True)
    assert run.stderr == ""
    return run.returncode, run.stdout.splitlines()


def refused(folder, name, text, said):
    code, lines = check(folder, {name: text})
    assert code == 1
    assert lines == [said]


def test_a_house_in_order(tmp_path):
    assert check(tmp_path, {}) == (0, [])


def test_upward(tmp_path):
    refused(tmp_path, "user/base/error.c", '#include "base/error.h"\n#include "feed/format.h"\n',
            'user/base/error.c:2: "feed/format.h" runs upward: feed stands above base')


def test_strangers(tmp_path):
    refused(tmp_path, "user/report/page.h", '#include "event/log.h"\n',
            'user/report/page.h:1: "event/log.h": event and report are strangers on one floor')


def test_no_room_named(tmp_path):
    refused(tmp_path, "user/feed/format.h", '#include "error.h"\n',
            'user/feed/format.h:1: "error.h" is no header of include/ or of a room of user/')


def test_bpf_is_out_of_reach(tmp_path):
    refused(tmp_path, "user/feed/format.h", '#include "../../bpf/maps.h"\n',
            'user/feed/format.h:1: "../../bpf/maps.h" is no header of include/ or of a room of '
            'user/')


def test_own_header_first(tmp_path):
    refused(tmp_path, "user/base/error.c", '#include <errno.h>\n#include "base/error.h"\n',
            'user/base/error.c:1: "base/error.h" is to be the first include')


def test_no_header(tmp_path):
    refused(tmp_path, "user/base/lost.c", '#include "base/error.h"\n',
            'user/base/lost.c:1: there is no user/base/lost.h')


def test_no_header_beside_formats(tmp_path):
    refused(tmp_path, "user/feed/lost.c", '#include "feed/format.h"\nint lost;\n',
            'user/feed/lost.c:1: there is no user/feed/lost.h')


def test_library(tmp_path):
    refused(tmp_path, "user/feed/format.h", "#include <bpf/bpf.h>\n",
            "user/feed/format.h:1: <bpf/bpf.h> is for event, kernel alone")


def test_unknown_room(tmp_path):
    refused(tmp_path, "user/attic/box.h", "",
            "user/attic/box.h:1: the room attic has no floor: name it in tests/rules/check.py")


def test_include_stands_below(tmp_path):
    refused(tmp_path, "include/contract.h", '#include "base/error.h"\n',
            'include/contract.h:1: "base/error.h": include/ stands below everything')


def test_circle_of_headers(tmp_path):
    code, lines = check(tmp_path, {"user/base/a.h": '#include "base/b.h"\n',
                                   "user/base/b.h": '#include "base/a.h"\n'})
    assert code == 1
    assert lines == ["user/base/b.h:1: closes a circle: base/a > base/b > base/a"]


def test_circle_by_a_source(tmp_path):
    """A source that uses what its own header was included for."""
    code, lines = check(tmp_path, {
        "user/base/error.c": '#include "base/error.h"\n\n#include "base/said.h"\n',
        "user/base/said.h": '#include "base/error.h"\n'})
    assert code == 1
    assert lines == ["user/base/said.h:1: closes a circle: base/error > base/said > base/error"]


def test_circle_below(tmp_path):
    for folder in "include", "bpf":
        code, lines = check(tmp_path / folder, {f"{folder}/a.h": '#include "b.h"\n',
                                                f"{folder}/b.h": '#include "a.h"\n'})
        assert code == 1
        assert lines == [f"{folder}/b.h:1: closes a circle: a > b > a"]
