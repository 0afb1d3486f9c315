#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh BUILD [SERIES[@SUITE]]...: boots Debian's kernels in QEMU, without KVM,
# and in each loads, judges and forwards as guest/ says. SERIES is "6.1" or
# "newest"; with @SUITE it is looked for in that suite of Debian. Default, or
# KERNELS from the environment: 6.1, 6.12 and newest, which is the newest of all
# suites. VERBOSE=1 lists every check, PARTS=attach,shared runs those of guest/.
# Nothing is installed but the tools below: kernels are fetched and unpacked.
set -uo pipefail
export LC_ALL=C

here=$(dirname "$(realpath "$0")")
. "$here/fetch.sh"
. "$here/image.sh"
. "$here/../install.sh"

build=$(realpath "${1:?usage: run.sh BUILD [SERIES[@SUITE]]...}")
shift
[ $# -gt 0 ] || read -ra kernels <<<"${KERNELS:-6.1 6.12 newest}"
[ $# = 0 ] || kernels=("$@")

packages="qemu-system-x86 busybox-static cpio xz-utils zstd ethtool iproute2 bpftool xdp-tools"
seconds=1800 # a guest may take on a loaded machine; a tenth of it is usual
failed=0
totals=(0 0 0)
skips=()

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

# Each kernel is booted twice: with two processors and NICs
# for traffic, and with one where programs are test-run. Each test run has the
# kernel patch its XDP dispatcher, and without KVM another processor can run into
# a breakpoint that is no longer there, and panic. One for itself cannot. Where
# that happens while programs are replaced, the guest is booted once more, with
# one thread for both processors.
# shellcheck disable=SC2054 # each is one word, which the guest takes apart
declare -A all_parts=(
	[traffic]=attach,traffic,capture,vlan,replace,jumbo,shared,unload,repair,bond,log
	[testrun]=load,packets,log
)

# boot GUEST DIRECTORY INITRD LOG: runs a guest until it ends.
boot() {
	local i more=(-smp 1)

	if [ "$1" = traffic ]; then
		wire || return 1
		more=(-smp 2)
		for i in 0 1 2 3; do
			more+=(-netdev "tap,id=nic$i,ifname=nic$i,queues=2,script=no,downscript=no"
			       -device "virtio-net-pci,netdev=nic$i,mac=52:54:00:00:00:0$i,mq=on,vectors=6,romfile=")
		done
	fi
	exec timeout -k 5 "$seconds" qemu-system-x86_64 -accel "tcg,thread=$threads" -cpu max "${more[@]}" \
		-m 1024 -nodefaults -no-user-config -no-reboot -display none -serial "file:$4" \
		-kernel "$2/vmlinuz" -initrd "$3" \
		-append "console=ttyS0 quiet panic=-1 rdinit=/init parts=$parts"
}
export -f boot wire
threads=multi
export seconds threads

count() {
	grep -c "^@@ $2 " "$1"
}

why_not() {
	grep -m 1 -o 'Kernel panic.*' "$1" || echo "within $seconds s it did not end, or QEMU did"
}

tripped() {
	grep -q ' int3: 0000 ' "$1" 2>/dev/null && ! grep -q '^@@ end' "$1"
}

# report LOG NAME SECONDS: the line of one kernel, and what went wrong in it.
report() {
	local log=$1 name=$2 took=$3 verified p f s reason

	[ -z "${VERBOSE:-}" ] || sed -n 's/^@@ \(pass\|took\)/  \1/p' "$log"
	sed -n 's/^@@ fail/  FAIL/p; s/^@@ note/  note:/p' "$log"
	p=$(count "$log" pass) f=$(count "$log" fail) s=$(count "$log" skip)
	if ! grep -q '^@@ end' "$log"; then
		echo "  FAIL the guest did not come to its end: $(why_not "$log")"
		f=$((f + 1))
	fi
	verified=$(awk '/^@@ verified / { if ($4 > most[$3]) most[$3] = $4 }
			END { for (role in most) printf ", %s %d", role, most[role] }' "$log")
	while read -r reason; do
		skips+=("$name: $reason")
	done < <(sed -n 's/^@@ skip //p' "$log")
	[ "$f" = 0 ] || { failed=1; echo "  serial output: $log"; }
	echo "$name: $p passed, $f failed, $s skipped, $took s${verified:+; verified instructions$verified}" |
		sed 's/instructions,/instructions:/'
	totals=($((totals[0] + p)) $((totals[1] + f)) $((totals[2] + s)))
}

# Which is the newest depends on the mirror; what is asked for by number must be.
not_fetched() {
	echo "$1: $2"
	if [ "${1%@*}" = newest ]; then
		skips+=("$1: $2") totals[2]=$((totals[2] + 1))
	else
		failed=1 totals[1]=$((totals[1] + 1))
	fi
}

# The parts of a guest that were asked for.
wanted() {
	local part some=

	for part in ${all_parts[$1]//,/ }; do
		[[ -n ${PARTS:-} && ",$PARTS," != *",$part,"* ]] || some+=,$part
	done
	echo "${some#,}"
}

# start NAME GUEST: in the background, beside as many others as there are processors, for
# a guest waits for much of its time.
start() {
	local parts work=$results/$1

	parts=$(wanted "$2")
	[ -n "$parts" ] || return 0
	export parts
	[ "${#guests[@]}" -le "$(nproc)" ] || await
	unshare --net bash -c 'boot "$@"' boot "$2" "$cache/$1" "$work/initrd" "$work/$2.serial" \
		</dev/null >"$work/$2.qemu" 2>&1 &
	guests+=("$! $1 $2 $SECONDS")
}

# Waits for the guest that began first, and reports it.
await() {
	local pid name guest begun

	read -r pid name guest begun <<<"${guests[0]}"
	wait "$pid"
	guests=("${guests[@]:1}")
	if [ "$threads" = multi ] && [ "$guest" = traffic ] && tripped "$results/$name/$guest.serial"; then
		echo "$name: once more, in one thread: QEMU tripped over patched code"
		again+=("$name")
	else
		finish "$name" "$guest" $((SECONDS - begun))
	fi
}

await_all() {
	while [ "${#guests[@]}" != 0 ]; do
		await
	done
}

# finish NAME GUEST SECONDS
finish() {
	local log=$results/$1/$2.log

	tr -d '\r' <"$results/$1/$2.serial" >"$log" 2>/dev/null
	[ -s "$log" ] || cat "$results/$1/$2.qemu"
	report "$log" "$1, $2" "$3"
}

run_kernel() {
	local kernel=$1 directory name

	if ! directory=$(fetch_kernel "$kernel"); then
		not_fetched "$kernel" "it could not be fetched"
		return
	fi
	name=$(basename "$directory")
	if [ -e "$results/$name" ]; then
		not_fetched "$kernel" "no newer one than $name could be fetched"
		return
	fi
	mkdir -p "$results/$name"
	make_image "$results/tools.cpio" "$directory" "$results/$name"
	start "$name" traffic
	start "$name" testrun
}

if [ "$(dpkg --print-architecture)" != amd64 ]; then
	echo "kernels: 0 passed, 0 failed, 1 skipped: the guests are for amd64"
	exit 0
fi
[ "$(id -u)" = 0 ] || { echo "kernels: must be run as root" >&2; exit 1; }
# shellcheck disable=SC2086 # a list
install_packages $packages || exit 1
results=$build/tests/kernels/guests
guests=() # of each its process, kernel, name, and when it began
again=()
trap '[ "${#guests[@]}" = 0 ] || kill "${guests[@]%% *}" 2>/dev/null' EXIT
trap 'exit 130' INT TERM
rm -rf "$results"
mkdir -p "$results"
make_tools "$build" "$results/tools" "$here" || exit 1
archive "$results/tools" >"$results/tools.cpio" || exit 1
rm -r "$results/tools"

for kernel in "${kernels[@]}"; do
	run_kernel "$kernel"
done
await_all
threads=single
for name in "${again[@]}"; do
	start "$name" traffic
done
await_all
rm -f "$results"/*.cpio "$results"/*/*.cpio "$results"/*/initrd "$results"/*/*.serial
[ "${#skips[@]}" = 0 ] || printf 'skipped: %s\n' "${skips[@]}"
printf 'kernels: %d passed, %d failed, %d skipped in %d kernels\n' "${totals[@]}" "${#kernels[@]}"
[ "$failed" = 0 ]
