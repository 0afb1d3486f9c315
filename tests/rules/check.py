#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The house rules of user/, held against its includes.

check.py [ROOT]: prints every line that breaks one, as FILE:LINE: what, and
exits 1 if there is any. Needs no compiler and no root.

Rooms are the folders of user/; a floor holds rooms that are strangers to each
other. A file includes its own room or lower floors. What is included from
include/ has no folder in its name, everything else names its room.
"""
import re
import sys
from pathlib import Path

FLOORS = [
    ["base"],
    ["config"],
    ["feed"],
    ["policy"],
    ["kernel"],
    ["event", "report", "replay", "store", "worker", "detect", "subscriber", "route",
     "notice"],
    ["run", "doctor", "top"],
    ["cli"],
]
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}

# Headers of libraries, and the rooms that know them.
LIBRARIES = {
    "bpf/": {"kernel", "event"},
    "xdp/": {"kernel"},
    "libmnl/": {"kernel", "route"},
    "yaml.h": {"config"},
    "xxhash.h": {"feed", "policy"},
    "sqlite3.h": {"store"},
    "curses.h": {"top"},
    "curl/": {"worker"},
    "seccomp.h": {"worker"},
    "cap-ng.h": {"worker"},
    "pcap/": {"replay"},
    "pcap.h": {"replay"},
    "zlib.h": {"policy", "replay", "worker"},
}
GENERATED = {"spamweir.skel.h": {"kernel"}, "spamweir.version.h": {"base"}}

# A source has no header of its own if what it defines is an entry of a table, which
# stands in one header: a verb, a feed's format, or a check of `doctor`.
TABLES = [
    (re.compile(r"user/main\.c"), re.compile(r"^int main\(", re.M), None),
    (re.compile(r"user/cli/cmd_\w+\.c"), re.compile(r"^int cmd_\w+\(", re.M), None),
    (re.compile(r"user/feed/\w+\.c"),
     re.compile(r"^const struct sw_feed_format sw_feed_\w+ = ", re.M), "feed/format.h"),
    (re.compile(r"user/doctor/check_\w+\.c"),
     re.compile(r"^void sw_check_\w+\(", re.M), "doctor/checks.h"),
    (re.compile(r"user/subscriber/\w+\.c"),
     re.compile(r"^const struct sw_subscriber_format sw_subscriber_\w+ = ", re.M),
     "subscriber/format.h"),
]

INCLUDE = re.compile(r'\s*#\s*include\s+(<([^>]+)>|"([^"]+)")')


def includes(path):
    """Yields (line number, name, whether in quotes)."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = INCLUDE.match(line)
        if found:
            yield number, found.group(2) or found.group(3), found.group(3) is not None


def room_of(name):
    """"feed/format.h" -> "feed"; main.c stands above all rooms."""
    return name.split("/")[0] if "/" in name else None


class Check:
    def __init__(self, root):
        self.root = Path(root)
        self.shared = {path.relative_to(self.root / "include").as_posix()
                       for path in (self.root / "include").rglob("*.h")}
        self.found = []

    def say(self, path, number, what):
        self.found.append(f"{path.relative_to(self.root)}:{number}: {what}")

    def quoted(self, path, room, number, name):
        if name in self.shared:
            return
        if name in GENERATED:
            if room not in GENERATED[name]:
                self.say(path, number, f'"{name}" belongs to {", ".join(sorted(GENERATED[name]))}')
            return
        if not (self.root / "user" / name).is_file():
            self.say(path, number, f'"{name}" is no header of include/ or of a room of user/')
            return
        other = room_of(name)
        if room is None or other == room:
            return
        if FLOOR[other] > FLOOR[room]:
            self.say(path, number, f'"{name}" runs upward: {other} stands above {room}')
        elif FLOOR[other] == FLOOR[room]:
            self.say(path, number, f'"{name}": {other} and {room} are strangers on one floor')

    def angled(self, path, room, number, name):
        for library, rooms in LIBRARIES.items():
            if (name.startswith(library) if library.endswith("/") else name == library) \
                    and room not in rooms:
                self.say(path, number, f"<{name}> is for {', '.join(sorted(rooms))} alone")

    def file(self, path):
        relative = path.relative_to(self.root).as_posix()
        room = room_of(path.relative_to(self.root / "user").as_posix())
        if room is not None and room not in FLOOR:
            self.say(path, 1, f"the room {room} has no floor: name it in tests/rules/check.py")
            return
        first = None
        for number, name, in_quotes in includes(path):
            first = first or (number, name)
            if in_quotes:
                self.quoted(path, room, number, name)
            else:
                self.angled(path, room, number, name)
        if path.suffix == ".c":
            self.own_header(path, relative, first)

    def own_header(self, path, relative, first):
        own = path.relative_to(self.root / "user").with_suffix(".h").as_posix()
        if not (self.root / "user" / own).is_file():
            for name, entry, header in TABLES:
                if name.fullmatch(relative) and entry.search(path.read_text()):
                    own = header
                    break
            else:
                self.say(path, 1, f"there is no user/{own}")
                return
        if own and (not first or first[1] != own):
            self.say(path, first[0] if first else 1, f'"{own}" is to be the first include')

    def circles(self, folder, rooms=False):
        """A source with its header must not come back to itself by way of others of its
        room. A circle through other rooms has an arrow that runs upward."""
        graph = {}
        for path in sorted((self.root / folder).rglob("*.[ch]")):
            node = path.relative_to(self.root / folder).with_suffix("").as_posix()
            graph.setdefault(node, {}).update(
                {name.removesuffix(".h"): (path, number) for number, name, in_quotes
                 in includes(path)
                 if in_quotes and (not rooms or room_of(name) == room_of(node))})
        done, way = set(), []

        def walk(node):
            way.append(node)
            for other, (path, number) in graph[node].items():
                if other == node or other in done or other not in graph:
                    continue
                if other in way:
                    circle = " > ".join(way[way.index(other):] + [other])
                    self.say(path, number, f"closes a circle: {circle}")
                else:
                    walk(other)
            done.add(way.pop())

        for node in graph:
            if node not in done:
                walk(node)

    def run(self):
        for path in sorted((self.root / "user").rglob("*.[ch]")):
            self.file(path)
        for path in sorted((self.root / "include").rglob("*.h")):
            for number, name, in_quotes in includes(path):
                if in_quotes and name not in self.shared:
                    self.say(path, number, f'"{name}": include/ stands below everything')
        self.circles("user", rooms=True)
        self.circles("include")
        self.circles("bpf")
        return self.found


def main():
    found = Check(sys.argv[1] if len(sys.argv) > 1 else ".").run()
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
