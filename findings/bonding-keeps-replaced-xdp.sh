#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A bond takes an XDP program and hands it on to its slaves. If another program takes
# its place (BPF_LINK_UPDATE, `ip -force link set bond0 xdp`), the bonding driver of
# Linux 6.1 never lets go of the one before, nor did 6.12.117: it is on no NIC and in no
# process, and stays in the kernel with all maps that it uses until the machine boots.
# So each upgrade of a program leaks it. On a NIC proper nothing is left. A program that is
# taken off, and not replaced, is freed.
# Boots Debian's kernel in QEMU, without KVM.
set -euo pipefail

for tool in qemu-system-x86_64 gcc cpio; do
	if ! command -v "$tool" >/dev/null || [ "$(uname -m)" != x86_64 ]; then
		echo "skipped: needs $tool, on amd64"
		exit 0
	fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root linux-image-6.1.0-56-cloud-amd64=6.1.192-2
dpkg -x linux-image-*.deb package
mkdir -p root/dev root/sys root/m
for name in virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio virtio_pci failover \
	net_failover virtio_net tls bonding; do
	n=$((${n:-10} + 1))
	cp "$(find package -name "$name.ko" -print -quit)" "root/m/$n.ko"
done

cat >init.c <<'END'
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

static int sys_bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static int load(void)
{
	const struct bpf_insn pass[] = { { BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_PASS },
					 { BPF_JMP | BPF_EXIT } };
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2,
				.insns = (long)pass, .license = (long)"GPL" };

	return sys_bpf(BPF_PROG_LOAD, &load);
}

/* Programs that the kernel holds, once it has had time to free others. */
static int count(void)
{
	union bpf_attr next = {};
	int found = 0;

	sleep(2);
	for (; !sys_bpf(BPF_PROG_GET_NEXT_ID, &next); next.start_id = next.next_id)
		found++;
	return found;
}

/* One program, then another in its place, then none. */
static void replace(const char *nic)
{
	union bpf_attr attach = { .link_create = { .attach_type = BPF_XDP,
						   .flags = XDP_FLAGS_DRV_MODE } };
	union bpf_attr update = {}, detach = {};
	int before = count(), first = load(), second = load(), link, during;

	attach.link_create.prog_fd = first;
	attach.link_create.target_ifindex = if_nametoindex(nic);
	link = sys_bpf(BPF_LINK_CREATE, &attach);
	update.link_update.link_fd = detach.link_detach.link_fd = link;
	update.link_update.new_prog_fd = second;
	if (link < 0 || sys_bpf(BPF_LINK_UPDATE, &update))
		perror("@@ link");
	close(first);
	close(second);
	during = count() - before;
	sys_bpf(BPF_LINK_DETACH, &detach);
	close(link);
	printf("@@ %s: %d programs after the second took the place of the first, %d at the end\n",
	       nic, during, count() - before);
}

int main(void)
{
	char path[] = "/m/00.ko";
	int i, slaves;

	mount("dev", "/dev", "devtmpfs", 0, NULL);
	mount("sys", "/sys", "sysfs", 0, NULL);
	dup2(open("/dev/console", O_WRONLY), 1);
	setvbuf(stdout, NULL, _IONBF, 0);
	for (i = 11; i <= 20; i++) {
		path[3] = '0' + i / 10, path[4] = '0' + i % 10;
		syscall(SYS_finit_module, open(path, O_RDONLY),
			i == 20 ? "mode=active-backup miimon=50 max_bonds=1" : "", 0);
	}
	slaves = open("/sys/class/net/bond0/bonding/slaves", O_WRONLY);
	if (write(slaves, "+eth0", 5) != 5)
		perror("@@ slave");
	replace("eth1");
	replace("bond0");
	reboot(RB_POWER_OFF);
}
END
gcc -O2 -static -o root/init init.c
(cd root && find . | cpio --quiet -o -H newc) >initrd
timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nodefaults -no-user-config -no-reboot \
	-display none -serial file:serial -kernel "$(find package -name 'vmlinuz*' -print -quit)" \
	-initrd initrd -append 'console=ttyS0 quiet panic=-1 rdinit=/init' \
	-netdev hubport,id=a,hubid=0 -device virtio-net-pci,netdev=a,romfile= \
	-netdev hubport,id=b,hubid=0 -device virtio-net-pci,netdev=b,romfile= || :
tr -d '\r' <serial | sed -n 's/^@@ /Linux 6.1.192-2: /p' | tee said
cat >expected <<'END'
Linux 6.1.192-2: eth1: 1 programs after the second took the place of the first, 0 at the end
Linux 6.1.192-2: bond0: 2 programs after the second took the place of the first, 1 at the end
END
cmp -s said expected || {
	echo "changed: expected" >&2
	cat expected >&2
	exit 1
}
