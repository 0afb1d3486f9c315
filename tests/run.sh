#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD: all tests, as root. A line a program or test as they go; at the
# end what was skipped and why, and one line with the counts.
set -uo pipefail
export LC_ALL=C

tests=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: run.sh BUILD}")
results=$build/tests
passed=0 failed=0 skipped=0
skips=()

cd "$tests/.." || exit 1
mkdir -p "$results"
rm -f "$results/summary"

# Of what cmocka prints: the sums over its groups, as "passed failed skipped".
count_cmocka() {
	awk '/^\[  (PASSED|FAILED|SKIPPED) *\] [0-9]+ test\(s\)/ { n[$2] += $4 }
	     END { print n["PASSED"] + 0, n["FAILED"] + 0, n["SKIPPED"] + 0 }' "$1"
}

# The tests it skipped, each with what it printed before.
reasons_cmocka() {
	awk '/^\[ RUN/ { said = ""; running = 1; next }
	     /^\[  SKIPPED \]/ && running { print $4 ": " (said ? said : "no reason given") }
	     /^\[/ { running = 0; next }
	     running { said = said (said ? " " : "") $0 }' "$1"
}

# The same of pytest, which may have run more than once.
count_pytest() {
	grep -E ' in [0-9.]+s( \([0-9:]+\))?( =+)?$' "$1" | awk '{
		for (i = 2; i <= NF; i++) {
			sub(/,$/, "", $i)
			if ($i == "passed" || $i == "failed" || $i == "skipped")
				n[$i] += $(i - 1)
			else if ($i == "error" || $i == "errors")
				n["failed"] += $(i - 1)
		}
	}
	END { print n["passed"] + 0, n["failed"] + 0, n["skipped"] + 0 }'
}

# Whether all that was skipped has a reason. A test that is left out without one is forgotten.
says_why_skipped() {
	! reasons_cmocka "$1" | grep 'no reason given$'
}

# add NAME CODE PASSED FAILED SKIPPED: fails if a suite does without saying of
# which test, or counts none.
add() {
	local name=$1 code=$2 p=$3 f=$4 s=$5 why=

	if [ "$code" != 0 ] && [ "$f" = 0 ]; then
		f=1 why=", ended with code $code"
	elif [ $((p + f + s)) = 0 ]; then
		f=1 why=", printed no count"
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	printf '%s: %d passed, %d failed, %d skipped%s\n' "$name" "$p" "$f" "$s" "$why"
	[ "$f" = 0 ]
}

run_program() {
	local program=$1 name=${1#"$results"/} log=$1.log code=0 reason counts

	timeout -k 10 600 "$program" >"$log" 2>&1 || code=$?
	says_why_skipped "$log" || code=1
	read -ra counts <<<"$(count_cmocka "$log")"
	add "$name" "$code" "${counts[@]}" || cat "$log"
	while read -r reason; do
		skips+=("$name: $reason")
	done < <(reasons_cmocka "$log")
}

run_e2e() {
	local log=$results/e2e.log code=0 cores reason counts

	cores=$(nproc)
	WORKERS=${WORKERS:-$((cores < 4 ? cores : 4))} "$tests/e2e/run.sh" "$build" -v 2>&1 |
		tee "$log" || code=$?
	read -ra counts <<<"$(count_pytest "$log")"
	add e2e "$code" "${counts[@]}"
	while read -r reason; do
		skips+=("e2e: ${reason#SKIPPED }")
	done < <(grep '^SKIPPED \[' "$log")
}

# What needs neither root nor a kernel: see make check.
run_rules() {
	local log=$results/rules.log code=0 counts

	tests/rules/run.sh "$build" >"$log" 2>&1 || code=$?
	read -ra counts <<<"$(count_pytest "$log")"
	add rules "$code" "${counts[@]}" || cat "$log"
}

run_docs() {
	local log=$results/docs.log code=0 reason

	PATH=$build/lab:$PATH scripts/check-docs.sh "$build" >"$log" 2>&1 || code=$?
	add docs "$code" "$((code == 0))" "$((code != 0))" "$(grep -c skipped: "$log")" || cat "$log"
	while read -r reason; do
		skips+=("docs: ${reason#check-docs: skipped: }")
	done < <(grep skipped: "$log")
}

for suite in unit progrun; do
	found=0
	for source in tests/"$suite"/test_*.c tests/"$suite"/*/test_*.c; do
		program=$build/${source%.c}
		[ -e "$source" ] || continue
		found=1
		run_program "$program"
	done
	[ "$found" = 1 ] || add "$suite" 0 0 0 0
done
run_e2e
run_rules
run_docs

[ "${#skips[@]}" = 0 ] || printf 'skipped: %s\n' "${skips[@]}"
printf 'tests: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped" |
	tee "$results/summary"
[ "$failed" = 0 ]
