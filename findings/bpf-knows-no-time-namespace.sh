#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# In a time namespace (time_namespaces(7)), clock_gettime(CLOCK_BOOTTIME) and even
# /proc/uptime have the namespace's offset. What BPF programs read of the same clock
# has not, not even one that runs in a process of the namespace: bpftrace's `nsecs`,
# which is bpf_ktime_get_boot_ns(), is the machine's own uptime. Whoever writes ends
# into a map that a program compares with its clock, or holds a program's time stamps
# against the clock, is off by the offset if he runs in such a container. What to take
# off again stands in /proc/self/timens_offsets.
# Seen on Linux 6.18 with bpftrace 0.17.0; this asks the kernel that runs, and needs
# root.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
[ -e /proc/self/ns/time ] || {
	echo "skipped: this kernel has no time namespaces"
	exit 0
}
llvm=1:14.0.6-12
apt-get download -qq -o APT::Sandbox::User=root bpftrace=0.17.0-1 libbpfcc=0.26.0+ds-1 \
	libbpf1=1:1.1.2-0+deb12u1 libclang1-14=$llvm libclang-cpp14=$llvm libllvm14=$llvm \
	libdw1 libedit2 libxml2 libicu72 libz3-4 libffi8
for package in *.deb; do
	dpkg -x "$package" root
done
export LD_LIBRARY_PATH="$work/root/usr/lib/x86_64-linux-gnu" PATH="$work/root/usr/bin:$PATH"
offset=86400
cat >ask <<'END'
clock=$(python3 -c 'import time; print(int(time.clock_gettime(time.CLOCK_BOOTTIME)))')
bpf=$(bpftrace -e 'BEGIN { printf("%lld\n", nsecs / 1000000000); exit() }' 2>/dev/null | sed -n 2p)
echo "$clock $bpf"
END
read -r clock bpf <<END
$(sh ask)
END
read -r inside bpf_inside <<END
$(unshare --time --fork --boottime "$offset" sh ask)
END
echo "Linux $(uname -r), bpftrace 0.17.0, seconds since boot"
echo "outside: clock_gettime $clock, BPF $bpf"
echo "in a namespace with $offset more: clock_gettime $inside, BPF $bpf_inside"

near() {
	[ "$1" -ge "$2" ] && [ "$1" -lt $(($2 + 3600)) ]
}
# shellcheck disable=SC2015 # who comes to the end of the list leaves
near "$bpf" "$clock" && near "$inside" $((clock + offset)) && near "$bpf_inside" "$bpf" || {
	echo "changed: expected BPF's clock without the namespace's offset" >&2
	exit 1
}
