#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# On a NIC, Linux takes the VLAN tag out of a frame before the filter of a capture sees it,
# and tcpdump puts it back afterwards. So `tcp port 25` catches mail in a VLAN as well as
# outside. In the file the tag is where it was on the wire, and the very same filter,
# applied to what it has just caught, leaves out all that is tagged: a capture that is
# split, counted or cut down later loses those hosts, with exit code 0. libpcap 1.10.3.
# What means the same in both is `tcp port 25 or (vlan and tcp port 25)`, in that order.
# In a network namespace of its own, on the kernel that runs.
set -euo pipefail

if [ "$(id -u)" != 0 ] || ! command -v ip unshare >/dev/null; then
	echo "skipped: needs root and iproute2"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root tcpdump=4.99.3-1 libpcap0.8=1.10.3-1
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(dirname "$(find "$work/root" -name 'libpcap.so.0.8')")
export LD_LIBRARY_PATH

# Five SYNs to port 25, and five in VLAN 7.
cat >send.py <<'END'
import socket
import struct

ADDRESSES = socket.inet_aton("198.18.0.1") + socket.inet_aton("198.19.0.1")
ETHERNET = bytes.fromhex("020000000002020000000001")
SYN = struct.pack(">HHIIBBHHH", 40000, 25, 1, 0, 5 << 4, 2, 65535, 0, 0)
PACKET = struct.pack(">BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) + ADDRESSES + SYN
with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sender:
    sender.bind(("far0", 0))
    for _ in range(5):
        sender.send(ETHERNET + b"\x08\x00" + PACKET)
        sender.send(ETHERNET + b"\x81\x00\x00\x07\x08\x00" + PACKET)
END
cat >ask <<'END'
ip link add far0 type veth peer name near0
ip link set far0 up
ip link set near0 up
capture() {
	timeout 60 root/usr/bin/tcpdump --immediate-mode -i near0 -c 10 -w "$1" "$2" 2>"$1.err" &
	for ((i = 0; i < 300; i++)); do
		! grep -qs listening "$1.err" || break
		sleep 0.1
	done
	python3 send.py
	wait $! || :
}
capture short.pcap 'tcp port 25'
capture long.pcap 'tcp port 25 or (vlan and tcp port 25)'
END
unshare --net bash -eu ask
count() {
	root/usr/bin/tcpdump -nr "$1" "$2" 2>/dev/null | wc -l
}
caught=$(count short.pcap '') again=$(count short.pcap 'tcp port 25')
both='tcp port 25 or (vlan and tcp port 25)'
caught_both=$(count long.pcap '') again_both=$(count long.pcap "$both")
echo "tcpdump 4.99.3, libpcap 1.10.3, Linux $(uname -r), of 5 SYNs and 5 in a VLAN:"
echo "tcp port 25: $caught caught, $again of them when the file is read with the same filter"
echo "$both: $caught_both caught, $again_both when read"
[ "$caught/$again/$caught_both/$again_both" = 10/5/10/10 ] || {
	echo "changed: expected 10 caught and 5 read, and 10 of 10 with the longer filter" >&2
	exit 1
}
