# SPDX-License-Identifier: GPL-2.0
# The packet tests: the real programs judge frames, one by one.
. /test/report.sh

# What a program of cmocka's did not do for want of something, with what it said.
skipped() {
	awk '/^\[ RUN/ { said = "" ; next }
	     /^\[  SKIPPED \] [^0-9]/ { print $4 ": " said; next }
	     !/^\[/ { said = $0 }' "$said" | sort -u
}

for program in /packets/*; do
	name=${program##*/}
	if timeout 100 "$program" >"$said" 2>&1; then
		pass "$name: $(sed -n 's/^\[  PASSED  \] //p' "$said")"
	else
		fail "$name ended with code $?: $(grep -E 'FAILED|ERROR' "$said" | head -n 5 | tr '\n' ' ')"
		tail -n 30 "$said"
	fi
	skipped | while read -r reason; do
		skip "$name: $reason"
	done
done
