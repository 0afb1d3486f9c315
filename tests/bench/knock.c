// SPDX-License-Identifier: GPL-2.0
/*
 * knock NIC MAC LISTED FIRST COUNT: of COUNT sources from the address FIRST on a SYN to port
 * 25 of a host that nobody lists, and one to LISTED; frames are sent to MAC from NIC.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/ip.h>
#include <linux/tcp.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define BATCH 256	 /* even */
#define CLEAN 0xc6121901 /* 198.18.25.1 */
#define SMTP 25

struct frame {
	struct ether_header ethernet;
	struct iphdr ip;
	struct tcphdr tcp;
} __attribute__((packed));

static struct frame frame[BATCH];
static struct iovec piece[BATCH];
static struct mmsghdr message[BATCH];

static __attribute__((noreturn)) void die(const char *what)
{
	fprintf(stderr, "knock: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void prepare(const struct ether_addr *mac)
{
	int i;

	for (i = 0; i < BATCH; i++) {
		frame[i] = (struct frame){
			.ethernet.ether_type = htons(ETHERTYPE_IP),
			.ip = { .version = 4,
				.ihl = 5,
				.ttl = 64,
				.protocol = IPPROTO_TCP,
				.tot_len = htons(sizeof(struct iphdr) + sizeof(struct tcphdr)) },
			.tcp = { .dest = htons(SMTP), .source = htons(40000), .doff = 5, .syn = 1 },
		};
		memcpy(frame[i].ethernet.ether_dhost, mac, ETH_ALEN);
		frame[i].ethernet.ether_shost[0] = 2;
		piece[i] = (struct iovec){ &frame[i], sizeof(frame[i]) };
		message[i].msg_hdr = (struct msghdr){ .msg_iov = &piece[i], .msg_iovlen = 1 };
	}
}

static void send_all(int fd, int count)
{
	int done = 0, sent;

	while (done < count) {
		sent = sendmmsg(fd, message + done, count - done, 0);
		if (sent < 0 && errno != ENOBUFS && errno != EINTR)
			die("send");
		done += sent > 0 ? sent : 0;
	}
}

static int open_nic(const char *nic)
{
	struct sockaddr_ll at = { .sll_family = AF_PACKET, .sll_ifindex = if_nametoindex(nic) };
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || !at.sll_ifindex || bind(fd, (struct sockaddr *)&at, sizeof(at)))
		die(nic);
	return fd;
}

int main(int argc, char **argv)
{
	const struct ether_addr *mac;
	unsigned long count, i;
	struct in_addr listed, first;
	int fd, filled = 0;

	if (argc != 6 || !(mac = ether_aton(argv[2])) || !inet_aton(argv[3], &listed) ||
	    !inet_aton(argv[4], &first)) {
		fprintf(stderr, "usage: knock NIC MAC LISTED FIRST COUNT\n");
		return 2;
	}
	prepare(mac);
	fd = open_nic(argv[1]);
	count = 2 * strtoul(argv[5], NULL, 10);
	for (i = 0; i < count; i++) {
		frame[filled].ip.saddr = htonl(ntohl(first.s_addr) + i / 2);
		frame[filled].ip.daddr = i % 2 ? listed.s_addr : htonl(CLEAN);
		frame[filled].tcp.seq = htonl(i / 2 * 2654435761U);
		if (++filled == BATCH || i + 1 == count) {
			send_all(fd, filled);
			filled = 0;
		}
	}
	return 0;
}
