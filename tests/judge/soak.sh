#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# soak.sh BUILD SECONDS: random cases until the time is up, as root. Goes on after a failure; the
# cases that fail are kept in BUILD/tests/judge, the first of them also made small.
set -eu
build=$(realpath "${1:?usage: soak.sh BUILD SECONDS}")
seconds=${2:?usage: soak.sh BUILD SECONDS}
cd "$(dirname "$0")"
exec /usr/bin/python3 -B rounds.py soak "$build/spamweir" "$build/tests/judge" "$seconds"
