# SPDX-License-Identifier: GPL-2.0
# The packet tests: the real programs judge frames, one by one. Two at a time,
# for there are two CPUs.
. /test/report.sh

# The large tables, of which every twentieth frame must do.
large="test_sweep test_table test_truncate"

if [ "${1:-}" = "" ]; then
	ls /packets | xargs -n 1 -P 2 sh -u /test/packets.sh
	exit
fi

# What a program of cmocka's did not do for want of something, with what it said.
skipped() {
	awk '/^\[ RUN/ { said = "" ; next }
	     /^\[  SKIPPED \] [^0-9]/ { print $4 ": " said; next }
	     !/^\[/ { said = $0 }' "$said" | sort -u
}

name=$1
said=/tmp/$name
export ROUNDS=20 EVERY=20
case " $large " in
*" $name "*)
	if ! grep -q EVERY "/packets/$name"; then
		skip "$name: takes minutes without KVM"
		exit
	fi
	;;
esac
if timeout 100 "/packets/$name" >"$said" 2>&1; then
	pass "$name: $(sed -n 's/^\[  PASSED  \] //p' "$said")"
else
	fail "$name ended with code $?: $(grep -E 'FAILED|ERROR' "$said" | head -n 5 | tr '\n' ' ')"
	tail -n 30 "$said"
fi
skipped | while read -r reason; do
	skip "$name: $reason"
done
