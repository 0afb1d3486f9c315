#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [SERIES[@SUITE]]...: boots Debian's kernels in QEMU, without KVM,
# and in each loads, judges and forwards as guest/ says. SERIES is "6.1" or
# "newest"; with @SUITE it is looked for in that suite of Debian. Default, or
# KERNELS from the environment: 6.1 and 6.12. VERBOSE=1 lists every check.
# Nothing is installed but the tools below: kernels are fetched and unpacked.
set -uo pipefail
export LC_ALL=C

here=$(dirname "$(realpath "$0")")
. "$here/fetch.sh"
. "$here/image.sh"

build=$(realpath "${1:?usage: run.sh BUILD [SERIES[@SUITE]]...}")
shift
[ $# -gt 0 ] || read -ra kernels <<<"${KERNELS:-6.1 6.12}"
[ $# = 0 ] || kernels=("$@")

packages="qemu-system-x86 busybox-static cpio xz-utils zstd ethtool iproute2 bpftool"
seconds=240 # a guest may take
failed=0
totals=(0 0 0)
skips=()

install_tools() {
	local package missing=()

	for package in $packages; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done
	[ "${#missing[@]}" -gt 0 ] || return 0
	echo "installing: ${missing[*]}"
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${missing[@]}" >/dev/null
}

# Joins the guest's NICs 0 and 2, and 1 and 3, by taps with two queues. Needs
# a network namespace that is nobody else's.
wire() {
	local i

	sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	for i in 0 1; do
		ip link add "wire$i" mtu 9000 type bridge mcast_snooping 0 || return 1
		ip link set "wire$i" up
	done
	for i in 0 1 2 3; do
		ip tuntap add "nic$i" mode tap multi_queue || return 1
		ip link set "nic$i" mtu 9000 master "wire$((i % 2))" up
	done
}

# boot DIRECTORY INITRD LOG: runs a guest until it ends.
boot() {
	local i nics=()

	for i in 0 1 2 3; do
		nics+=(-netdev "tap,id=nic$i,ifname=nic$i,queues=2,script=no,downscript=no"
		       -device "virtio-net-pci,netdev=nic$i,mac=52:54:00:00:00:0$i,mq=on,vectors=6,romfile=")
	done
	wire || return 1
	exec timeout -k 5 "$seconds" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 \
		-m 1024 -nodefaults -no-user-config -no-reboot -display none -serial "file:$3" \
		-kernel "$1/vmlinuz" -initrd "$2" "${nics[@]}" \
		-append "console=ttyS0 quiet panic=-1 rdinit=/init"
}
export -f boot wire
export seconds

count() {
	grep -c "^@@ $2 " "$1"
}

# report LOG NAME SECONDS: the line of one kernel, and what went wrong in it.
report() {
	local log=$1 name=$2 took=$3 verified p f s reason

	[ -z "${VERBOSE:-}" ] || sed -n 's/^@@ \(pass\|took\)/  \1/p' "$log"
	sed -n 's/^@@ fail/  FAIL/p' "$log"
	p=$(count "$log" pass) f=$(count "$log" fail) s=$(count "$log" skip)
	if ! grep -q '^@@ end' "$log"; then
		echo "  FAIL the guest did not come to its end within $seconds s"
		f=$((f + 1))
	fi
	verified=$(awk '/^@@ verified / { if ($4 > most[$3]) most[$3] = $4 }
			END { for (role in most) printf ", %s %d", role, most[role] }' "$log")
	while read -r reason; do
		skips+=("$name: $reason")
	done < <(sed -n 's/^@@ skip //p' "$log")
	[ "$f" = 0 ] || { failed=1; echo "  serial output: $log"; }
	echo "$name: $p passed, $f failed, $s skipped, $took s; verified instructions${verified:- unknown}" |
		sed 's/instructions,/instructions:/'
	totals=($((totals[0] + p)) $((totals[1] + f)) $((totals[2] + s)))
}

run_kernel() {
	local kernel=$1 directory name work begun=$SECONDS

	if ! directory=$(fetch_kernel "$kernel"); then
		echo "$kernel: FAIL: not fetched"
		failed=1 totals[1]=$((totals[1] + 1))
		return
	fi
	name=$(basename "$directory")
	work=$results/$name
	rm -rf "$work"
	mkdir -p "$work"
	make_image "$results/tools.cpio" "$directory" "$work"
	begun=$SECONDS
	unshare --net bash -c 'boot "$@"' boot "$directory" "$work/initrd" "$work/serial" \
		</dev/null >"$work/qemu" 2>&1 &
	guest=$!
	wait "$guest"
	tr -d '\r' <"$work/serial" >"$work/log" 2>/dev/null
	[ -s "$work/log" ] || cat "$work/qemu"
	report "$work/log" "$name" $((SECONDS - begun))
	rm -f "$work"/*.cpio "$work/initrd" "$work/serial"
}

if [ "$(dpkg --print-architecture)" != amd64 ]; then
	echo "kernels: 0 passed, 0 failed, 1 skipped: the guests are for amd64"
	exit 0
fi
[ "$(id -u)" = 0 ] || { echo "kernels: must be run as root" >&2; exit 1; }
install_tools || exit 1
results=$build/tests/kernels/guests
guest=
trap '[ -z "$guest" ] || kill "$guest" 2>/dev/null' EXIT
trap 'exit 130' INT TERM
rm -rf "$results"
mkdir -p "$results"
make_tools "$build" "$results/tools" "$here" || exit 1
archive "$results/tools" >"$results/tools.cpio" || exit 1
rm -r "$results/tools"

for kernel in "${kernels[@]}"; do
	run_kernel "$kernel"
done
rm -f "$results/tools.cpio"
[ "${#skips[@]}" = 0 ] || printf 'skipped: %s\n' "${skips[@]}"
printf 'kernels: %d passed, %d failed, %d skipped in %d kernels\n' "${totals[@]}" "${#kernels[@]}"
[ "$failed" = 0 ]
