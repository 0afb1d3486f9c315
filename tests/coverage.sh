#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# coverage.sh BUILD: what of user/ the unit tests and, as root, the packet tests
# run: lines by file and in all, and the functions that none of them calls. Most
# of the verbs and of what touches NICs is run by the end-to-end tests only, which
# take minutes: E2E=1 counts them too.
set -euo pipefail
export LC_ALL=C

build=$(realpath -m "${1:?usage: coverage.sh BUILD}")/coverage
root=$(dirname "$(dirname "$(realpath "$0")")")
raw=$build/raw
failed=0

cd "$root"
make BUILD="$build" CC="${CLANG:-clang}" -j"$(nproc)" tests \
	CFLAGS="-O1 -g -fprofile-instr-generate -fcoverage-mapping" >/dev/null
rm -rf "$raw"
mkdir -p "$raw"
export LLVM_PROFILE_FILE=$raw/%4m.profraw # four files, merged by whoever writes

run() {
	local name=$1
	shift
	"$@" >"$build/log" 2>&1 && return
	echo "coverage: $name failed:"
	tail -n 20 "$build/log"
	failed=1
}

programs=()
for source in tests/unit/test_*.c tests/progrun/test_*.c; do
	programs+=("$build/${source%.c}")
done
for program in "${programs[@]}"; do
	case $program in
	*/progrun/*) [ "$(id -u)" = 0 ] || continue ;;
	esac
	ROUNDS=2 run "$program" timeout 120 "$program"
done
[ "$(id -u)" = 0 ] || echo "coverage: without the packet tests, which only root can run"
[ -z "${E2E:-}" ] || run "the end-to-end tests" tests/e2e/run.sh "$build"

# A function that stands in a header has another shape in every program: llvm-cov
# warns of that, and counts it for none.
llvm-profdata merge -sparse "$raw"/*.profraw -o "$build/profile"
llvm-cov export -skip-expansions -instr-profile "$build/profile" "$build/spamweir" \
	"${programs[@]/#/-object=}" user/*.c >"$build/coverage.json" 2>"$build/log"

jq -r --arg root "$root/" '
	.data[0].files[] | .summary.lines as $lines
		| "\(.filename | ltrimstr($root)) \($lines.covered) \($lines.count)"' \
	"$build/coverage.json" | sort |
	awk 'function show(name, covered, lines) {
		     printf "%-26s %5d of %5d lines %6.1f%%\n", name, covered, lines,
			    lines ? 100 * covered / lines : 100
	     }
	     { show($1, $2, $3); covered += $2; lines += $3 }
	     END { show("all of user/", covered, lines) }'

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
[ "$failed" = 0 ]
