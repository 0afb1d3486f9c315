// SPDX-License-Identifier: GPL-2.0
#include "worker/remote.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/text.h"
#include "base/version.h"

#define ANSWER_MS 30000 /* however busy the machine is */
#define AGAIN_MS 1000	/* of a worker that did not answer the last time */

static const char *worker;
static int patience_ms = ANSWER_MS;

void sw_remote_use(const char *path)
{
	worker = path && *path ? path : NULL;
}

bool sw_remote_used(void)
{
	return worker;
}

/* Relative paths of a config are of this directory. */
static int pack(const struct sw_child_order *order, struct sw_wire *wire)
{
	struct sw_sandbox sandbox = order->sandbox;
	char *here = getcwd(NULL, 0);

	if (!here)
		return -errno;
	sw_wire_text(wire, here);
	SW_WIRE(wire, sandbox);
	sw_wire_text(wire, sandbox.root);
	order->kind->carry(wire, order->ctx);
	free(here);
	return wire->err;
}

/* An order may be longer than a message. */
static int to_memory(const struct sw_child_order *order)
{
	struct sw_wire wire = { 0 };
	int err = pack(order, &wire), fd = -1;

	if (!err) {
		fd = memfd_create("spamweir-order", MFD_CLOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	if (!err) {
		ssize_t got = write(fd, wire.bytes, wire.size);

		err = got < 0 ? -errno : got == (ssize_t)wire.size ? 0 : -ENOSPC;
	}
	sw_wire_free(&wire);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

/* Where nobody accepts, connections wait when many have come before. */
static int connect_to(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	const struct timeval most = { patience_ms / 1000, patience_ms % 1000 * 1000 };
	int fd, err = 0;

	if (strlen(path) >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	strcpy(to.sun_path, path);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err = errno == EAGAIN ? -ETIMEDOUT : -errno;
	if (err)
		close(fd);
	return err ? err : fd;
}

static int ask(int connection, struct sw_remote_request *request, const int *fds, size_t count)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * SW_REMOTE_DESCRIPTORS)];
		struct cmsghdr align;
	} control = { { 0 } };
	struct iovec part = { request, sizeof(*request) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = CMSG_SPACE(sizeof(int) * count),
	};
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int) * count);
	memcpy(CMSG_DATA(header), fds, sizeof(int) * count);
	if (sendmsg(connection, &message, MSG_NOSIGNAL) >= 0)
		return 0;
	return errno == EAGAIN ? -ETIMEDOUT : -errno;
}

/* The worker is not believed more than those it starts. */
static int hear(int connection, int milliseconds, struct sw_remote_answer *answer)
{
	struct pollfd wait = { .fd = connection, .events = POLLIN };
	char said[sizeof(answer->error.text)];
	ssize_t got = -1;
	int ready;

	do
		ready = poll(&wait, 1, milliseconds);
	while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	if (!ready)
		return -ETIMEDOUT;
	got = recv(connection, answer, sizeof(*answer), MSG_TRUNC);
	if (got < 0)
		return -errno;
	if (!got)
		return -ECONNRESET;
	if (got != sizeof(*answer) || answer->err > 0 || answer->err < -4095)
		return -EBADMSG;
	answer->error.text[sizeof(answer->error.text) - 1] = '\0';
	strcpy(said, answer->error.text);
	sw_printable(answer->error.text, sizeof(answer->error.text), said);
	return 0;
}

/* Asks who listens at `path`, with as many descriptors as the request says. *connection is the
 * caller's, or -1. */
static int have_answered(const char *path, struct sw_remote_request *request, const int *fds,
			 int *connection, pid_t *pid, struct sw_error *error)
{
	struct sw_remote_answer answer = { 0 };
	int fd = connect_to(path), err = fd < 0 ? fd : 0;

	strncpy(request->version, sw_version, sizeof(request->version) - 1);
	if (!err)
		err = ask(fd, request, fds, SW_REMOTE_DESCRIPTORS - !request->pipe);
	if (!err)
		err = hear(fd, patience_ms, &answer);
	patience_ms = err == -ETIMEDOUT ? AGAIN_MS : ANSWER_MS;
	if (err)
		sw_fail(error, err,
			"%s: spamweir's worker, which reads lists and sends notices, does not answer: "
			"%s; `systemctl restart spamweir-worker.socket` starts it",
			path, strerror(-err));
	else if (answer.err)
		err = sw_fail(error, answer.err, "%s", answer.error.text);
	if (err && fd >= 0)
		close(fd);
	*connection = err ? -1 : fd;
	*pid = answer.pid;
	return err;
}

int sw_remote_begin(const struct sw_child_order *order, __u32 seconds, int out, int *connection,
		    struct sw_error *error)
{
	struct sw_remote_request request = { .seconds = seconds, .pipe = order->pipe >= 0 };
	const int memory = to_memory(order);
	const int fds[SW_REMOTE_DESCRIPTORS] = { memory, out, order->pipe };
	pid_t pid;
	int err;

	*connection = -1;
	if (memory < 0)
		return sw_fail(error, memory, "an order to spamweir's worker: %s",
			       strerror(-memory));
	strncpy(request.kind, order->kind->name, sizeof(request.kind) - 1);
	err = have_answered(worker, &request, fds, connection, &pid, error);
	close(memory);
	return err;
}

int sw_remote_look(const char *path, pid_t *pid, struct sw_error *error)
{
	struct sw_remote_request request = { 0 };
	const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const int fds[SW_REMOTE_DESCRIPTORS] = { null, null, -1 };
	int connection, err;

	if (null < 0)
		return sw_fail(error, -errno, "/dev/null: %s", strerror(errno));
	err = have_answered(path, &request, fds, &connection, pid, error);
	if (!err)
		close(connection);
	close(null);
	return err;
}

int sw_remote_ended(int connection, int milliseconds, int *status)
{
	struct sw_remote_answer answer = { 0 };

	if (hear(connection, milliseconds, &answer))
		return -ECHILD;
	*status = answer.status;
	return 0;
}
