#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# pmacctd accounts for live traffic, or for a capture that somebody else took (-I,
# pcap_savefile). Of a capture 1.7.7 counts each packet and each byte twice: the file is
# "replayed" once by default (-Y, pcap_savefile_replay), after it was read. With -Y 2 it
# counts thrice, and with -Y 0 it does not end, so nothing gives the numbers that are in the
# file. Nor does a message tell: halve them, or let nfpcapd or softflowd read it.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1.7.7-1+b1
apt-get download -qq -o APT::Sandbox::User=root "pmacct=$version" libpcap0.8=1.10.3-1 libjansson4 \
	libmariadb3 libmaxminddb0 libnetfilter-log1 libnfnetlink0 libpq5 libldap-2.5-0 libsasl2-2 \
	librabbitmq4 librdkafka1 libzmq5 libsodium23 libpgm-5.3-0 libnorm1
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

python3 - <<'END'
import socket
import struct

ADDRESSES = socket.inet_aton("198.18.0.1") + socket.inet_aton("198.19.0.1")
TCP = struct.pack(">HHIIBBHHH", 40000, 25, 1, 0, 5 << 4, 2, 65535, 0, 0)
FRAME = (bytes(12) + b"\x08\x00" + struct.pack(">BBHHHBBH", 0x45, 0, 40, 1, 0, 64, 6, 0) +
         ADDRESSES + TCP)
with open("mail.pcap", "wb") as out:
    out.write(struct.pack("<IHHIIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
    for second in range(5):
        out.write(struct.pack("<IIII", 1700000000 + second, 0, len(FRAME), len(FRAME)) + FRAME)
END
said=
for replay in '' '-Y 1' '-Y 2'; do
	# shellcheck disable=SC2086 # an option and its value
	timeout 60 root/usr/sbin/pmacctd -I mail.pcap $replay -P print -O csv -r 1 \
		-c src_host,dst_port >out 2>log
	row=$(grep '^198.18.0.1,25,' out)
	echo "pmacctd $version, of 5 packets of 40 bytes, ${replay:-without -Y}: $row"
	said="$said ${row#198.18.0.1,25,}"
done
timeout 5 root/usr/sbin/pmacctd -I mail.pcap -Y 0 -P print -c src_host >out 2>log && code=0 || code=$?
echo "pmacctd $version, -Y 0, after 5 s: exit code $code (124: it was stopped)"

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$said" = " 10,400 10,400 15,600" ] && [ "$code" = 124 ] || {
	echo "changed: expected 10, 10 and 15 packets, and no end of it with -Y 0" >&2
	exit 1
}
