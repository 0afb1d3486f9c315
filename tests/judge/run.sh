#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD: spamweir replay against an independent judge, as root: golden replays, captures
# and lists of others, random cases by a fixed and by a fresh seed. The last line counts.
set -eu
build=$(realpath "${1:?usage: run.sh BUILD}")
cd "$(dirname "$0")"

skip()
{
	echo "skipped: judge: $1"
	echo "judge: 0 passed, 0 failed, 1 skipped"
	exit 0
}

[ "$(id -u)" -eq 0 ] || skip "replay runs BPF programs and needs root"
/usr/bin/python3 -c 'import yaml' 2>/dev/null || skip "python3-yaml is not installed"
exec /usr/bin/python3 -B rounds.py suite "$build/spamweir" "$build/tests/judge"
