# SPDX-License-Identifier: GPL-2.0
# Frames of what is dropped, in a file, and what replay says of them. Sourced.

file=/tmp/dropped.pcapng

# captures NAME COUNT NIC REASON COMMAND...: so many frames, all of that reason. A machine
# that is busy may not send them all in the time that a command has: it is run until they are
# there.
captures() {
	local name=$1 count=$2 nic=$3 reason=$4 patience=3 capture

	shift 4
	rm -f "$file"
	spamweir capture -w "$file" --interface "$nic" --reason "$reason" --verdict drop --count "$count" \
		--seconds 120 2>/tmp/capturing &
	capture=$!
	until_true 60 grep -q capturing /tmp/capturing
	while kill -0 "$capture" 2>/dev/null; do
		"$@"
	done
	wait "$capture"
	check "$name: all are in the file" grep -q "$count frames captured, 0 lost" /tmp/capturing
	spamweir replay "$file" --interface "$nic" --json >/tmp/replayed
	equal "$name: replay says the same" "$(grep -c "\"reason\":\"$reason\"" /tmp/replayed)" "$count"
}
