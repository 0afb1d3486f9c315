#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# coverage.sh BUILD: what of user/ the unit tests and, as root, the packet tests
# run: the functions that none of them calls, lines by file, and last of all the
# lines in all. Most of the verbs and of what touches NICs is run by the
# end-to-end tests only, which take minutes: E2E=1 counts them too.
set -euo pipefail
export LC_ALL=C

build=$(realpath -m "${1:?usage: coverage.sh BUILD}")/coverage
root=$(dirname "$(dirname "$(realpath "$0")")")
raw=$build/raw
failed=0

cd "$root"
make --no-print-directory BUILD="$build" CC="${CLANG:-clang}" -j"$(nproc)" tests \
	CFLAGS="-O1 -g -fprofile-instr-generate -fcoverage-mapping -mllvm -runtime-counter-relocation" \
	>/dev/null
rm -rf "$raw"
mkdir -p "$raw"
# Counted in the file itself, for tests kill what they start.
export LLVM_PROFILE_FILE=$raw/%c%m.profraw

run() {
	local name=$1
	shift
	"$@" >"$build/log" 2>&1 && return
	echo "coverage: $name failed:"
	tail -n 20 "$build/log"
	failed=1
}

programs=()
for source in tests/unit/*/test_*.c tests/progrun/test_*.c; do
	programs+=("$build/${source%.c}")
done
for program in "${programs[@]}"; do
	case $program in
	*/progrun/*) [ "$(id -u)" = 0 ] || continue ;;
	esac
	ROUNDS=2 run "$program" timeout 120 "$program"
done
[ "$(id -u)" = 0 ] || echo "coverage: without the packet tests, which only root can run"
# Injected faults would hit what counts, too.
[ -z "${E2E:-}" ] ||
	run "the end-to-end tests" tests/e2e/run.sh "$build" --ignore=test_faults.py

# A function that stands in a header has another shape in every program: llvm-cov
# warns of that, and counts it for none.
llvm-profdata merge -sparse "$raw"/*.profraw -o "$build/profile"
llvm-cov export -skip-expansions -instr-profile "$build/profile" "$build/spamweir" \
	"${programs[@]/#/-object=}" user/*.c user/*/*.c >"$build/coverage.json" 2>"$build/log"

# A function counts once, however many programs it is linked into.
echo "functions that were never called:"
jq -r --arg root "$root/" '
	[.data[0].functions[]
		| {file: .filenames[0] | ltrimstr($root), name: .name | sub(".*:"; ""), count}
		| select(.file | startswith("user/"))]
	| group_by([.file, .name])[] | select(all(.count == 0))[0]
	| "\(.file) \(.name)"' "$build/coverage.json" |
	awk '$1 != file { if (file) print line; file = $1; line = "  " file ":" }
	     length(line " " $2) > 100 { print line; line = "   " }
	     { line = line " " $2 }
	     END { if (file) print line }'
# Two files a line.
jq -r --arg root "$root/user/" '
	.data[0].files[] | .summary.lines as $lines
		| "\(.filename | ltrimstr($root)) \($lines.covered) \($lines.count)"' \
	"$build/coverage.json" | sort |
	awk 'function share(covered, lines) { return lines ? 100 * covered / lines : 100 }
	     { printf "%-26s %4d of %4d %5.1f%%%s", $1, $2, $3, share($2, $3), NR % 2 ? "    " : "\n"
	       covered += $2; lines += $3 }
	     END { printf "%suser/: %d of %d lines, %.1f%%\n", NR % 2 ? "\n" : "", covered, lines,
			  share(covered, lines) }'
[ "$failed" = 0 ]
