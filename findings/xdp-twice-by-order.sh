#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# XDP on a device and on another that lies on it (a macvlan, a VLAN device, a bridge, a
# bond in generic mode) runs twice for each frame that comes in by both: whatever is counted
# there counts double, and rate limits are halved. The kernel knows of that and refuses it,
# but in one order only: below another program with EEXIST, which says nothing of the other
# device; above one it is attached without a word.
# Seen on Linux 6.1, 6.12 and 6.18; this asks the kernel that runs, and needs root.
set -euo pipefail

[ "${1:-}" = inside ] || exec unshare --net "$0" inside
ip link add below type veth peer name sender
if ! ip link add above link below address 02:00:00:00:00:77 type macvlan 2>/dev/null; then
	echo "skipped: this kernel has no macvlan"
	exit 0
fi
for link in below sender above; do
	ip link set "$link" up
done

/usr/bin/python3 - <<'END'
import ctypes
import os
import socket
import struct
import sys
import time

libc = ctypes.CDLL(None, use_errno=True)
SYS_BPF = {"x86_64": 321, "aarch64": 280}[os.uname().machine]
MAP_CREATE, MAP_LOOKUP, PROG_LOAD, LINK_CREATE, LINK_DETACH = 0, 1, 5, 28, 34
DRIVER, GENERIC = 4, 2
ABOVE = bytes.fromhex("020000000077")


def bpf(command, attributes):
    buffer = ctypes.create_string_buffer(attributes, 128)
    done = libc.syscall(SYS_BPF, command, buffer, 128)
    if done < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return done


class Counter:
    """An XDP program that counts in a map, and passes all."""

    def __init__(self):
        self.map = bpf(MAP_CREATE, struct.pack("5I", 2, 4, 8, 1, 0))
        code = b"".join(struct.pack("BBhi", *i) for i in [
            (0x18, 0x21, 0, self.map), (0, 0, 0, 0),  # r1 = the map's value
            (0xb7, 2, 0, 1), (0xdb, 0x21, 0, 0),  # *r1 += 1
            (0xb7, 0, 0, 2), (0x95, 0, 0, 0)])  # XDP_PASS
        self._keep = [ctypes.create_string_buffer(code), ctypes.create_string_buffer(b"GPL")]
        self.program = bpf(PROG_LOAD, struct.pack("IIQQ", 6, len(code) // 8,
                                                  *map(ctypes.addressof, self._keep)))

    def attach(self, device, mode):
        return bpf(LINK_CREATE, struct.pack("4I", self.program, socket.if_nametoindex(device), 37,
                                            mode))

    @property
    def value(self):
        key, value = ctypes.c_uint32(0), ctypes.c_uint64(0)
        bpf(MAP_LOOKUP, struct.pack("IIQQ", self.map, 0, ctypes.addressof(key),
                                    ctypes.addressof(value)))
        return value.value


def attempt(*order):
    counters, links, said = {}, [], "attached"
    for device, mode in order:
        counters[device] = Counter()
        try:
            links.append(counters[device].attach(device, mode))
        except OSError as error:
            said = error.strerror
    sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
    sender.bind(("sender", 0))
    before = {device: counter.value for device, counter in counters.items()}
    for _ in range(10):
        sender.send(ABOVE + bytes(6) + b"\x08\x00" + bytes(46))
    deadline = time.monotonic() + 10
    while counters["above"].value < before["above"] + 10 and time.monotonic() < deadline:
        time.sleep(0.01)
    counted = {device: counter.value - before[device] for device, counter in counters.items()}
    for link in links:
        bpf(LINK_DETACH, struct.pack("I", link))
    print(f"Linux {os.uname().release}, {order[0][0]} first, then {order[1][0]}: {said}; "
          f"of 10 frames {counted['below']} counted below, {counted['above']} above")
    return said, counted["below"], counted["above"]


refused = attempt(("above", GENERIC), ("below", DRIVER))
doubled = attempt(("below", DRIVER), ("above", GENERIC))
if refused != ("File exists", 0, 10) or doubled != ("attached", 10, 10):
    sys.exit("changed: expected the first order refused, and each frame twice in the second")
END
