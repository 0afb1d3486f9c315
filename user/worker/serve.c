// SPDX-License-Identifier: GPL-2.0
#include "worker/serve.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/manager.h"
#include "base/version.h"
#include "worker/remote.h"

#define CLIENTS 128 /* more wait until one has gone */
#define LATE_S 600  /* a child's time is kept by who asked for it; this is for who sleeps */
#define FIRST_PASSED 3
#define BEAT_MS 10000 /* or as often as systemd's watchdog wants it */

struct client {
	int connection; /* -1: there is none */
	pid_t pid;	/* 0: it has not asked yet */
	int pidfd;	/* -1 */
};

struct server {
	const struct sw_child_kind *const *kinds;
	size_t count;
	int listening;
	__u64 beat; /* in ms of CLOCK_MONOTONIC: when it tells again that it goes round */
	struct client client[CLIENTS];
};

/* What came with a request: -1 where there is none. */
struct passed {
	int order, out, pipe;
};

/* In the child. */

static int read_whole(int fd, struct sw_wire *wire)
{
	struct stat st;
	ssize_t got;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EBADMSG;
	wire->bytes = malloc(st.st_size + 1);
	if (!wire->bytes)
		return -ENOMEM;
	got = pread(fd, wire->bytes, st.st_size, 0);
	if (got < 0)
		return -errno;
	wire->size = got;
	return 0;
}

static int unpack(const struct sw_child_kind *kind, const struct passed *passed,
		  struct sw_child_order *order)
{
	struct sw_wire wire = { .reading = true, .pipe = passed->pipe };
	int err = read_whole(passed->order, &wire);
	const char *here;

	*order = (struct sw_child_order){
		.kind = kind,
		.pipe = passed->pipe,
		.ctx = calloc(1, kind->size),
	};
	if (err || !order->ctx)
		return err ?: -ENOMEM;
	here = sw_wire_text(&wire, NULL);
	SW_WIRE(&wire, order->sandbox);
	order->sandbox.root = sw_wire_text(&wire, NULL);
	kind->carry(&wire, order->ctx);
	if (wire.err)
		return wire.err;
	if (!here || wire.at != wire.size)
		return -EBADMSG;
	return chdir(here) ? -errno : 0;
}

static __attribute__((noreturn)) void live(const struct sw_child_kind *kind, __u32 seconds,
					   const struct passed *passed, pid_t parent)
{
	struct sw_child_order order;
	struct sw_error why = { 0 };
	int err = unpack(kind, passed, &order);

	if (err)
		sw_fail(&why, err, "what the worker is to do cannot be read: %s", strerror(-err));
	alarm(seconds + LATE_S);
	sw_child_live(&order, passed->out, parent, err, &why);
}

/* In the worker. */

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* Who does not read it has gone. */
static void answer(const struct client *client, const struct sw_remote_answer *what)
{
	send(client->connection, what, sizeof(*what), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void forget(struct client *client)
{
	shut(&client->connection);
	shut(&client->pidfd);
	client->pid = 0;
}

static void reap(struct client *client)
{
	struct sw_remote_answer ended = { 0 };

	while (waitpid(client->pid, &ended.status, 0) < 0 && errno == EINTR)
		;
	answer(client, &ended);
	forget(client);
}

static void cut_off(struct client *client)
{
	if (client->pid)
		kill(client->pid, SIGKILL);
	while (client->pid && waitpid(client->pid, NULL, 0) < 0 && errno == EINTR)
		;
	forget(client);
}

static void take_descriptors(struct msghdr *message, struct passed *passed)
{
	struct cmsghdr *header;
	int fd[SW_REMOTE_DESCRIPTORS] = { -1, -1, -1 };
	size_t size;

	for (header = CMSG_FIRSTHDR(message); header; header = CMSG_NXTHDR(message, header)) {
		if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
			continue;
		size = header->cmsg_len - CMSG_LEN(0);
		memcpy(fd, CMSG_DATA(header), size < sizeof(fd) ? size : sizeof(fd));
	}
	*passed = (struct passed){ fd[0], fd[1], fd[2] };
}

static int hear(int connection, struct sw_remote_request *request, struct passed *passed)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int) * SW_REMOTE_DESCRIPTORS)];
		struct cmsghdr align;
	} control;
	struct iovec part = { request, sizeof(*request) };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t got = recvmsg(connection, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	*passed = (struct passed){ -1, -1, -1 };
	if (got <= 0)
		return got ? -errno : -ECONNRESET;
	take_descriptors(&message, passed);
	request->version[sizeof(request->version) - 1] = '\0';
	request->kind[sizeof(request->kind) - 1] = '\0';
	if (got != sizeof(*request) || message.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ||
	    passed->order < 0 || passed->out < 0 || request->pipe > 1 ||
	    (passed->pipe >= 0) != request->pipe)
		return -EBADMSG;
	return 0;
}

static const struct sw_child_kind *find(const struct server *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (!strcmp(s->kinds[i]->name, name))
			return s->kinds[i];
	}
	return NULL;
}

static int begin(struct server *s, struct client *client, const struct sw_remote_request *request,
		 const struct passed *passed, struct sw_error *error)
{
	const struct sw_child_kind *kind = find(s, request->kind);
	pid_t parent = getpid();

	if (strcmp(request->version, sw_version))
		return sw_fail(error, -EPROTO,
			       "spamweir's worker is of version %s, and who asks of %s; `systemctl "
			       "restart spamweir-worker spamweir` makes them one",
			       sw_version, request->version);
	if (!request->kind[0])
		return 0;
	if (!kind)
		return sw_fail(error, -EBADMSG, "spamweir's worker knows no `%s`", request->kind);
	client->pid = fork();
	if (!client->pid)
		live(kind, request->seconds, passed, parent);
	if (client->pid > 0)
		client->pidfd = (int)syscall(SYS_pidfd_open, client->pid, 0);
	if (client->pid > 0 && client->pidfd >= 0)
		return 0;
	return sw_fail(error, -errno, "spamweir's worker cannot start a process: %s",
		       strerror(errno));
}

/* Also hears that it goes. */
static void attend(struct server *s, struct client *client)
{
	struct sw_remote_answer begun = { .pid = getpid() };
	struct sw_remote_request request;
	struct passed passed;
	int err = hear(client->connection, &request, &passed);

	if (!err && client->pid)
		err = -EBADMSG; /* one is enough */
	if (err == -EBADMSG)
		sw_warn("worker: what is asked of it is no request; who asked is cut off");
	if (!err) {
		begun.err = begin(s, client, &request, &passed, &begun.error);
		answer(client, &begun);
	}
	shut(&passed.order);
	shut(&passed.out);
	shut(&passed.pipe);
	if ((err && err != -EAGAIN && err != -EINTR) || (!err && !client->pid) || begun.err)
		cut_off(client);
}

static bool may_ask(int connection)
{
	struct ucred who;
	socklen_t size = sizeof(who);

	if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &who, &size))
		return false;
	if (!who.uid || who.uid == geteuid())
		return true;
	sw_warn("worker: the user %u may not ask anything of it", who.uid);
	return false;
}

static struct client *find_room(struct server *s)
{
	size_t i;

	for (i = 0; i < CLIENTS; i++) {
		if (s->client[i].connection < 0)
			return &s->client[i];
	}
	return NULL;
}

static void let_in(struct server *s)
{
	int connection = accept4(s->listening, NULL, NULL, SOCK_CLOEXEC);

	if (connection >= 0 && may_ask(connection))
		find_room(s)->connection = connection;
	else
		shut(&connection);
}

/* Tells it when that is due. In how many ms it is the next time. */
static int beat(struct server *s)
{
	__u64 now = sw_monotonic_ms();

	if (now >= s->beat) {
		sw_manager_tell("WATCHDOG=1");
		s->beat = now + sw_manager_watchdog_ms(BEAT_MS);
	}
	return s->beat - now;
}

static void go_round(struct server *s)
{
	struct pollfd wait[1 + 2 * CLIENTS];
	int due = beat(s);
	size_t i;

	wait[0] = (struct pollfd){ find_room(s) ? s->listening : -1, POLLIN, 0 };
	for (i = 0; i < CLIENTS; i++) {
		wait[1 + 2 * i] = (struct pollfd){ s->client[i].pidfd, POLLIN, 0 };
		wait[2 + 2 * i] = (struct pollfd){ s->client[i].connection, POLLIN, 0 };
	}
	if (poll(wait, 1 + 2 * CLIENTS, due) <= 0)
		return;
	for (i = 0; i < CLIENTS; i++) {
		if (wait[1 + 2 * i].revents)
			reap(&s->client[i]);
		else if (wait[2 + 2 * i].revents)
			attend(s, &s->client[i]);
	}
	if (wait[0].revents)
		let_in(s);
}

static int take_passed(struct sw_error *error)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");

	if (!pid || atoi(pid) != getpid() || !count || atoi(count) != 1)
		return sw_fail(error, -EINVAL,
			       "no socket is passed (expected that of spamweir-worker.socket; or "
			       "--socket PATH)");
	return FIRST_PASSED;
}

static int listen_at(const char *path, struct sw_error *error)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), err = 0;
	mode_t before;

	if (fd < 0 || strlen(path) >= sizeof(at.sun_path))
		return sw_fail(error, -ENAMETOOLONG, "%s: %s", path,
			       strerror(fd < 0 ? errno : ENAMETOOLONG));
	strcpy(at.sun_path, path);
	unlink(path);
	before = umask(0177);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, SOMAXCONN))
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	umask(before);
	return err ? err : fd;
}

int sw_serve(const struct sw_child_kind *const *kinds, size_t count, const char *path,
	     struct sw_error *error)
{
	struct server *s = calloc(1, sizeof(*s));
	int err;
	size_t i;

	if (!s)
		return -ENOMEM;
	s->kinds = kinds;
	s->count = count;
	for (i = 0; i < CLIENTS; i++)
		s->client[i] = (struct client){ -1, 0, -1 };
	s->listening = path ? listen_at(path, error) : take_passed(error);
	if (s->listening >= 0)
		sw_manager_tell("READY=1");
	while (s->listening >= 0)
		go_round(s);
	err = s->listening;
	free(s);
	return err;
}
