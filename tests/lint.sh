#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# lint.sh BUILD [PART...]: what can be said of the sources without running them,
# and the unit tests where they show more. Parts, all of them without PART:
#   clang     all of it by clang, warnings are errors (make builds by gcc)
#   analyze   clang's static analyzer
#   cppcheck  the same by another
#   shell     shellcheck
#   man       mandoc's lint
#   format    clang-format; fails on what a change would make differ
#   sanitize  the unit tests under ASan and UBSan
#   bigendian byte order: tests/bigendian/run.sh
# Prints what is found. What is right and looks wrong is suppressed where it
# stands or here, with the reason.
set -uo pipefail
export LC_ALL=C

cd "$(dirname "$(realpath "$0")")/.." || exit 1
build=$(realpath "${1:?usage: lint.sh BUILD [PART...]}")
shift
out=$build/lint
passed=0 failed=0 skipped=0
mkdir -p "$out"

need() {
	command -v "$1" >/dev/null && return
	echo "skipped: $part ($1 is not installed)"
	skipped=$((skipped + 1))
	return 1
}

# judge FILE: a part passes if it said nothing.
judge() {
	if [ -s "$1" ]; then
		echo "$part:"
		head -n 60 "$1"
		failed=$((failed + 1))
	else
		passed=$((passed + 1))
	fi
}

c_files() {
	git ls-files 'user/*.c' 'user/*/*.c'
}

lint_clang() {
	need clang || return
	make --no-print-directory -j"$(nproc)" CC=clang BUILD="$out/clang" WERROR=-Werror all \
		>"$out/one" 2>&1 && : >"$out/one"
	grep -E '(warning|error):|\*\*\*' "$out/one" >"$out/log"
	judge "$out/log"
}

# libbpf's skeletons, which are generated, are looked through and not judged.
lint_analyze() {
	need clang || return
	c_files | xargs -P "$(nproc)" -I{} clang --analyze -Xclang -analyzer-output=text \
		-Xclang -analyzer-disable-checker=deadcode.DeadStores -std=gnu11 -D_GNU_SOURCE \
		-Iinclude -Iuser -isystem "$build" {} 2>&1 |
		grep -E '^(user|include)/.*(warning|error):' | sort -u >"$out/found"
	grep -v '^#' tests/analyze.known >"$out/known"
	# A finding is known by its file and checker: line numbers move.
	while read -r line; do
		grep -qxF "${line%%:*} ${line##* }" "$out/known" || echo "$line"
	done <"$out/found" >"$out/log"
	judge "$out/log"
}

# arithOperationsOnVoidPointer: GNU C says what it means, and the code of both
# sides relies on it. unknownMacro: option macros of libbpf and libxdp.
# *uninitvar: it takes what a callee fills, and fields that are set one by one, for
# unset. arrayIndexThenCheck: a loop whose bound the BPF verifier must see.
# autoVariables: lists_change.c points at a local for as long as it is there.
lint_cppcheck() {
	need cppcheck || return
	cppcheck -q -j"$(nproc)" --enable=warning,performance,portability --inline-suppr --std=c11 \
		--suppress=missingIncludeSystem --suppress=arithOperationsOnVoidPointer \
		--suppress=unknownMacro --suppress=ctuuninitvar --suppress=uninitvar --suppress=legacyUninitvar \
		--suppress=arrayIndexThenCheck --suppress=autoVariables \
		'-DLIBBPF_OPTS(t,n,...)=struct t n = { __VA_ARGS__ }' \
		'-DDECLARE_LIBXDP_OPTS(t,n,...)=struct t n = { __VA_ARGS__ }' \
		-Iinclude -Iuser user 2>&1 | grep -E '^(user|include)/' >"$out/log"
	judge "$out/log"
}

lint_shell() {
	need shellcheck || return
	git ls-files | xargs grep -lE '^#!/bin/(ba)?sh' | xargs shellcheck -x >"$out/log" 2>&1
	judge "$out/log"
}

# A page that is not installed here cannot be looked up. A line is a sentence, of
# whatever length.
lint_man() {
	need mandoc || return
	mandoc -T lint user/man/*.[1-9] 2>/dev/null |
		grep -Ev 'referenced manual not found|outdated mandoc.db|line longer than 80' >"$out/log"
	judge "$out/log"
}

lint_format() {
	need clang-format || return
	git ls-files '*.c' '*.h' | xargs -P "$(nproc)" -n 20 clang-format --dry-run 2>&1 |
		grep 'warning:' >"$out/log"
	judge "$out/log"
}

lint_sanitize() {
	local source program
	make --no-print-directory -j"$(nproc)" BUILD="$out/sanitize" WERROR= units \
		CFLAGS="-O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all" \
		>"$out/log" 2>&1 || {
		judge "$out/log"
		return
	}
	: >"$out/log"
	for source in tests/unit/*/test_*.c; do
		program=$out/sanitize/${source%.c}
		ASAN_OPTIONS=detect_leaks=1 timeout -k 10 900 "$program" >"$out/one" 2>&1 || {
			echo "$source under ASan and UBSan:"
			tail -n 30 "$out/one"
		} >>"$out/log"
	done
	judge "$out/log"
}

lint_bigendian() {
	tests/bigendian/run.sh "$build" >"$out/one" 2>&1
	if grep -q '^skipped: byte order' "$out/one"; then
		grep '^skipped:' "$out/one"
		skipped=$((skipped + 1))
		return
	fi
	grep -vE '^(skipped|bigendian: .* 0 failed)' "$out/one" >"$out/log"
	judge "$out/log"
}

[ "$#" -gt 0 ] || set -- clang analyze cppcheck shell man format sanitize bigendian
for part; do
	"lint_$part"
done
echo "lint: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
