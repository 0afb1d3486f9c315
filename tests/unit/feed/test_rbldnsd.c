// SPDX-License-Identifier: GPL-2.0
/*
 * Zones of rbldnsd, read here and by rbldnsd itself: both are asked for the same
 * addresses, and have the same answers. Skipped without that program.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "copy_fixture.h"

#define RBLDNSD "/usr/sbin/rbldnsd"
#define ZONE "zone.example"

struct server {
	pid_t pid;
	int socket;
	unsigned asked;
};

static unsigned free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void start(struct server *server, const char *type)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	char bind_to[32], zone[64];
	unsigned port = free_port();

	snprintf(bind_to, sizeof(bind_to), "127.0.0.1/%u", port);
	snprintf(zone, sizeof(zone), ZONE ":%s:list.txt", type);
	server->pid = fork();
	if (!server->pid) {
		if (freopen("log", "w", stdout))
			dup2(1, 2);
		execl(RBLDNSD, RBLDNSD, "-n", "-c", "0", "-b", bind_to, "-w", dir, zone, NULL);
		_exit(127);
	}
	server->socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	address.sin_port = htons(port);
	assert_int_equal(connect(server->socket, (struct sockaddr *)&address, sizeof(address)), 0);
	server->asked = 0;
}

static void stop(struct server *server)
{
	int status;

	kill(server->pid, SIGTERM);
	waitpid(server->pid, &status, 0);
	close(server->socket);
}

static __u8 *put_label(__u8 *at, const char *text, size_t size)
{
	*at++ = size;
	memcpy(at, text, size);
	return at + size;
}

/* Octets, or half octets, backwards. */
static __u8 *put_address(__u8 *at, const struct sw_prefix *address)
{
	char text[8];
	int i;

	for (i = 0; i < (address->family == SW_IPV4 ? 4 : 32); i++) {
		if (address->family == SW_IPV4)
			snprintf(text, sizeof(text), "%u",
				 (unsigned)(address->address >> 8 * i & 255));
		else
			snprintf(text, sizeof(text), "%x",
				 (unsigned)(address->address >> 4 * i & 15));
		at = put_label(at, text, strlen(text));
	}
	return at;
}

/* It is asked again until it answers, for it may be reading its zone yet. */
static bool is_listed(struct server *server, const struct sw_prefix *address)
{
	__u8 query[512] = { 0 }, answer[512], *at = query + 12;
	struct pollfd ready = { .fd = server->socket, .events = POLLIN };
	int tries;

	query[0] = ++server->asked >> 8;
	query[1] = server->asked;
	query[5] = 1; /* question */
	at = put_address(at, address);
	at = put_label(put_label(at, "zone", 4), "example", 7);
	*at++ = 0;
	memcpy(at, "\0\1\0\1", 4); /* A, IN */
	at += 4;
	for (tries = 0; tries < 300; tries++) {
		if (send(server->socket, query, at - query, 0) > 0 && poll(&ready, 1, 100) == 1 &&
		    recv(server->socket, answer, sizeof(answer), 0) >= 12 &&
		    !memcmp(answer, query, 2))
			return answer[6] || answer[7];
		usleep(5000); /* it does not listen yet */
	}
	fail_msg("rbldnsd does not answer");
	return false;
}

static int covers(void *ctx, const struct sw_feed_found *found)
{
	(void)ctx, (void)found;
	return 1;
}

static void compare(const char *type, enum sw_format format, const char *zone,
		    const char *const *address, size_t addresses)
{
	struct sw_feed_config feed = a_list();
	struct sw_feed_copy copy;
	struct server server;
	struct sw_prefix prefix;
	bool here, there;
	size_t i;

	feed.format = format;
	feed.max_width[SW_IPV4] = feed.max_width[SW_IPV6] = 0;
	feed.may_be_empty = true;
	copy = copy_of(&feed, zone);
	start(&server, type);
	for (i = 0; i < addresses; i++) {
		assert_int_equal(sw_prefix_parse(address[i], strlen(address[i]), &prefix), 0);
		here = sw_feed_copy_find(&copy, &prefix, covers, NULL);
		there = is_listed(&server, &prefix);
		if (here != there) {
			stop(&server);
			fail_msg("%s: %s is %slisted by rbldnsd, in a zone\n%s", type, address[i],
				 there ? "" : "not ", zone);
		}
	}
	stop(&server);
	sw_feed_copy_close(&copy);
}

/* Ends of ranges, and what is next to them, at every length. */
static const char *const near[] = {
	"198.18.0.0",	"198.18.0.1",	"198.18.0.2",	"198.18.0.3",	"198.18.0.4",
	"198.18.0.7",	"198.18.0.8",	"198.18.0.31",	"198.18.0.32",	"198.18.0.63",
	"198.18.0.64",	"198.18.0.127", "198.18.0.128", "198.18.0.255", "198.18.1.0",
	"198.18.1.255", "198.18.2.1",	"198.18.3.255", "198.18.4.0",	"198.18.15.7",
	"198.18.16.7",	"198.18.127.9", "198.18.128.9", "198.18.255.1", "198.19.0.0",
	"198.19.255.1", "198.20.0.1",	"198.31.1.1",	"198.127.1.1",	"198.128.1.1",
	"198.255.1.1",	"199.0.0.1",
};

static const char *const near6[] = {
	"2001:db8::",	   "2001:db8::1",      "2001:db8::2",	  "2001:db8::3",
	"2001:db8::ff",	   "2001:db8::100",    "2001:db8:0:1::",  "2001:db8:1::",
	"2001:db8:1:1::5", "2001:db8:7fff::1", "2001:db8:8000::", "2001:db8:ffff::1",
	"2001:db9::1",	   "2001::1",	       "2002::1",	  "3000::1",
};

static void what_is_known_of_each_type(void **state)
{
	(void)state;
	compare("ip4set", SW_FORMAT_IP4SET,
		"$SOA 3000 ns.example.net host.example.net 0 600 300 86400 300\n"
		":2:listed, see http://example.net/$\n# a comment\n"
		"198.18.0.1\n!198.18.0.0/24\n198.18.1\n198.18.2-3 a text\n198.18.4.0/22 ; text\n"
		"198.18.15.7-9 :3:other\n!198.18.128\n198.18.128.9\n198.19/16\n198.20.0.1:x\n"
		"198.31.1.17/28\n198.127.1.1 - 198.128.1.1\n! 198.19.255.1\n0198.255.1.1\n",
		near, sizeof(near) / sizeof(near[0]));
	compare("ip4set", SW_FORMAT_IP4SET,
		"198.18.0.0/26\n!198.18.0.0/25\n198.18.0.0/22\n!198.18.0.0/17\n198.18/15\n"
		"!198.16/12\n$MAXRANGE4 /24\n198.128/16\n199.0.0.1\n!198.19.0/23\n",
		near, sizeof(near) / sizeof(near[0]));
	compare("ip4trie", SW_FORMAT_IP4TRIE,
		"198.18.0.1\n!198.18.0.1\n!198.18.0.2\n198.18.0.2\n198.18.0.0/25\n!198.18.0.0/26\n"
		"198.18.0.7 :abc\n198.18.1\n198.18.3.1-255\n!198/8\n198.16/12\n198.18.15.6/31\n",
		near, sizeof(near) / sizeof(near[0]));
	compare("ip6trie", SW_FORMAT_IP6TRIE,
		":127.0.1.2:listed\n2001:db8/32\n!2001:db8:1\n2001:db8:1:1\n2001:db8::1/127\n"
		"!2001:db8::2\n2001:db8::2\n2001:db8::3:2:x\n2002::/16:2:x\n2001\n3000::1 # it\n"
		"!2001:db8:8000/33\n3001::1\n3001::2\n3001::3\n3001::4\n3001::5\n",
		near6, sizeof(near6) / sizeof(near6[0]));
	compare("combined", SW_FORMAT_RBLDNSD,
		"$DATASET ip4set:one one @\n198.18.0.1\n!198.18.0.2\n198.18.0.0/30\n"
		"$DATASET ip4set:two two\n198.18.0.64\n$DATASET dnset:three @\nexample.net\n"
		"$DATASET ip6trie @\n2001:db8::1\n",
		near, sizeof(near) / sizeof(near[0]));
}

static __u32 random_state = 1;

static __u32 below(__u32 most)
{
	random_state = random_state * 1103515245 + 12345;
	return (random_state >> 8) % most;
}

static char *random_entry(char *at, bool set)
{
	__u32 length = 8 + below(25), address, i;

	at += sprintf(at, "%s", below(3) ? "" : "!");
	if (set && !below(4)) {
		i = below(250);
		return at + sprintf(at, "198.18.%u.%u-%u\n", below(3), i, i + below(256 - i));
	}
	if (set && !below(6))
		return at + sprintf(at, "198.18.0.%u-198.%u.%u.%u\n", below(256), 18 + below(3),
				    1 + below(255), below(256));
	address = 198U << 24 | (below(2) ? 18 : below(256)) << 16 | below(3) << 8 | below(256);
	address &= ~0U << (32 - length);
	return at + sprintf(at, "%u.%u.%u.%u/%u\n", address >> 24, address >> 16 & 255,
			    address >> 8 & 255, address & 255, length);
}

static void random_zones_have_the_same_answers(void **state)
{
	char zone[4096], *at;
	int round, i;

	(void)state;
	for (round = 0; round < 24; round++) {
		for (i = 0, at = zone; i < 30; i++)
			at = random_entry(at, round % 2);
		compare(round % 2 ? "ip4set" : "ip4trie",
			round % 2 ? SW_FORMAT_IP4SET : SW_FORMAT_IP4TRIE, zone, near,
			sizeof(near) / sizeof(near[0]));
	}
}

static int make_open_dir(void **state)
{
	if (access(RBLDNSD, X_OK)) {
		print_message("%s: not there\n", RBLDNSD);
		skip();
	}
	return make_dir(state) || chmod(dir, 0755);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_of_each_type),
		cmocka_unit_test(random_zones_have_the_same_answers),
	};

	return cmocka_run_group_tests(tests, make_open_dir, remove_dir);
}
