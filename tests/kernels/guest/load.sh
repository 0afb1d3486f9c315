# SPDX-License-Identifier: GPL-2.0
# Both programs load, whatever size the tables have, and leave the verifier far
# from its limit of a million instructions.
. /test/report.sh

budget=300000

# load ROLE NAME LEAVES DIRS BOUNDS
load() {
	local role=$1 name=$2 verified

	shift 2
	if ! verified=$(verify "$role" "$@" 2>"$said"); then
		fail "$role loads with tables for $name"
		cat "$said"
		return
	fi
	echo "@@ verified $role $verified"
	if [ "$verified" -le "$budget" ]; then
		pass "$role loads with tables for $name: $verified instructions"
	else
		fail "$role, tables for $name: $verified instructions, more than $budget"
	fi
}

for role in access upstream; do
	load "$role" "empty lists, as replay has them" 4 8 1
	load "$role" "empty lists, with room to grow" 1029 74 1025
	load "$role" "a million prefixes" 1250000 312500 1000000
done
