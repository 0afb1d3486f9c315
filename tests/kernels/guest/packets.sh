# SPDX-License-Identifier: GPL-2.0
# The packet tests: the real programs judge frames, one by one. Of the large
# tables every fiftieth frame must do.
. /test/report.sh

export ROUNDS=20 EVERY=50
if [ "${1:-}" = "" ]; then
	echo "@@ note packet tables: every ${EVERY}th frame of the large ones, $ROUNDS random rounds"
	ls /packets | xargs -n 1 sh -u /test/packets.sh
	exit
fi

# What a program of cmocka's did not do for want of something, with what it said.
skipped() {
	awk '/^\[ RUN/ { said = ""; running = 1; next }
	     /^\[  SKIPPED \]/ && running { print $4 ": " (said ? said : "no reason given") }
	     /^\[/ { running = 0; next }
	     { said = $0 }' "$said" | sort -u
}

name=$1
said=/tmp/$name
if timeout 300 "/packets/$name" >"$said" 2>&1; then
	pass "$name: $(sed -n 's/^\[  PASSED  \] //p' "$said")"
else
	fail "$name ended with code $?: $(grep -E 'FAILED|ERROR' "$said" | head -n 5 | tr '\n' ' ')"
	tail -n 30 "$said"
fi
skipped | while read -r reason; do
	skip "$name: $reason"
done
