# SPDX-License-Identifier: GPL-2.0
# Both programs load in all their variants, whatever size the tables have, and leave the verifier far
# from its limit of a million instructions.
. /test/report.sh

budget=150000
budget_of_tunnels=200000

# load VARIANT ROLE NAME LEAVES DIRS BOUNDS
load() {
	local variant=$1 role=$2 name=$3 verified most=$budget_of_tunnels

	[ "$variant" != live ] || most=$budget
	shift 3
	if ! verified=$(verify "$variant" "$role" "$@" 2>"$said"); then
		fail "$role, $variant, loads with tables for $name"
		cat "$said"
		return
	fi
	echo "@@ verified $role $verified"
	if [ "$verified" -le "$most" ]; then
		pass "$role, $variant, loads with tables for $name: $verified instructions"
	else
		fail "$role, $variant, tables for $name: $verified instructions, more than $most"
	fi
}

for role in access upstream; do
	load offline "$role" "empty lists, as replay has them" 4 8 1
	load live "$role" "empty lists, with room to grow" 1029 74 1025
	load live "$role" "a million prefixes" 1250000 312500 1000000
	load tunnels "$role" "a million prefixes" 1250000 312500 1000000
	load extension "$role" "a million prefixes" 1250000 312500 1000000
done
