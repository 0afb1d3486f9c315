# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What spamweir counted, read from its metrics. Needs weir, the command.

# snapshot NAME: the metrics as of now. The demo compares "start" and "end".
snapshot() {
	weir metrics >"$LAB/metrics.$1"
}

# packets_in NAME VERDICT REASON ROLE: an empty one matches all.
packets_in() {
	awk -v verdict="$2" -v reason="$3" -v role="$4" '
		function is(name, value) {
			return value == "" || index($1, name "=\"" value "\"")
		}
		/^spamweir_packets_total[{]/ && is("verdict", verdict) && is("reason", reason) &&
		is("role", role) {
			n += $NF
		}
		END { printf "%d\n", n }' "$LAB/metrics.$1"
}

feed_in() {
	awk -v name="spamweir_feed_packets_total{feed=\"$2\"}" '$1 == name { n = $NF }
		END { printf "%d\n", n }' "$LAB/metrics.$1"
}

# counted VERDICT REASON [ROLE]: packets between the two.
counted() {
	echo $(($(packets_in end "$1" "$2" "${3:-}") - $(packets_in start "$1" "$2" "${3:-}")))
}

# counted_by FEED
counted_by() {
	echo $(($(feed_in end "$1") - $(feed_in start "$1")))
}
