#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The lab: three network namespaces joined by veth, the router in the middle.
#
#   subscribers            router             internet
#   sub0 ---------- acc0 (routes) up0 ---------- net0
#   198.18.0.0/17                        198.19.0.0/16
#   2001:db8:18::/48                     2001:db8:19::/48
#
# Every address of these prefixes is local to its namespace: bind to any.
#
# Run:     scripts/lab.sh COMMAND...   COMMAND in a lab of its own, e.g. bash
# Source:  lab_private, lab_up, lab_down, lab_in, lab_start, lab_wait_port (see below)

# A tmpfs in the lab, for scratch.
export LAB=/run/lab

# Runs a command in mount and process namespaces of its own. It has its own
# /run (and in it its own named network namespaces) and its own /sys/fs/bpf, so
# that all it makes ends with it, however it ends: it never has to be undone.
lab_private() {
	[ "$(id -u)" = 0 ] || { echo "lab: must be run as root" >&2; return 1; }
	# shellcheck disable=SC2016 # expands inside
	exec setpriv --pdeathsig KILL \
		unshare --mount --propagation private --pid --fork --kill-child --mount-proc \
		bash -euc 'mount -t tmpfs -o mode=755 lab /run
			   mount -t bpf -o mode=700 lab /sys/fs/bpf
			   mkdir "$LAB"
			   "$@"' lab "$@"
}

# A command in one of the three. (`ip netns exec` would hide /sys/fs/bpf.)
lab_in() {
	nsenter --net="/run/netns/$1" -- "${@:2}"
}

# The same in the background; $! is the command's own process.
lab_start() {
	nsenter --net="/run/netns/$1" -- "${@:2}" &
}

lab_sysctl() {
	lab_in "$1" sysctl -qw "${@:2}"
}

# lab_pair NAMESPACE NIC ROUTER_NIC N: joins a namespace to the router.
lab_pair() {
	local ns=$1 nic=$2 router_nic=$3 n=$4

	ip -n "$ns" link add "$nic" type veth peer name "$router_nic" netns router
	ip -n "$ns" link set lo up
	ip -n "$ns" link set "$nic" up
	ip -n router link set "$router_nic" up
	ip -n "$ns" address add "198.18.$((128 + n)).2/30" dev "$nic"
	ip -n "$ns" address add "2001:db8:0:$n::2/64" dev "$nic" nodad
	ip -n router address add "198.18.$((128 + n)).1/30" dev "$router_nic"
	ip -n router address add "2001:db8:0:$n::1/64" dev "$router_nic" nodad
	ip -n "$ns" route add default via "198.18.$((128 + n)).1"
	ip -n "$ns" -6 route add default via "2001:db8:0:$n::1"
}

# lab_own NAMESPACE N PREFIX4 PREFIX6: addresses that it answers for.
lab_own() {
	local ns=$1 n=$2 prefix4=$3 prefix6=$4

	ip -n "$ns" route add local "$prefix4" dev lo
	ip -n "$ns" -6 route add local "$prefix6" dev lo
	ip -n router route add "$prefix4" via "198.18.$((128 + n)).2"
	ip -n router -6 route add "$prefix6" via "2001:db8:0:$n::2"
}

lab_up() {
	local ns

	for ns in subscribers router internet; do
		ip netns add "$ns"
		lab_sysctl "$ns" net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 \
			net.ipv6.conf.default.accept_ra=0 net.ipv6.conf.default.accept_dad=0 \
			net.ipv4.ip_nonlocal_bind=1 net.ipv6.ip_nonlocal_bind=1
	done
	lab_sysctl router net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	lab_pair subscribers sub0 acc0 1
	lab_pair internet net0 up0 2
	lab_own subscribers 1 198.18.0.0/17 2001:db8:18::/48
	lab_own internet 2 198.19.0.0/16 2001:db8:19::/48
}

# What runs in the namespaces must have ended.
lab_down() {
	local ns

	for ns in subscribers router internet; do
		ip netns del "$ns"
	done
}

# lab_wait_port NAMESPACE PORT COUNT: until that many sockets listen on it.
lab_wait_port() {
	local i

	for ((i = 0; i < 3600; i++)); do
		[ "$(lab_in "$1" ss -Hltn "sport = :$2" | wc -l)" -lt "$3" ] || return 0
		sleep 0.05
	done
	echo "lab: nothing listens on port $2 in $1" >&2
	return 1
}

[ "${BASH_SOURCE[0]}" = "$0" ] || return 0

set -euo pipefail
if [ "${1:-}" = --inside ]; then
	shift
	lab_up
	"$@"
elif [ $# -gt 0 ]; then
	lab_private "$(realpath "$0")" --inside "$@"
else
	sed -n '3,/^$/s/^#[ ]\{0,1\}//p' "$0" >&2
	exit 2
fi
