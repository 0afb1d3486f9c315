#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# check.sh BUILD: what can be tested without root: the unit tests, the rules of
# the house, and the documents against the sources. Prints what fails, and fails.
set -u
cd "$(dirname "$0")/.." || exit 1
build=${1:?usage: check.sh BUILD}
failed=0

run() {
	said=$("$@" 2>&1) && return
	printf '%s\n%s failed\n' "$said" "$*"
	failed=1
}

for source in tests/unit/*/test_*.c; do
	run "$build/${source%.c}"
done
run tests/rules/run.sh "$build"
run scripts/check-docs.sh "$build"
run /usr/bin/python3 -B tests/bench/readme.py --check tests/bench/results/full.csv README.md
[ "$failed" = 0 ] && echo "all well"
exit "$failed"
