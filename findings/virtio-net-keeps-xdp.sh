#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# virtio-net has no XDP for a large MTU, but lets the MTU be raised while a program is
# there. On Linux 6.1 it then refuses to have the program taken off, which the kernel
# does not reckon with: it takes the link away, with a WARNING, and says 0. From then on
# nothing shows the program, and the NIC goes on dropping by it, with the MTU back at
# 1500, too, until another program is attached and taken off.
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
mkdir -p root/dev root/m
for name in virtio_ring virtio_pci_modern_dev virtio_pci_legacy_dev virtio virtio_pci failover \
	net_failover virtio_net; do
	n=$((${n:-10} + 1))
	cp "$(find package -name "$name.ko" -print -quit)" "root/m/$n.ko"
done

cat >init.c <<'END'
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FRAMES 5
#define TEST_TYPE 0x88b5 /* IEEE's, for experiments */

static int sys_bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

static void set(const char *nic, int request, int value)
{
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq ask = {};

	strcpy(ask.ifr_name, nic);
	if (request == SIOCSIFMTU)
		ask.ifr_mtu = value;
	else
		ask.ifr_flags = value;
	if (ioctl(fd, request, &ask))
		perror("ioctl");
	close(fd);
}

static int open_packets(const char *nic)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_protocol = htons(TEST_TYPE),
				       .sll_ifindex = if_nametoindex(nic) };
	int fd = socket(AF_PACKET, SOCK_RAW, htons(TEST_TYPE));

	bind(fd, (void *)&address, sizeof(address));
	return fd;
}

/* Frames of eth1 that arrive at eth0. */
static int arrive(void)
{
	int from = open_packets("eth1"), to = open_packets("eth0"), i, count = 0;
	struct pollfd poll_to = { .fd = to, .events = POLLIN };
	unsigned char frame[64] = { 255, 255, 255, 255, 255, 255, 2, [12] = 0x88, [13] = 0xb5 };

	for (i = 0; i < FRAMES; i++)
		send(from, frame, sizeof(frame), 0);
	while (count < FRAMES && poll(&poll_to, 1, 3000) > 0)
		count += recv(to, frame, sizeof(frame), 0) > 0;
	close(from);
	close(to);
	return count;
}

/* What `ip link` shows. */
static int shown(void)
{
	struct { struct nlmsghdr header; struct ifinfomsg info; } ask = {
		.header = { sizeof(ask), RTM_GETLINK, NLM_F_REQUEST },
		.info = { .ifi_index = if_nametoindex("eth0") } };
	static char answer[65536];
	int fd = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE), size;
	struct rtattr *attribute = (void *)(answer + sizeof(ask));

	send(fd, &ask, sizeof(ask), 0);
	size = recv(fd, answer, sizeof(answer), 0) - sizeof(ask);
	close(fd);
	for (; RTA_OK(attribute, size); attribute = RTA_NEXT(attribute, size)) {
		struct rtattr *in = RTA_DATA(attribute);

		if ((attribute->rta_type & NLA_TYPE_MASK) == IFLA_XDP && in->rta_type == IFLA_XDP_ATTACHED)
			return *(unsigned char *)RTA_DATA(in);
	}
	return -1;
}

int main(void)
{
	const struct bpf_insn drop[] = { { BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, XDP_DROP },
					 { BPF_JMP | BPF_EXIT } };
	union bpf_attr load = { .prog_type = BPF_PROG_TYPE_XDP, .insn_cnt = 2,
				.insns = (long)drop, .license = (long)"GPL" };
	union bpf_attr attach = { .link_create = { .attach_type = BPF_XDP,
						   .flags = XDP_FLAGS_DRV_MODE } };
	union bpf_attr detach = {};
	char path[] = "/m/00.ko";
	int i, first, with, code;

	mount("dev", "/dev", "devtmpfs", 0, NULL);
	dup2(open("/dev/console", O_WRONLY), 1);
	setvbuf(stdout, NULL, _IONBF, 0);
	for (i = 11; i <= 18; i++) {
		path[3] = '0' + i / 10, path[4] = '0' + i % 10;
		syscall(SYS_finit_module, open(path, O_RDONLY), "", 0);
	}
	set("eth0", SIOCSIFFLAGS, IFF_UP);
	set("eth1", SIOCSIFFLAGS, IFF_UP);
	first = arrive();
	attach.link_create.prog_fd = sys_bpf(BPF_PROG_LOAD, &load);
	attach.link_create.target_ifindex = if_nametoindex("eth0");
	detach.link_detach.link_fd = sys_bpf(BPF_LINK_CREATE, &attach);
	with = arrive();
	printf("@@ %d frames without a program, %d with one that drops\n", first, with);
	set("eth0", SIOCSIFMTU, 9000);
	code = sys_bpf(BPF_LINK_DETACH, &detach);
	close(detach.link_detach.link_fd);
	close(attach.link_create.prog_fd);
	printf("@@ MTU raised, link detached: %d; program shown on the NIC: %d; frames: %d\n", code,
	       shown(), arrive());
	set("eth0", SIOCSIFMTU, 1500);
	printf("@@ MTU back: frames: %d\n", arrive());
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
Linux 6.1.192-2: 5 frames without a program, 0 with one that drops
Linux 6.1.192-2: MTU raised, link detached: 0; program shown on the NIC: 0; frames: 0
Linux 6.1.192-2: MTU back: frames: 0
END
cmp -s said expected || {
	echo "changed: expected" >&2
	cat expected >&2
	exit 1
}
