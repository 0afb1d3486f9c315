#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# gobgp-routes.sh [-f] AS ROUTER [FOUND [KNOWN]]: what BIRD does of itself, for GoBGP by
# gobgp-router.toml. What stands in the kernel's table FOUND (667), where spamweir announces, is
# told to others as bird.conf tells it; what others have told stands in table KNOWN (666) as
# blackholes of protocol bgp. With -f it goes on for as long as GoBGP does, change by change.
# If GoBGP is dead, all stays as it is.
#
# GoBGP's own way into the kernel is zebra's, and does not work in Debian: 3.10 crashes when
# zebra of FRR 8.4 tells it of an interface, and zebra of FRR 10.3 does not understand 3.36.
set -euo pipefail

usage="usage: gobgp-routes.sh [-f] AS ROUTER [FOUND [KNOWN]]"
follows=
[ "${1:-}" != -f ] || { follows=1; shift; }
as=${1:?$usage}
router=${2:?$usage}
found=${3:-667}
known=${4:-666}
gobgp=${GOBGP:-gobgp}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

declare -A width=([4]=32 [6]=128) next_hop=([4]=192.0.2.1 [6]=100::1)

# in_kernel FAMILY TABLE PROTOCOL: prefixes. A table that does not exist has none.
in_kernel() {
	{ ip "-$1" -o route show table "$2" proto "$3" 2>/dev/null || true; } |
		awk -v width="${width[$1]}" '{ print $2 ~ "/" ? $2 : $2 "/" width }' | sort
}

# in_gobgp FAMILY OURS: prefixes that this router has told of, or others.
in_gobgp() {
	"$gobgp" global rib -a "ipv$1" |
		awk -v by="[ ,]${as}:667:${router}[],]" -v ours="$2" \
			'$1 ~ ">" && ($0 ~ by) == ours { print $2 }' | sort
}

tell() {
	in_kernel "$1" "$found" 213 >"$work/wanted"
	in_gobgp "$1" 1 >"$work/there"
	comm -13 "$work/wanted" "$work/there" | while read -r prefix; do
		"$gobgp" global rib del -a "ipv$1" "$prefix"
	done
	comm -23 "$work/wanted" "$work/there" | while read -r prefix; do
		"$gobgp" global rib add -a "ipv$1" "$prefix" nexthop "${next_hop[$1]}" \
			community 65535:666,no-export large-community "$as:666:1,$as:667:$router"
	done
}

learn() {
	in_gobgp "$1" 0 >"$work/wanted"
	in_kernel "$1" "$known" bgp >"$work/there"
	{
		comm -13 "$work/wanted" "$work/there" | sed "s/.*/route del blackhole & table $known proto bgp/"
		comm -23 "$work/wanted" "$work/there" | sed "s/.*/route add blackhole & table $known proto bgp/"
	} | ip "-$1" -batch -
}

reconcile() {
	local family

	for family in 4 6; do
		tell "$family"
		learn "$family"
	done
}

reconcile
[ -n "$follows" ] || exit 0
{
	ip monitor route &
	"$gobgp" monitor global rib -a ipv4 &
	"$gobgp" monitor global rib -a ipv6 &
	wait -n
	jobs -p | xargs kill 2>/dev/null
} | while read -r -t 10 _ || [ $? -gt 128 ]; do # after a while anyway, as BIRD does
	for ((more = 0; more < 1000; more++)); do # what comes together is one
		read -r -t 0.1 _ || break
	done
	reconcile
done
