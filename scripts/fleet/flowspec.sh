#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# flowspec.sh [TABLE]: makes GoBGP's FlowSpec rules (RFC 8955) those of the routing table that
# spamweir announces (667): what an IPv4 host in it sends to TCP port 25 is discarded by routers
# that take FlowSpec. All else of it passes. It may be run again at any time, and after each
# change: ip monitor route | while read -r _; do flowspec.sh; done
set -euo pipefail

table=${1:-667}
gobgp=${GOBGP:-gobgp}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

rule() {
	"$gobgp" global rib "$1" -a ipv4-flowspec match source "$2" protocol tcp \
		destination-port '==25' 'then' discard
}

# A table that does not exist has none.
{ ip -4 -o route show table "$table" proto 213 2>/dev/null || true; } |
	awk '$2 !~ "/" { print $2 "/32" }' | sort >"$work/wanted"
"$gobgp" global rib -a ipv4-flowspec |
	sed -n 's/.*\[source: \([0-9.]*\/32\)\].*\[destination-port: ==25 *\].*/\1/p' | sort >"$work/there"
comm -13 "$work/wanted" "$work/there" | while read -r host; do rule del "$host"; done
comm -23 "$work/wanted" "$work/there" | while read -r host; do rule add "$host"; done
