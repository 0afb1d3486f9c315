#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A pcapng file may hold packets of several interfaces, each with its own snap
# length and link type; dumpcap writes such files when it captures on two NICs.
# libpcap 1.10.3 reads them only if all interfaces agree, in the snap length too.
# Where the first packet belongs to an interface that agrees with itself that is no
# help: descriptions of interfaces come first, so not one packet is delivered.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root tcpdump=4.99.3-1 libpcap0.8=1.10.3-1
for package in *.deb; do dpkg -x "$package" root; done
lib=$(dirname "$(find root -name 'libpcap.so.0.8')")

python3 - <<'END'
import struct


def block(kind, body):
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def write(name, *snap_lengths):
    frame = bytes(12) + b"\x08\x06" + bytes(46)
    with open(name, "wb") as out:
        out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        for length in snap_lengths:
            out.write(block(1, struct.pack("<HHI", 1, 0, length)))
        for interface in range(len(snap_lengths)):
            out.write(block(6, struct.pack("<IIIII", interface, 0, 1, 60, 60) + frame))


write("same.pcapng", 65535, 65535)
write("mixed.pcapng", 65535, 262144)
END
read_one() {
	code=0
	LD_LIBRARY_PATH=$lib root/usr/bin/tcpdump -nr "$1" >out 2>err || code=$?
	packets=$(wc -l <out)
	echo "tcpdump 4.99.3, libpcap 1.10.3, $1: $packets packets, exit code $code"
}
read_one same.pcapng
same=$packets/$code
read_one mixed.pcapng
tail -n 1 err

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$same" = 2/0 ] && [ "$packets" = 0 ] && [ "$code" != 0 ] &&
	grep -q 'snapshot length' err || {
	echo "changed: expected 2 packets of same.pcapng, none of mixed.pcapng and an error" >&2
	exit 1
}
