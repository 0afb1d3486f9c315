#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# busy.sh BUILD: the tests that time is anything to, beside four loops that keep CPUs busy:
# none may fail because the machine is. Unit and packet tests all; of the end-to-end tests
# those marked `timed` (tests/e2e/conftest.py). FAST=1: without the end-to-end tests.
set -uo pipefail

tests=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: busy.sh BUILD}")
LOOPS=4
LONGEST=5400 # seconds, after which a loop ends by itself
loops=()
failed=0

# shellcheck disable=SC2317 # called by the trap
end_loops() {
	kill "${loops[@]}" 2>/dev/null
}

trap end_loops EXIT
for ((i = 0; i < LOOPS; i++)); do
	timeout "$LONGEST" sh -c 'while :; do :; done' &
	loops+=($!)
done

cd "$tests/.." || exit 1
for source in tests/unit/*/test_*.c tests/progrun/test_*.c; do
	program=$build/${source%.c}
	if timeout -k 10 1800 "$program" >"$program.busy.log" 2>&1; then
		echo "ok    ${source%.c}"
	else
		echo "FAIL  ${source%.c}"
		cat "$program.busy.log"
		failed=1
	fi
done
[ -n "${FAST:-}" ] || "$tests/e2e/run.sh" "$build" -m timed || failed=1
exit "$failed"
