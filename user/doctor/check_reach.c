// SPDX-License-Identifier: GPL-2.0
/*
 * Whether the servers of lists and of notices can be reached: their names are looked up, and a
 * TCP connection is opened and closed, all at once. Nothing is sent.
 */
#include "doctor/checks.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

#define PATIENCE_MS 3000 /* for all names, and then for all connections */
#define SERVERS 512

struct server {
	const char *whose, *name; /* "feed", and its name */
	char host[256], port[8];
	struct gaicb asked;
	const struct addrinfo *to; /* of its addresses, the next to be tried */
	int fd;			   /* -1: nothing is under way */
	int err;		   /* errno; 0: it answers */
	int gai;		   /* EAI_, of the name */
};

/* That libcurl takes. */
static const char *default_port(const char *url, bool proxy)
{
	static const struct {
		const char *scheme, *port;
	} known[] = { { "http://", "80" },
		      { "https://", "443" },
		      { "smtp://", "25" },
		      { "smtps://", "465" } };
	size_t i;

	if (proxy && strncmp(url, "https://", 8))
		return "1080";
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strncmp(url, known[i].scheme, strlen(known[i].scheme)))
			return known[i].port;
	}
	return NULL;
}

/* "https://user@host:port/path", "[2001:db8::1]:port": false if it is of no server. */
static bool take_apart(const char *url, bool proxy, struct server *out)
{
	const char *port = default_port(url, proxy), *begin, *end, *at;
	size_t size;

	if (!port)
		return false;
	begin = strstr(url, "://") + strlen("://");
	end = begin + strcspn(begin, "/?#");
	at = memrchr(begin, '@', end - begin);
	begin = at ? at + 1 : begin;
	if (*begin == '[') {
		size = strcspn(++begin, "]");
		at = begin + size + 1;
	} else {
		size = strcspn(begin, ":/?#");
		at = begin + size;
	}
	if (begin + size > end || size >= sizeof(out->host))
		return false;
	snprintf(out->host, sizeof(out->host), "%.*s", (int)size, begin);
	if (at < end && *at == ':' && at + 1 < end)
		snprintf(out->port, sizeof(out->port), "%.*s", (int)(end - at - 1), at + 1);
	else
		snprintf(out->port, sizeof(out->port), "%s", port);
	return size > 0;
}

static void add(struct server *server, size_t *count, const char *whose, const char *name,
		const char *url, const struct sw_fetch_config *how)
{
	struct server *next = &server[*count];

	if (!url || *count == SERVERS || !take_apart(how->proxy ?: url, how->proxy, next))
		return;
	next->whose = whose;
	next->name = name;
	next->fd = -1;
	next->err = ETIMEDOUT;
	next->asked = (struct gaicb){ .ar_name = next->host, .ar_service = next->port };
	(*count)++;
}

static size_t list_servers(const struct sw_config *config, struct server *server)
{
	size_t count = 0, i;

	for (i = 0; i < config->feeds; i++)
		add(server, &count, "feed", config->feed[i].name, config->feed[i].url,
		    &config->feed[i].fetch);
	for (i = 0; i < config->notices.receivers; i++) {
		const struct sw_notice_receiver *receiver = &config->notices.receiver[i];

		add(server, &count, "receiver", receiver->name, receiver->webhook ?: receiver->mail,
		    &receiver->how);
	}
	return count;
}

/* Looks all names up; one that is not found in time is abandoned. */
static void look_up(struct server *server, size_t count)
{
	struct gaicb *asked[SERVERS];
	const __u64 end = sw_monotonic_ms() + PATIENCE_MS;
	struct timespec left;
	__u64 now;
	size_t i;

	for (i = 0; i < count; i++)
		asked[i] = &server[i].asked;
	if (getaddrinfo_a(GAI_NOWAIT, asked, count, NULL))
		return;
	for (i = 0; i < count; i++) {
		while ((server[i].gai = gai_error(asked[i])) == EAI_INPROGRESS &&
		       (now = sw_monotonic_ms()) < end) {
			left.tv_sec = (end - now) / 1000;
			left.tv_nsec = (end - now) % 1000 * 1000000;
			gai_suspend((const struct gaicb *const *)&asked[i], 1, &left);
		}
		if (server[i].gai == EAI_INPROGRESS)
			gai_cancel(asked[i]);
	}
}

/* With the first of its addresses to which that can be begun. */
static void begin(struct server *server)
{
	const struct addrinfo *to;

	while (server->err && (to = server->to)) {
		server->to = to->ai_next;
		server->fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (server->fd < 0) {
			server->err = errno;
			continue;
		}
		server->err = connect(server->fd, to->ai_addr, to->ai_addrlen) ? errno : 0;
		if (server->err == EINPROGRESS) {
			server->err = ETIMEDOUT;
			return;
		}
		close(server->fd);
		server->fd = -1;
	}
}

/* What became of it: connected, or the next address. */
static void go_on(struct server *server)
{
	socklen_t size = sizeof(server->err);

	getsockopt(server->fd, SOL_SOCKET, SO_ERROR, &server->err, &size);
	close(server->fd);
	server->fd = -1;
	begin(server);
}

static void connect_all(struct server *server, size_t count)
{
	const __u64 end = sw_monotonic_ms() + PATIENCE_MS;
	struct pollfd wait[SERVERS];
	size_t i, open;
	__u64 now;

	for (i = 0; i < count; i++) {
		server[i].to = server[i].gai ? NULL : server[i].asked.ar_result;
		begin(&server[i]);
	}
	do {
		for (i = open = 0; i < count; i++) {
			wait[i] = (struct pollfd){ .fd = server[i].fd, .events = POLLOUT };
			open += server[i].fd >= 0;
		}
		now = sw_monotonic_ms();
		if (!open || now >= end || poll(wait, count, end - now) <= 0)
			break;
		for (i = 0; i < count; i++) {
			if (server[i].fd >= 0 && wait[i].revents)
				go_on(&server[i]);
		}
	} while (open);
}

static bool find(struct server *server, struct sw_findings *out)
{
	char mend[512];

	if (server->fd >= 0)
		close(server->fd);
	if (server->gai) {
		snprintf(mend, sizeof(mend), "getent ahosts %s", server->host);
		sw_find(out, SW_FOUND_WARNING, mend, "%s %s: the name %s is not found: %s",
			server->whose, server->name, server->host,
			server->gai == EAI_INPROGRESS ? "no resolver answers in time"
						      : gai_strerror(server->gai));
	} else if (server->err) {
		/* Not its URL: that may hold a token. */
		snprintf(mend, sizeof(mend), "nc -vz %s %s", server->host, server->port);
		sw_find(out, SW_FOUND_WARNING, mend, "%s %s: %s does not answer on port %s: %s",
			server->whose, server->name, server->host, server->port,
			strerror(server->err));
	}
	return server->gai || server->err;
}

void sw_check_reach(const struct sw_patient *patient, struct sw_findings *out)
{
	/* A name that is looked up still when nobody waits any more is written here. */
	static struct server server[SERVERS];
	size_t count, found = 0, i;

	if (!patient->config)
		return;
	count = list_servers(patient->config, server);
	if (count) {
		look_up(server, count);
		connect_all(server, count);
	}
	for (i = 0; i < count; i++)
		found += find(&server[i], out);
	if (count && !found)
		sw_find(out, SW_FOUND_OK, NULL, "the %zu servers of lists and notices answer",
			count);
	for (i = 0; i < count; i++) {
		if (!server[i].gai && server[i].asked.ar_result)
			freeaddrinfo(server[i].asked.ar_result);
	}
}
