#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# readme.sh BUILD [SUITE]: follows Quickstart of the README word for word, in a fresh Debian with
# nothing but systemd and what a NIC or two take: from `make build-deps`, with the network of this
# machine, to the first block that is explained and lifted, in a container with its own. Prints
# what each command took, and all; fails if one of them does.
set -uo pipefail
export LC_ALL=C

here=$(dirname "$(realpath "$0")")
sources=$(dirname "$(dirname "$here")")
# shellcheck source=scripts/lab.sh
. "$sources/scripts/lab.sh"
# shellcheck source=tests/packages/container.sh
. "$here/container.sh"
# shellcheck source=tests/install.sh
. "$here/../install.sh"
build=$(realpath "${1:?usage: readme.sh BUILD [SUITE]}")
suite=${2:-bookworm}
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spamweir/roots
work=$build/readme
minutes=10 # that it is to take, of an engineer who reads meanwhile; on a machine that does nothing else

follow() {
	local root=$LAB/root first

	lay_root "$suite-fresh" "$root"
	mkdir "$root/root/spamweir"
	git -C "$sources" archive HEAD | tar -x -C "$root/root/spamweir"
	cp "$work/install.sh" "$work/follow.sh" "$here/readme-lab.sh" "$root/root/"
	systemd-nspawn --register=no --keep-unit --quiet --directory="$root" --resolv-conf=copy-host \
		bash /root/install.sh </dev/null 2>"$work/install.said"
	boot "$root" "$work/boot.log"
	first=$(wait_for_systemd $!) || {
		echo "@@ none $(tail -n 1 "$work/boot.log")"
		return
	}
	nsenter -t "$first" -a bash /root/follow.sh </dev/null 2>"$work/follow.said"
}

install_packages mmdebstrap systemd-container || exit 1
mkdir -p "$work"
make_root "$suite-fresh" "$suite" ca-certificates 2>"$work/root.log" ||
	{ echo "readme: 0 passed, 0 failed, 1 skipped: no fresh Debian can be made: $work/root.log"; exit 0; }
/usr/bin/python3 -B "$here/readme.py" "$sources/README.md" "$work" || exit 1

passed=0 failed=0 seconds=0 ends=0
while read -r what rest; do
	case $what in
	did)
		read -r took command <<<"$rest"
		seconds=$((seconds + took))
		printf '%5d s  %s\n' "$took" "$command"
		;;
	pass)
		passed=$((passed + 1))
		printf '%5s    %s, %d s from the beginning\n' ok "$rest" "$seconds"
		;;
	fail)
		failed=$((failed + 1))
		echo "FAIL: $rest"
		;;
	none)
		echo "readme: $passed passed, $failed failed, 1 skipped: no systemd in a container here: $rest"
		exit $((failed > 0))
		;;
	end) ends=$((ends + 1)) ;;
	esac
done < <(
	export -f follow lay_root boot wait_for_systemd
	export cache work here sources suite
	lab_private bash -c follow | sed -n 's/\r$//; s/^@@ //p' # a container's console ends lines so
)
[ "$ends" = 2 ] || [ "$failed" -gt 0 ] || { failed=1; echo "FAIL: it did not come to its end: $work"; }
[ "$passed" = 3 ] || { failed=$((failed + 1)); echo "FAIL: $passed of 3 things that it promises were seen"; }
echo "readme: $passed passed, $failed failed; $seconds s, of ${minutes} min"
[ "$failed" = 0 ]
