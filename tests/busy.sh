#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# busy.sh BUILD [PART...]: the tests that time is anything to, beside four loops that keep
# CPUs busy: none may fail because the machine is. Unit and packet tests all; of the
# end-to-end tests those marked `timed` (tests/e2e/conftest.py). A part is unit, progrun,
# e2e, or a file of the end-to-end tests such as test_fetch.py; without any, all are run.
set -uo pipefail

tests=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: busy.sh BUILD [PART...]}")
shift
[ $# -gt 0 ] || set -- unit progrun e2e
LOOPS=4
LONGEST=7200 # seconds, after which a loop ends by itself
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

run_programs() {
	local source program

	for source in "tests/$1"/test_*.c "tests/$1"/*/test_*.c; do
		[ -e "$source" ] || continue
		program=$build/${source%.c}
		if timeout -k 10 1800 "$program" >"$program.busy.log" 2>&1; then
			echo "ok    ${source%.c}"
		else
			echo "FAIL  ${source%.c}"
			cat "$program.busy.log"
			failed=1
		fi
	done
}

run_e2e() {
	LONGEST=$LONGEST "$tests/e2e/run.sh" "$build" -m timed "$@" || failed=1
}

cd "$tests/.." || exit 1
files=()
for part in "$@"; do
	case $part in
	unit | progrun) run_programs "$part" ;;
	e2e) run_e2e ;;
	test_*.py) files+=("$part") ;;
	*)
		echo "busy.sh: \"$part\" is no part (expected unit, progrun, e2e or test_NAME.py)" >&2
		exit 2
		;;
	esac
done
[ ${#files[@]} = 0 ] || run_e2e "${files[@]}"
exit "$failed"
