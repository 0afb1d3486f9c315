#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [quick]: all benchmarks, in a quarter of an hour or in two minutes. Results
# go to BUILD/bench/full.* or quick.*; what is made on the way ends with it (see lab.sh).
# run.sh BUILD packets: packets only, beside no other filters.
# run.sh BUILD daemon: what the daemon costs that knows 1,000,000 subscribers; a line.
# run.sh BUILD check: the short run, held against baseline.csv.
# run.sh BUILD baseline: the same, written to baseline.csv.
# run.sh BUILD renew: all, to results/ and the tables of README.md; then the baseline.
# In the environment: BASE, a git revision that is measured too, in turns with
# this tree; ROUNDS, how often each packet case is measured; CASES, which of them if
# it is packets only; PEOPLE, other numbers for people.py, e.g. "500 20000 10".
set -euo pipefail

here=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: run.sh BUILD [quick|packets|daemon|check|baseline|renew]}")
mode=${2:-full}
out=$build/bench
python=/usr/bin/python3
case $mode in
full | packets) pace=$mode ;;
renew) pace=full ;;
*) pace=quick ;;
esac

# shellcheck source=scripts/lab.sh
. "$here/../../scripts/lab.sh"
# shellcheck source=tests/install.sh
. "$here/../install.sh"

packets() {
	local host=tests/bench/packet/host

	echo "packets, by BPF_PROG_TEST_RUN" >&2
	"$build/tests/bench/packet/packet" "$@" "$build/$host" ${base:+"$base/$host"}
}

measure() {
	case $pace in
	packets) packets -m -c "${CASES:-.}" "${ROUNDS:-7}"; return ;;
	quick) packets -q "${ROUNDS:-3}" ;;
	full) packets "${ROUNDS:-5}" ;;
	esac
	echo "packets, over veth" >&2
	lab_isolated "$python" "$here/veth.py" "$pace"
	echo "publishing" >&2
	lab_isolated "$python" "$here/publish.py" "$pace"
	echo "looking" >&2
	lab_isolated "$python" "$here/looks.py" "$pace"
	echo "following routes" >&2
	lab_isolated "$python" "$here/routes.py" "$pace"
	lab_isolated "$python" "$here/sizes.py"
}

# What was measured, beside what, on what, for report.py.
describe() {
	local version

	version=$(sed -n 's/.*SW_VERSION "\(.*\)".*/\1/p' "$build/spamweir.version.h")
	echo "# of $version on Linux $(uname -r | grep -oE '^[0-9]+\.[0-9]+'), $(nproc) CPUs"
	[ -z "$base" ] || echo "# beside $(git -C "$here" rev-parse "$BASE^{commit}")"
}

# lab_private replaces the shell that calls it.
lab_isolated() {
	(lab_private timeout -k 10 900 "$@")
}

if [ "$mode" = daemon ]; then
	export BENCH_BUILD=$build/tests/bench BENCH_LISTS=$out/lists SPAMWEIR=$build/spamweir
	export PYTHONDONTWRITEBYTECODE=1
	# shellcheck disable=SC2086 # numbers
	lab_isolated "$python" "$here/people.py" ${PEOPLE:-}
	exit
fi
if [ "$mode" = check ] && [ ! -f "$here/baseline.csv" ]; then
	echo "bench: no baseline.csv to hold this against; make one by: run.sh BUILD baseline" >&2
	exit 1
fi
base=
if [ -n "${BASE:-}" ] && [ "$mode" != check ] && [ "$mode" != baseline ]; then
	# shellcheck disable=SC2046 # one word or none
	base=$("$here/base.sh" "$build" "$BASE" $([ "$pace" = packets ] || echo all))
fi
# The filters that spamweir is compared with.
[ "$pace" = packets ] || install_packages nftables iptables ipset xdp-tools
mkdir -p "$out"
export BENCH_BUILD=$build/tests/bench BENCH_LISTS=$out/lists SPAMWEIR=$build/spamweir
export BENCH_BASE=${base:+$base/spamweir}
export PYTHONDONTWRITEBYTECODE=1
mkdir -p "$BENCH_LISTS"
results=$out/$pace
{ describe; measure; } >"$results.new"
mv "$results.new" "$results.csv"
case $mode in
packets) "$python" "$here/report.py" "$results.csv" ;;
full | quick | renew) "$python" "$here/report.py" "$results.csv" "$results.svg" ;;
check) "$python" "$here/check.py" "$results.csv" "$here/baseline.csv" ;;
baseline) "$python" "$here/check.py" --write "$results.csv" "$here/baseline.csv" ;;
esac
if [ "$mode" = renew ]; then
	cp "$results.csv" "$results.svg" "$here/results/"
	"$python" "$here/readme.py" "$here/results/full.csv" "$here/../../README.md"
	exec "$0" "$1" baseline
fi
