#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# session.sh BUILD: a terminal session from the first configuration to a block that is
# explained and lifted, in a lab of its own, as an SVG on stdout. It fails if a command does.
set -euo pipefail

scripts=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: session.sh BUILD}")
# shellcheck source=scripts/lab.sh
. "$scripts/lab.sh"

# In the lab: what the NICs of a router are called, and somebody who talks to a C&C host.
record() {
	PATH=$1:$PATH
	mkdir "$LAB/etc" "$LAB/state"
	mount --bind "$LAB/etc" /etc/spamweir
	mount --bind "$LAB/state" /var/lib/spamweir
	cd "$LAB"
	for host in router subscriber internet; do ip netns add "$host"; done
	ip -n router link add eth1 type veth peer name eth0 netns subscriber
	ip -n router link add eth0 type veth peer name eth0 netns internet
	ip -n router address add 100.64.0.1/24 dev eth1
	ip -n router address add 192.0.2.2/30 dev eth0
	ip -n subscriber address add 100.64.0.7/24 dev eth0
	for nic in lo eth0 eth1; do ip -n router link set "$nic" up; done
	for host in subscriber internet; do ip -n "$host" link set eth0 up; done
	ip -n router route add default via 192.0.2.1
	ip -n subscriber route add default via 100.64.0.1
	nsenter --net=/run/netns/router -- python3 "$2/session.py" "$2/session.txt"
}

# Something to mount the lab's own on, which is gone with it.
made=()
trap '[ "${#made[@]}" = 0 ] || rmdir "${made[@]}"' EXIT
for directory in /etc/spamweir /var/lib/spamweir; do
	[ -d "$directory" ] || { mkdir "$directory"; made+=("$directory"); }
done
export -f record
(lab_private bash -euc "record '$build' '$scripts'")
