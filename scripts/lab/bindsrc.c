// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: TCP clients that cannot choose their source address connect from
 * $BINDSRC, so that one namespace can stand for many subscribers.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

static void bind_source(int fd, const struct sockaddr *to, const char *source)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	int on = 1;

	/* A port is found when the destination is known: no exhaustion. */
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (to->sa_family == AF_INET && inet_pton(AF_INET, source, &v4.sin_addr) == 1)
		bind(fd, (struct sockaddr *)&v4, sizeof(v4));
	else if (to->sa_family == AF_INET6 && inet_pton(AF_INET6, source, &v6.sin6_addr) == 1)
		bind(fd, (struct sockaddr *)&v6, sizeof(v6));
}

int connect(int fd, const struct sockaddr *to, socklen_t length)
{
	int (*next)(int, const struct sockaddr *, socklen_t);
	const char *source = getenv("BINDSRC");

	*(void **)&next = dlsym(RTLD_NEXT, "connect");
	if (source)
		bind_source(fd, to, source);
	return next(fd, to, length);
}
