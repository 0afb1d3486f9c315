#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [PYTEST ARGUMENT...]: the tests in network namespaces, e.g.
# tests/e2e/run.sh .build -k reload. All they make ends with them (see lab.sh).
# WORKERS=N runs them N at a time, each worker in a lab of its own; those marked
# `alone` come after, one by one. LONGEST=SECONDS ends them. ROUTING=trixie takes routing
# daemons of Debian 13.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
scripts=$here/../../scripts
build=$(realpath "${1:?usage: run.sh BUILD [PYTEST ARGUMENT...]}")
tools=$build/lab
shift

mkdir -p "$tools"
# Without what these cannot fetch, the tests that need it are skipped.
"$scripts/postfix-tools.sh" "$tools" || echo "e2e: no smtp-source and smtp-sink"
"$here/promtool.sh" "$tools" || echo "e2e: no promtool"
"$scripts/fleet/bird-tools.sh" "$tools" || echo "e2e: no BIRD"
"$here/bgp-tools.sh" "$tools" || echo "e2e: no GoBGP and OpenBGPD"
"$here/frr-tools.sh" "$tools" || echo "e2e: no FRR"
[ "${ROUTING:-}" != trixie ] || "$here/trixie-tools.sh" "$tools" || echo "e2e: no BIRD 3 and FRR 10"
"$here/exim-tools.sh" "$tools" || echo "e2e: no Exim"
"$here/subscribers.sh" "$tools" || echo "e2e: no Kea and FreeRADIUS"
"$here/former.sh" "$tools" || echo "e2e: no binary of state version 2"
if command -v systemd-analyze >/dev/null; then
	for unit in "$scripts"/systemd/*.service; do
		systemd-analyze security --offline=true --no-pager "$unit" |
			sed -n 's/^[^A-Za-z]*Overall/e2e: overall/p'
	done
fi
cc=${CC:-gcc}
"$cc" -O2 -shared -fPIC -o "$tools/bindsrc.so" "$scripts/lab/bindsrc.c"
"$cc" -O2 -shared -fPIC -o "$tools/die.so" "$here/die.c"
"$cc" -O2 -shared -fPIC -o "$tools/pause.so" "$here/pause.c"
"$cc" -O2 -fno-builtin -shared -fPIC -o "$tools/planted.so" "$here/planted.c"
"$cc" -O2 -shared -fPIC -o "$tools/clock.so" "$here/clock.c"
"$cc" -O2 -shared -fPIC -o "$tools/fault.so" "$here/../faults/fault.c"
for other in pass newer; do
	"${CLANG:-clang}" -target bpf -mcpu=v3 -O2 -g "-I/usr/include/$(gcc -print-multiarch)" \
		-c "$here/$other.bpf.c" -o "$tools/$other.o"
done

# shellcheck source=scripts/lab.sh
. "$scripts/lab.sh"
cd "$here"
export SPAMWEIR=$build/spamweir TOOLS=$tools PYTHONDONTWRITEBYTECODE=1

# pytest WORD...: ends with 5 if none of the tests is to be run.
run_pytest() {
	(lab_private timeout -k 10 "${LONGEST:-2400}" /usr/bin/python3 -m pytest -p no:cacheprovider --color=no \
		--tb=short -rs --basetemp="$LAB/tests" "$@")
}

workers=${WORKERS:-1}
if [ "$workers" -gt 1 ] && ! /usr/bin/python3 -c 'import xdist' 2>/dev/null; then
	echo "e2e: one worker, for there is no pytest-xdist (Debian: python3-pytest-xdist)"
	workers=1
fi
if [ "$workers" = 1 ]; then
	run_pytest "$@"
	exit
fi

together=0 alone=0
run_pytest -m "not alone" --tx "$workers*popen//python=$here/worker.sh" --dist load "$@" ||
	together=$?
run_pytest -m alone "$@" || alone=$?
# Either may have nothing to do, but not both.
[ "$alone" != 5 ] || alone=$((together == 5 ? 5 : 0))
[ "$together" != 5 ] || together=$alone
exit $((together ? together : alone))
