#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [SUITE...]: Debian packages of what is committed. They are built twice, at
# different places, and must be the same; lintian reads them; then, in a container with
# systemd of each suite (bookworm, trixie), or where there can be none in a guest of QEMU's,
# they are installed, upgraded under traffic, removed and purged, as inside.sh says. Containers
# end with this, whatever happens.
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
# shellcheck source=tests/packages/guest.sh
. "$here/guest.sh"
build=$(realpath "${1:?usage: run.sh BUILD [SUITE...]}")
shift
suites=("$@")
[ $# -gt 0 ] || suites=(bookworm trixie)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/spamweir/roots
work=$build/packages
passed=0
failed=0
skipped=0

pass() { passed=$((passed + 1)); echo "pass: $1"; }
fail() { failed=$((failed + 1)); echo "FAIL: $1"; }
skip() { skipped=$((skipped + 1)); echo "skip: $1"; }

# A builder who keeps other hours, at another place, with another mask.
build_elsewhere() {
	rm -rf "$work/clone" "$work/elsewhere"
	git clone -q "$sources" "$work/clone" &&
		(cd "$work/clone" && umask 027 &&
			TZ=Asia/Tokyo scripts/deb.sh "$work/elsewhere" "$release")
}

check_built_twice() {
	local deb

	for deb in "$work"/here/deb/*.deb; do
		if cmp -s "$deb" "$work/elsewhere/deb/$(basename "$deb")"; then
			pass "$(basename "$deb" | cut -d _ -f 1) is the same, wherever it is built"
		else
			fail "$(basename "$deb") differs, built elsewhere"
		fi
	done
}

# Who builds this for others has an address that others can write to.
check_lintian() {
	local said

	said=$(lintian --allow-root --suppress-tags bogus-mail-host,bogus-mail-host-in-debian-changelog \
		--fail-on error,warning "$work"/here/deb/*.deb 2>&1)
	# shellcheck disable=SC2181 # its output is kept
	if [ $? = 0 ]; then
		pass "lintian has nothing to say"
	else
		fail "lintian: $said"
	fi
}

# The same with a higher version: what an upgrade goes to.
make_newer() {
	local tree=$work/newer

	rm -rf "$tree"
	dpkg-deb -R "$deb" "$tree" && sed -i 's/^Version: .*/&+newer/' "$tree/DEBIAN/control" &&
		dpkg-deb --root-owner-group -b "$tree" "$work/newer.deb" >/dev/null && rm -r "$tree"
}

# As it was before there was a worker: one unit, whose daemon reads lists itself.
make_older() {
	local tree=$work/older units=usr/lib/systemd/system

	rm -rf "$tree"
	dpkg-deb -R "$deb" "$tree" && sed -i 's/^Version: .*/Version: 0.0.1/' "$tree/DEBIAN/control" &&
		rm "$tree/$units"/spamweir-worker.* && cat >"$tree/$units/spamweir.service" <<-U &&
			[Service]
			Type=notify
			ExecStartPre=mkdir -p -m 700 /sys/fs/bpf/spamweir
			ExecStart=spamweir run
			ExecReload=spamweir reload
			StateDirectory=spamweir
			StateDirectoryMode=0700
			[Install]
			WantedBy=multi-user.target
		U
		dpkg-deb --root-owner-group -b "$tree" "$work/older.deb" >/dev/null && rm -r "$tree"
}

# fetch_root SUITE: with what the package depends on.
fetch_root() {
	local suite=$1 names

	names=$(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/[ ,]\+/,/g')
	[ "$suite" != trixie ] || names=$(sed 's/libpcap0.8/libpcap0.8t64/; s/libcurl4/libcurl4t64/' <<<"$names")
	make_root "$suite" "$suite" "$names" 2>"$work/$suite.root.log"
}

try_in() {
	local suite=$1 root=$LAB/root first

	lay_root "$suite" "$root"
	cp "$deb" "$root/root/first.deb"
	cp "$work/newer.deb" "$work/older.deb" "$here/inside.sh" "$root/root/"
	boot "$root" "$work/$suite.log"
	first=$(wait_for_systemd $!) || {
		echo "@@ none $(tail -n 1 "$work/$suite.log")"
		return
	}
	nsenter -t "$first" -a timeout 900 bash /root/inside.sh 2>"$work/$suite.said"
}

# take_results NAME: of stdin. Sets `none`, why there are none.
take_results() {
	local name=$1 line

	none=
	while IFS= read -r line; do
		case $line in
		"@@ pass "*) pass "$name: ${line#@@ pass }" ;;
		"@@ fail "*) fail "$name: ${line#@@ fail }" ;;
		"@@ skip "*) skip "$name: ${line#@@ skip }" ;;
		"@@ none "*) none=${line#@@ none } ;;
		"@@ end") return ;;
		esac
	done
}

check_suite() {
	local suite=$1 none why

	fetch_root "$suite" || { skip "$suite: its packages cannot be fetched: $work/$suite.root.log"; return; }
	take_results "$suite" < <(
		export -f try_in lay_root boot wait_for_systemd
		export cache work here deb
		lab_private bash -c "try_in $suite; echo '@@ end'"
	)
	[ -n "$none" ] || return
	why=$none
	echo "$suite: no systemd in a container here ($why): in QEMU, then"
	take_results "$suite, in QEMU" < <(try_guest "$suite")
	[ -z "$none" ] || skip "$suite: no systemd in a container here: $why; nor in QEMU: $none"
}

install_packages debhelper dpkg-dev fakeroot lintian mandoc mmdebstrap systemd-container \
	qemu-system-x86 busybox-static cpio xz-utils zstd || exit 1
mkdir -p "$work"
MAINTAINER=${MAINTAINER:-spamweir <spamweir@localhost>}
export MAINTAINER
release=$(sed -n 's/^RELEASE := //p' "$sources/Makefile")
if ! "$sources/scripts/deb.sh" "$work/here" "$release" >/dev/null || ! build_elsewhere >/dev/null; then
	echo "packages: they do not build"
	exit 1
fi
deb=$(echo "$work"/here/deb/spamweir_*.deb)
check_built_twice
check_lintian
make_newer || fail "a newer package cannot be made of it"
make_older || fail "an older package cannot be made of it"
for suite in "${suites[@]}"; do
	check_suite "$suite"
done
echo "packages: $passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
