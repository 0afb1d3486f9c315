#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# former.sh DIR: the last spamweir of state version 2, built from this clone's
# history as DIR/spamweir-2. Fails where the history is not at hand.
set -eu
dir=$(realpath "${1:?usage: former.sh DIR}")
revision=4aa8614a9ace89d4bd792abbac09f32971fc937d

[ -x "$dir/spamweir-2" ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$(dirname "$(realpath "$0")")/../.."
git cat-file -e "$revision^{commit}" 2>/dev/null
git archive "$revision" bpf include user tests/bench/bench.mk Makefile | tar -x -C "$work"
make -s -C "$work" -j"$(nproc)" BUILD="$work/build" all >/dev/null 2>&1
mv "$work/build/spamweir" "$dir/spamweir-2"
