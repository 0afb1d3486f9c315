#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# base.sh BUILD REV [TARGET...]: builds another revision in BUILD/base-REV, by its
# own Makefile, with its host (see packet/build.h) and the targets; prints where.
#
# Its tests/bench is this tree's, for an older one lacks what is measured today.
# Only product.c, which knows the code of the product, stays its own, if it has one
# that can be built.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: base.sh BUILD REV [TARGET...]}")
rev=${2:?usage: base.sh BUILD REV [TARGET...]}
fail() {
	echo "bench: BASE=$rev: $*" >&2
	exit 1
}

commit=$(git -C "$here" rev-parse --quiet --verify --short=12 "$rev^{commit}") ||
	fail "no revision of this git repository; see: git log --oneline"
tree=$build/base-$commit
product=tests/bench/packet/product.c

if [ ! -d "$tree" ]; then
	rm -rf "$tree.new"
	mkdir "$tree.new"
	git -C "$here/../.." archive "$commit" | tar -x -C "$tree.new"
	[ ! -e "$tree.new/$product" ] || cp -p "$tree.new/$product" "$tree.new/own-product.c"
	mv "$tree.new" "$tree"
fi
grep -qs bench.mk "$tree/Makefile" || fail "is older than the first one that can be measured"
# With their times: what has not changed is not built again.
rm -rf "$tree/tests/bench"
cp -a "$here" "$tree/tests/bench"

make_base() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -C "$tree" -j"$(nproc)" BUILD=.build \
		bench-host "$@" >&2
}

make_with_own() {
	[ -e "$tree/own-product.c" ] || return 1
	cp -p "$tree/own-product.c" "$tree/$product"
	make_base "$@" && return
	cp -p "$here/packet/product.c" "$tree/$product"
	touch "$tree/$product"
	return 1
}

echo "building $rev ($commit) to compare with" >&2
make_with_own "${@:3}" || make_base "${@:3}" ||
	fail "cannot be built for this tree's benchmarks: packet/product.c must know both"
echo "$tree/.build"
