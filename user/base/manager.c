// SPDX-License-Identifier: GPL-2.0
#include "base/manager.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"

/* Its size, or -errno. A name that begins with @ is one of Linux' abstract sockets. */
static int address_of(const char *path, struct sockaddr_un *address)
{
	size_t size = strlen(path);

	if ((path[0] != '/' && path[0] != '@') || size >= sizeof(address->sun_path))
		return -EAFNOSUPPORT;
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(address->sun_path, path, size);
	if (path[0] == '@')
		address->sun_path[0] = '\0';
	return offsetof(struct sockaddr_un, sun_path) + size;
}

/* A manager whose queue is full is waited for, but not for ever: the loop is to go on. */
static int send_to(const char *path, const char *state)
{
	const struct timeval patience = { .tv_sec = 1 };
	struct sockaddr_un address;
	int size = address_of(path, &address), fd, err = 0;

	if (size < 0)
		return size;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) ||
	    sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&address,
		   size) < 0)
		err = -errno;
	close(fd);
	return err;
}

void sw_manager_tell(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	int err = path ? send_to(path, state) : 0;

	if (err)
		sw_warn("%s: the service manager cannot be told \"%s\": %s", path, state,
			strerror(-err));
}

__u64 sw_manager_watchdog_ms(__u64 most)
{
	const char *text = getenv("WATCHDOG_USEC");
	__u64 half = text ? strtoull(text, NULL, 10) / 2000 : 0;

	return half && half < most ? half : most;
}
