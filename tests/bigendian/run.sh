#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD: byte order. The packet parser and the table layouts compile for a
# big-endian machine, the BPF object for big-endian BPF, and the unit tests of
# base, feed and policy, with what these need of kernel, run on s390x, in
# qemu-user. What each test prints is in BUILD/bigendian; at the end one line
# with the counts.
set -uo pipefail
export LC_ALL=C

cd "$(dirname "$(realpath "$0")")/../.." || exit 1
build=$(realpath "${1:?usage: run.sh BUILD}")
out=$build/bigendian
cc=s390x-linux-gnu-gcc
root=$out/s390x/root
passed=0 failed=0 skipped=0

for tool in "$cc" qemu-s390x; do
	command -v "$tool" >/dev/null || {
		echo "skipped: byte order ($tool is not installed)"
		echo "bigendian: 0 passed, 0 failed, 1 skipped"
		exit 0
	}
done
mkdir -p "$out"
tests/bigendian/fetch.sh "$out/s390x" >"$out/fetch.log" 2>&1 || {
	echo "skipped: byte order (the libraries of s390x cannot be fetched)"
	echo "bigendian: 0 passed, 0 failed, 1 skipped"
	exit 0
}

flags=(-std=gnu11 -D_GNU_SOURCE -O1 -g -Wall -Wextra -Wshadow -Werror
	-Wno-unused-function -Iinclude -Iuser -I"$build"
	-I"$root/usr/include")

note() {
	if [ "$1" = 0 ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'failed: %s\n' "$2"
		[ -z "${3:-}" ] || tail -n 20 "$3"
	fi
}

for header in include/*.h; do
	name=$(basename "$header")
	printf '#include "%s"\n' "$name" | "$cc" "${flags[@]}" -fsyntax-only -x c - 2>"$out/log"
	note $? "include/$name for s390x" "$out/log"
done
"${CLANG:-clang}" -target bpfeb -mcpu=v3 -O2 -g -Wall -Wextra -Werror \
	-I"/usr/include/$(gcc -print-multiarch)" -Iinclude -Ibpf -c bpf/spamweir.bpf.c \
	-o "$out/spamweir.bpf.o" 2>"$out/log"
note $? "bpf/spamweir.bpf.c for big-endian BPF" "$out/log"

sources=(user/base/*.c user/config/*.c user/feed/*.c user/policy/*.c
	user/kernel/gate.c user/kernel/gate_change.c)
objects=()
for source in "${sources[@]}"; do
	object=$out/${source%.c}.o
	mkdir -p "$(dirname "$object")"
	"$cc" "${flags[@]}" -c "$source" -o "$object" 2>"$out/log"
	code=$?
	[ "$code" = 0 ] || note "$code" "$source for s390x" "$out/log"
	objects+=("$object")
done
[ "$failed" = 0 ] || {
	echo "bigendian: $passed passed, $failed failed, $skipped skipped"
	exit 1
}

mapfile -t libraries < <(find "$root" -name '*.so.*' -type f)
for source in tests/unit/base/test_*.c tests/unit/feed/test_*.c tests/unit/policy/test_*.c; do
	program=$out/$(basename "$source" .c)
	"$cc" "${flags[@]}" -Wno-error "$source" "${objects[@]}" "${libraries[@]}" -lm -lpthread \
		-o "$program" 2>"$out/log" || {
		note 1 "$source for s390x" "$out/log"
		continue
	}
	timeout -k 10 600 qemu-s390x -L /usr/s390x-linux-gnu \
		-E LD_LIBRARY_PATH="$root/usr/lib/s390x-linux-gnu:$root/lib/s390x-linux-gnu" \
		"$program" >"$program.log" 2>&1
	note $? "$source on s390x" "$program.log"
	mapfile -t without < <(sed -n 's/^\[  SKIPPED \] \([a-z_0-9]*\)$/\1/p' "$program.log" | sort -u)
	[ "${#without[@]}" = 0 ] || printf "skipped: ${source//%/}: %s (qemu-user cannot)\n" "${without[@]}"
	skipped=$((skipped + ${#without[@]}))
done
echo "bigendian: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
