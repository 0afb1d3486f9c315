#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# rbldnsd serves DNS blocklists from zone files, and has two types of dataset for
# IPv4: ip4set and ip4trie. The same lines mean different things in them. An
# exclusion of the very same prefix wins in a set whatever the order; in a trie the
# first of the two lines wins. So whoever reads such a file as a list must know the
# type, which stands on rbldnsd's command line and not in the file.
set -euo pipefail

work=$(mktemp -d)
server=
stop() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || :
	rm -rf "$work"
}
trap stop EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root rbldnsd=1.0~20210120-2
dpkg -x rbldnsd_*.deb root

printf '192.0.2.0/24\n!192.0.2.0/24\n!198.51.100.0/24\n198.51.100.0/24\n' >zone
chmod 755 .
port=$((20000 + $$ % 20000))
root/usr/sbin/rbldnsd -n -q -r / -w "$work" -u 65534:65534 -b "127.0.0.1/$port" \
	set.example:ip4set:zone trie.example:ip4trie:zone >log 2>&1 &
server=$!

# Whether the address is listed in a zone, by a query for its A record.
cat >ask.py <<'END'
import socket
import struct
import sys
import time

port, zone, address = int(sys.argv[1]), sys.argv[2], sys.argv[3]
name = ".".join(reversed(address.split("."))) + "." + zone
question = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"
query = struct.pack(">6H", 7, 0x100, 1, 0, 0, 0) + question + struct.pack(">2H", 1, 1)
end = time.monotonic() + 20
while time.monotonic() < end:  # until the server answers
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(0.5)
        client.connect(("127.0.0.1", port))
        try:
            client.send(query)
            answers = struct.unpack(">6H", client.recv(512)[:12])[3]
        except OSError:
            time.sleep(0.05)
            continue
        print("listed" if answers else "not listed")
        sys.exit(0)
sys.exit("no answer")
END
got=
for zone in set trie; do
	for address in 192.0.2.1 198.51.100.1; do
		answer=$(python3 ask.py "$port" $zone.example "$address")
		echo "rbldnsd 1.0~20210120, ip4$zone: $address is $answer"
		got="$got/$answer"
	done
done

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$got" = "/not listed/not listed/listed/not listed" ] || {
	echo "changed: expected neither in the set, and 192.0.2.1 alone in the trie" >&2
	exit 1
}
