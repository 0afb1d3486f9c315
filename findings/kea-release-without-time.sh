#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Kea's lease file (memfile) is a journal: each change of a lease is a row, and who keeps a
# history of addresses takes a row's time for that of the change. Of a release there is
# none: Kea 2.2.0 writes the former row again with a lifetime of 0, and `expire` is then
# when the client was last heard before (its request, plus 0), not when it let go of the
# address. Minutes or days lie between; only the file's own time tells.
# In a network namespace of its own, with perfdhcp as the client.
set -euo pipefail

if [ "$(id -u)" != 0 ] || ! command -v ip unshare >/dev/null; then
	echo "skipped: needs root and iproute2"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=2.2.0-6
apt-get download -qq -o APT::Sandbox::User=root "kea-dhcp4-server=$version" "kea-common=$version" \
	"kea-admin=$version" libmariadb3 libpq5 liblog4cplus-2.0.5
for package in *.deb; do dpkg -x "$package" root; done
lib=$work/root/usr/lib/$(uname -m)-linux-gnu

cat >kea.json <<END
{ "Dhcp4": {
  "interfaces-config": { "interfaces": ["router0"] },
  "lease-database": { "type": "memfile", "persist": true, "name": "$work/leases.csv", "lfc-interval": 0 },
  "valid-lifetime": 3600,
  "subnet4": [ { "subnet": "198.18.0.0/24", "interface": "router0",
                 "pools": [ { "pool": "198.18.0.10 - 198.18.0.20" } ] } ] } }
END

# shellcheck disable=SC2016 # expands inside
unshare --net --mount --pid --fork --kill-child bash -euc '
	export LD_LIBRARY_PATH=$2 KEA_PIDFILE_DIR=$1 KEA_LOCKFILE_DIR=$1
	mount -t tmpfs none /run
	ip netns add client
	ip link add router0 type veth peer name client0 netns client
	ip address add 198.18.0.1/24 dev router0
	ip link set router0 up
	ip -n client address add 198.18.0.2/24 dev client0
	ip -n client link set client0 up
	root/usr/sbin/kea-dhcp4 -c kea.json >kea.log 2>&1 &
	for ((i = 0; i < 100; i++)); do
		grep -qs DHCP4_STARTED kea.log && break
		sleep 0.1
	done
	nsenter --net=/run/netns/client root/usr/sbin/perfdhcp -4 -l client0 -r 1 -F 1 -R 1 -p 6 \
		>perf.log 2>&1 &
	# The second of rows and header is the lease, the third its release.
	for ((i = 0; i < 200; i++)); do
		[ "$(wc -l <leases.csv)" -lt 3 ] || break
		sleep 0.05
	done
	date +%s >released
' sh "$work" "$lib"

IFS=, read -r address _ _ lifetime expire _ < <(sed -n 2p leases.csv)
IFS=, read -r released _ _ none said _ < <(sed -n 3p leases.csv)
seen=$(cat released)
echo "kea $version: $address was given at $((expire - lifetime)), and let go of by $seen;"
echo "the row of the release has valid_lifetime $none and expire $said"
[ "$lifetime" = 3600 ] && [ "$released" = "$address" ] && [ "$none" = 0 ] || exit 1
if [ "$said" != $((expire - lifetime)) ] || [ "$seen" -le "$said" ]; then
	echo "not so any more"
	exit 1
fi
