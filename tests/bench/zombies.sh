#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# zombies.sh BUILD [COUNT [SINGLE]]: seconds for COUNT (100000) live zombies entered
# at once, beside SINGLE (200) entered one by one, thrice, and the ratio of the two
# per entry. Root; in a lab of its own.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
. "$here/../../scripts/lab.sh"

measure() {
	local binary=$1 count=$2 single=$3 place=$LAB/zombies turn begin middle end n
	local -a options

	mkdir -p "$place"
	printf 'interfaces: [{ name: acc0, role: access }]\n' >"$place/weir.yaml"
	options=(-c "$place/weir.yaml" --pin-dir /sys/fs/bpf/zombies --state-dir "$place/state")
	for ((n = 0; n < count; n++)); do
		echo "100.$((64 + (n >> 16))).$((n >> 8 & 255)).$((n & 255)) 1d number $n"
	done >"$place/list"
	lab_up
	lab_in router "$binary" load "${options[@]}"
	for turn in 1 2 3; do
		begin=$(date +%s%N)
		lab_in router "$binary" zombie add --file "$place/list" "${options[@]}"
		middle=$(date +%s%N)
		for ((n = 1; n <= single; n++)); do
			lab_in router "$binary" zombie add "198.18.66.$n" "${options[@]}"
		done
		end=$(date +%s%N)
		awk -v many=$((middle - begin)) -v count="$count" -v one=$((end - middle)) \
			-v single="$single" -v turn="$turn" 'BEGIN {
			printf "%d: %d at once %.2f s; %d one by one %.2f s; ratio per entry %.0f\n", turn,
			       count, many / 1e9, single, one / 1e9, one / single / (many / count) }'
		lab_in router "$binary" zombie del --file "$place/list" "${options[@]}"
	done
	lab_in router "$binary" unload --forget "${options[@]}"
}

build=$(realpath "${1:?usage: zombies.sh BUILD [COUNT [SINGLE]]}")
lab_private bash -euc ". '$here/../../scripts/lab.sh'; $(declare -f measure); measure \"\$@\"" \
	zombies "$build/spamweir" "${2:-100000}" "${3:-200}"
