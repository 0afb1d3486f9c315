#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# mailers.sh BUILD [PYTEST ARGUMENT...]: Debian's mail programs as legitimate senders that are
# slowed as suspects, and a table of how each took it, which is BUILD/mailers.md, too. What
# cannot be installed is skipped, and counted. WORKERS=N tries N of them at a time: most of the
# minutes it takes they wait.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
build=$(realpath "${1:?usage: mailers.sh BUILD [PYTEST ARGUMENT...]}")
shift
export MAILERS=$build/mailers.md LONGEST=${LONGEST:-7200} WORKERS=${WORKERS:-4}

: >"$MAILERS"
failed=0
"$here/e2e/run.sh" "$build" test_mailers.py "$@" || failed=$?
rows=$(sort "$MAILERS")
cat >"$MAILERS" <<HEAD
| program | arrived | within | tries | SYNs | dropped | new tries after, s | tries again, here | as it comes | what it says of it |
|---|---|---|---|---|---|---|---|---|---|
$rows
HEAD
cat "$MAILERS"
exit "$failed"
