#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# demo.sh [SPAMWEIR]: spamweir's main job, shown in a lab (see lab.sh) with real
# SMTP on both sides: what arrives without it, with it, and what an operator
# does meanwhile. Exits 1 if anything expected did not happen.
set -eEuo pipefail
trap 'echo "demo: failed: $BASH_COMMAND (${BASH_SOURCE[0]##*/}:$LINENO)" >&2' ERR
export LC_ALL=C

here=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
. "$here/lab.sh"
. "$here/lab/screen.sh"
. "$here/lab/traffic.sh"
. "$here/lab/metrics.sh"
. "$here/lab/story.sh"

# The lab's first process takes all others with it: it ends after them.
stop_lab() {
	local first i

	trap '' INT TERM HUP
	first=$(pgrep -P "$lab" || true)
	kill -KILL "$lab" || true
	wait "$lab" || true
	for ((i = 0; i < 100; i++)); do
		[[ $(ps -o stat= -p "${first:-0}" || true) == [!Z]* ]] || break
		sleep 0.05
	done
	rm -f "$tools/programs"
} 2>/dev/null

interrupted() {
	stop_lab
	printf '\n%sinterrupted%s: the lab, its processes and its programs are gone\n' "$red" "$plain"
	exit 130
}

# How many of the XDP programs that the lab loaded are still in the kernel.
programs_left() {
	local id n=0

	while read -r id; do
		! bpftool prog show id "$id" >/dev/null 2>&1 || n=$((n + 1))
	done <"$tools/programs"
	echo "$n"
}

host_namespaces() {
	ip netns list | grep -cwE 'subscribers|router|internet' || true
}

# Nothing of this was ever in sight of the host; it is looked for all the same.
check_host() {
	expect "XDP programs of the demo left in the kernel" "$(settled programs_left)" -eq 0
	expect "its network namespaces left on the host" \
		$(($(host_namespaces) - namespaces_before)) -eq 0
	expect "its pins left on the host" $(($(pins) - pins_before)) -eq 0
	rm -f "$tools/programs"
}

outside() {
	local status=0

	[ "$(id -u)" = 0 ] || { echo "demo: must be run as root" >&2; exit 1; }
	"$here/lab/tools.sh" "$tools"
	rm -f "$tools/programs"
	pins_before=$(pins)
	namespaces_before=$(host_namespaces)
	trap interrupted INT TERM HUP
	# Only the shell out here heeds Ctrl-C: one place that ends all.
	(trap '' INT && lab_private "$here/demo.sh" --inside "$spamweir") &
	lab=$!
	wait "$lab" || status=$?
	trap - INT TERM HUP
	[ "$status" = 0 ] || failed=1
	[ ! -e "$tools/programs" ] || check_host
	[ "$failed" = 0 ] || { printf '\n%sdemo: FAILED%s\n' "$red" "$plain"; exit 1; }
	printf '\n%sdemo: all as expected%s, in %d s\n' "$green" "$plain" "$SECONDS"
}

inside() {
	lab_up
	servers_up
	write_config
	screen_lab
	screen_before
	screen_monitor
	screen_enforce
	screen_infected
	screen_mccolo
	screen_undo
	exit $((failed > 0))
}

stage=outside
if [ "${1:-}" = --inside ]; then
	shift
	stage=inside
fi
spamweir=$(realpath "${1:-$here/../.build/spamweir}")
tools=$(dirname "$spamweir")/lab
"$stage"
