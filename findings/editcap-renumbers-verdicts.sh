#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pcapng has an option by which a capture says what an XDP program decided of a
# packet: epb_verdict, number 7. editcap and tshark 4.0.17 read it, and write it
# back under the number of another option, epb_queue (6), whose value has four
# bytes and not nine. The copy is damaged, says the very same version when it reads
# it, yet exits with 0 and leaves a file without packets. A comment on the packet
# (opt_comment) survives. Who annotates dropped packets puts the decision into the
# comment too.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
v=4.0.17-0+deb12u3
apt-get download -qq -o APT::Sandbox::User=root wireshark-common=$v libwiretap13=$v libwsutil14=$v
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libwiretap.so.13')")
export LD_LIBRARY_PATH

python3 - <<'END'
import struct


def option(code, value):
    return struct.pack("<HH", code, len(value)) + value + bytes(-len(value) % 4)


def block(kind, body):
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


frame = bytes(60)
options = option(1, b"dropped") + option(7, b"\2" + struct.pack("<Q", 1)) + option(0, b"")
with open("in.pcapng", "wb") as out:
    out.write(block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
    out.write(block(1, struct.pack("<HHI", 1, 0, 65535)))
    out.write(block(6, struct.pack("<IIIII", 0, 0, 1, len(frame), len(frame)) + frame + options))
END
first=0 second=0
root/usr/bin/editcap in.pcapng copy.pcapng 2>err || first=$?
root/usr/bin/editcap copy.pcapng again.pcapng 2>>err || second=$?
left=$(root/usr/bin/capinfos -rTMc again.pcapng | cut -f 2)
numbers=$(python3 - <<'END'
import struct

data, at, found = open("copy.pcapng", "rb").read(), 0, []
while at < len(data):
    kind, size = struct.unpack_from("<II", data, at)
    if kind == 6:
        length, = struct.unpack_from("<I", data, at + 20)
        option = at + 28 + (length + 3) // 4 * 4
        while option < at + size - 4:
            code, bytes_ = struct.unpack_from("<HH", data, option)
            if not code:
                break
            found.append(f"{code}:{bytes_}")
            option += 4 + (bytes_ + 3) // 4 * 4
    at += size
print(" ".join(sorted(found)))
END
)
echo "editcap $v: copying exits with $first, copying the copy with $second ($left packets left);" \
	"options (number:bytes): $numbers"
cat err

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$first/$second/$left" = 0/0/0 ] && [ "$numbers" = "1:7 6:9" ] &&
	grep -q 'block queue option length 9 is not 4' err || {
	echo "changed: expected options 1:7 and 6:9, exit codes 0, and no packet left" >&2
	exit 1
}
