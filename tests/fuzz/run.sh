#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [SECONDS [TARGET...]]: every fuzz target, or those named, for so
# many seconds each (10), two at once, beginning with the seeds and with
# corpus/TARGET, which earlier runs have found; 0 seconds: these only. A line a
# target, and one with the counts at the end. An input that fails is kept, and
# how to run it again is said. KEEP=1 adds to corpus/ what reached new code.
set -euo pipefail
export LC_ALL=C

build=$(realpath -m "${1:?usage: run.sh BUILD [SECONDS [TARGET...]]}")
seconds=${2:-10}
shift $(($# > 1 ? 2 : 1))
cd "$(dirname "$(realpath "$0")")"
targets=("$@")
[ $# -gt 0 ] || mapfile -t targets < <(basename -s .c -- *.c)
bin=$build/fuzz
failures=$bin/failures
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
at_once=2

case $seconds in
'' | *[!0-9]*)
	echo "run.sh: \"$seconds\" is no number of seconds" >&2
	exit 2
	;;
esac

counts() {
	echo "fuzz: $1 passed, $2 failed, $3 skipped"
}

if ! echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
	"${CLANG:-clang}" -fsanitize=fuzzer,address -x c - -o "$work/probe" 2>/dev/null; then
	echo "skipped: all targets: this clang cannot link libFuzzer (libclang-rt-14-dev has it)"
	counts 0 0 ${#targets[@]}
	exit 0
fi
make -s -C ../.. -f tests/fuzz/Makefile BUILD="$build" -j"$(nproc)"
mkdir -p "$failures"

# An octet of options in front of each: detected, as is also tried by its name, and plain.
feed_seeds() {
	local file format

	for file in ../golden/feeds/*; do
		[[ $file != *.expected ]] || continue
		for format in 0 1; do
			{ printf '%b' "\\x$format"; cat "$file"; } >"$1/$format-$(basename "$file")"
		done
	done
	# Those that the configuration describes: numbers 18 and 19.
	printf '\x82ip,tag,until,on\n192.0.2.1:25,a,2026-11-29,true\n' >"$1/csv"
	printf '\x83{"ip":["192.0.2.1"],"tag":1,"until":"1h","on":true}\n' >"$1/json"
}

# An octet of options in front of each: the format, and which header goes before it.
subscriber_seeds() {
	printf '\x0a198.18.0.7,aa,,60,1764000060,0,host&#x2cx\n' >"$1/kea4"
	printf '\x18' >"$1/kea6"
	printf '2001:db8::,00:01,60,1764000060,2,56,0\n' >>"$1/kea6"
	printf '\x01date\n\tUser-Name = "a"\n\tAcct-Status-Type = Stop\n\tFramed-IP-Address = 198.18.0.7\n\tTimestamp = 1764000000\n\ndate\n\tAcct-Status-Type = Accounting-On\n\tNAS-IP-Address = 192.0.2.1\n\tTimestamp = 1764000000\n\n' >"$1/detail"
	printf '\x02username,acctstarttime,acctstoptime,framedipaddress\na,2025-11-24 16:00:00,,198.18.0.7\n' >"$1/radacct"
	printf '\x03prefix,account\n198.18.0.0-198.18.0.9,"a"\n' >"$1/fixed"
	printf '\x04198.18.0.1,1024,2047,a\n' >"$1/ports"
}

# The golden entries of feeds serve as texts of prefixes too.
prefix_seeds() {
	grep -hoE '^[0-9a-fA-F.:/-]+' ../golden/feeds/*.{txt,netset} |
		awk -v dir="$1" '{ file = dir "/" NR; printf "%s", $0 >file; close(file) }'
}

seeds() {
	case $1 in
	packet | datapath) "$bin/seeds/frames" "$1" "$2" ;;
	replay)
		"$bin/seeds/frames" "$1" "$2"
		cp ../golden/replay/*.pcap "$2"
		;;
	pcapng) cp ../golden/replay/capture/* "$2" ;;
	feed) feed_seeds "$2" ;;
	prefix) prefix_seeds "$2" ;;
	subscriber) subscriber_seeds "$2" ;;
	route) route_seeds "$2" ;;
	config) cp ../golden/config/*.yaml ../golden/replay/*.yaml "$2" ;;
	esac
	[ ! -d "corpus/$1" ] || cp -R "corpus/$1/." "$2"
}

# What the kernel says of the routes of a namespace, of several types, in both families.
route_seeds() {
	/usr/bin/python3 seeds/routes.py "$1"
}

# libyaml takes time that grows with the square of what it reads; the others
# find what there is in short inputs sooner.
options() {
	case $1 in
	config) echo -max_len=2048 ;;
	compile) echo -max_len=512 -entropic_scale_per_exec_time=1 ;;
	datapath | packet) echo -max_len=4096 ;;
	pcapng | replay) echo -max_len=2048 ;;
	limit) echo -max_len=600 ;;
	prefix) echo -max_len=64 ;;
	feed | subscriber) echo -max_len=4096 ;;
	copy | route) echo -max_len=1024 ;;
	esac
	[ ! -e "$1.dict" ] || echo "-dict=$1.dict"
	[ "$seconds" = 0 ] && echo -runs=0 || echo "-max_total_time=$seconds"
}

# Sums from the last line that has them: "#N DONE cov: 1 ft: 2 corp: 3/4b ..."
report() {
	awk -v target="$1" -v outcome="$2" '
		/^#[0-9]+\t/ { n = substr($1, 2); for (i = 3; i < NF; i++) v[$i] = $(i + 1) }
		END { sub("/.*", "", v["corp:"])
		      printf "fuzz %s: %d executions, %d edges, %d features, %d inputs, %s\n",
			     target, n, v["cov:"], v["ft:"], v["corp:"], outcome }' "$work/$1.log"
}

explain() {
	local log=$work/$1.log kept

	grep -vE '^(#|INFO|stat::|\s+NEW_FUNC)' "$log" | head -n 60
	kept=$(sed -n 's/^artifact_prefix=.*Test unit written to //p' "$log" | tail -n 1)
	[ -z "$kept" ] || echo "run it again: $bin/$1 $kept"
}

fuzz() {
	local target=$1 found=$work/$1

	mkdir "$found"
	seeds "$target" "$found"
	# shellcheck disable=SC2046 # a list
	if "$bin/$target" -timeout=25 -print_final_stats=1 -artifact_prefix="$failures/$target-" \
		$(options "$target") "$found" >"$work/$target.log" 2>&1; then
		report "$target" ok
		touch "$work/$target.passed"
	else
		report "$target" FAILED
		explain "$target"
	fi >"$work/$target.report"
	cat "$work/$target.report"
}

# Only what reaches code that neither the seeds nor what is kept already do.
keep() {
	local target=$1 known=$work/$1.known all=$work/$1.all input

	mkdir "$known"
	seeds "$target" "$known"
	cp -R "$known" "$all"
	"$bin/$target" -set_cover_merge=1 -use_counters=0 "$all" "$work/$target" >/dev/null 2>&1
	for input in "$all"/*; do
		[ ! -e "$known/${input##*/}" ] || continue
		mkdir -p "corpus/$target"
		cp "$input" "corpus/$target/"
	done
}

for target in "${targets[@]}"; do
	while [ "$(jobs -rp | wc -l)" -ge "$at_once" ]; do
		wait -n || true
	done
	fuzz "$target" &
done
wait

passed=0
for target in "${targets[@]}"; do
	[ ! -e "$work/$target.passed" ] || passed=$((passed + 1))
	[ -z "${KEEP:-}" ] || keep "$target"
done
counts "$passed" $((${#targets[@]} - passed)) 0
[ "$passed" = ${#targets[@]} ]
