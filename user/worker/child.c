// SPDX-License-Identifier: GPL-2.0
#include "worker/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "worker/remote.h"

#define PIPE_SIZE (1 << 18)
#define STATUS_MS 30000 /* until it is known how one died */

/* The first that a child sends: whether it is confined, and at work. */
struct hello {
	int err;
	struct sw_error error;
};

void sw_child_send(const void *from, size_t size)
{
	const char *at = from;
	ssize_t got;

	while (size) {
		got = write(SW_CHILD_OUT, at, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			_exit(1);
		at += got;
		size -= got;
	}
}

static void reset_signals(void)
{
	sigset_t none;
	int number;

	for (number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static int place(int from, int to)
{
	return dup2(from, to) < 0 ? -errno : 0;
}

/* Out of the way first, so that none takes the place of another. */
static int keep_descriptors(int out, int pipe)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC), fd, err = 0;
	int high_out = fcntl(out, F_DUPFD_CLOEXEC, 16);
	int high_pipe = pipe < 0 ? null : fcntl(pipe, F_DUPFD_CLOEXEC, 16);

	if (null < 0 || high_out < 0 || high_pipe < 0)
		return -errno;
	for (fd = 0; fd < 3 && !err; fd++)
		err = place(null, fd);
	if (!err)
		err = place(high_out, SW_CHILD_OUT);
	if (!err && pipe < 0)
		close(SW_CHILD_PIPE);
	else if (!err)
		err = place(high_pipe, SW_CHILD_PIPE);
	if (!err && close_range(pipe < 0 ? SW_CHILD_PIPE : SW_CHILD_PIPE + 1, ~0U, 0))
		err = -errno;
	return err;
}

void sw_child_live(const struct sw_child_order *order, int out, pid_t parent, int err,
		   const struct sw_error *error)
{
	struct hello hello = { .err = err };

	reset_signals();
	if (err)
		hello.error = *error;
	else if (order->kind->prepare)
		hello.err = order->kind->prepare(order->ctx, &hello.error);
	if (!hello.err)
		hello.err = keep_descriptors(out, order->pipe);
	else if (place(out, SW_CHILD_OUT))
		_exit(1);
	if (!hello.err && order->kind->unconfined)
		hello.err = sw_sandbox_none(parent, &hello.error);
	else if (!hello.err)
		hello.err = sw_sandbox_enter(&order->sandbox, parent, &hello.error);
	sw_child_send(&hello, sizeof(hello));
	if (!hello.err)
		order->kind->work(order->ctx);
	_exit(!!hello.err);
}

int sw_child_hear(struct sw_child *child, struct sw_error *error)
{
	struct hello hello;
	char safe[sizeof(hello.error.text)];
	int err = sw_child_read(child, &hello, sizeof(hello), error);

	if (err)
		return err;
	hello.error.text[sizeof(hello.error.text) - 1] = '\0';
	if (!hello.err)
		return 0;
	if (hello.err > 0 || hello.err < -4095)
		return sw_fail(error, -EBADMSG,
			       "what a confined process says first is no greeting");
	if (hello.error.text[0])
		return sw_fail(error, hello.err, "%s",
			       sw_printable(safe, sizeof(safe), hello.error.text));
	return sw_fail(error, hello.err, "a confined process: %s", strerror(-hello.err));
}

/* A list of a million entries goes through this: with a larger pipe, few waits. */
static void widen_pipe(int end)
{
	fcntl(end, F_SETPIPE_SZ, PIPE_SIZE);
}

static int fork_it(const struct sw_child_order *order, int out, pid_t *pid, struct sw_error *error)
{
	pid_t parent = getpid();

	*pid = fork();
	if (!*pid)
		sw_child_live(order, out, parent, 0, NULL);
	return *pid < 0 ? sw_fail(error, -errno, "fork: %s", strerror(errno)) : 0;
}

int sw_child_begin(const struct sw_child_order *order, __u32 seconds, struct sw_child *child,
		   struct sw_error *error)
{
	struct sw_child begun = SW_NO_CHILD;
	int ends[2], err;

	*child = SW_NO_CHILD;
	if (pipe2(ends, O_CLOEXEC))
		return sw_fail(error, -errno, "pipe: %s", strerror(errno));
	if (sw_remote_used())
		err = sw_remote_begin(order, seconds, ends[1], &begun.remote, error);
	else
		err = fork_it(order, ends[1], &begun.pid, error);
	close(ends[1]);
	if (err) {
		close(ends[0]);
		return err;
	}
	widen_pipe(ends[0]);
	begun.out = ends[0];
	begun.until = sw_monotonic_ms() + seconds * 1000ULL;
	*child = begun;
	return 0;
}

int sw_child_start(const struct sw_child_order *order, __u32 seconds, struct sw_child *child,
		   struct sw_error *error)
{
	int err = sw_child_begin(order, seconds, child, error);

	if (!err)
		err = sw_child_hear(child, error);
	if (err)
		sw_child_end(child);
	return err;
}

static int say_how_it_died(struct sw_child *child, struct sw_error *error)
{
	int status = 0;

	if (child->remote >= 0 && sw_remote_ended(child->remote, STATUS_MS, &status))
		return sw_fail(error, -ECHILD,
			       "the worker ended, and with it the confined process that read it");
	while (child->pid && waitpid(child->pid, &status, 0) < 0 && errno == EINTR)
		;
	child->pid = 0;
	if (WIFSIGNALED(status))
		return sw_fail(error, -ECHILD,
			       "the confined process that read it was killed by signal %d (%s)",
			       WTERMSIG(status), strsignal(WTERMSIG(status)));
	return sw_fail(error, -ECHILD,
		       "the confined process that read it ended with code %d and no result",
		       WEXITSTATUS(status));
}

/* 0 once there is something to read, or the end of it. */
static int wait_for(const struct sw_child *child, struct sw_error *error)
{
	struct pollfd wait = { .fd = child->out, .events = POLLIN };
	__u64 now;
	int ready;

	do {
		now = sw_monotonic_ms();
		if (now >= child->until)
			return sw_fail(error, -ETIMEDOUT,
				       "the confined process that read it took too long, and was "
				       "killed");
		ready = poll(&wait, 1, child->until - now);
	} while (!ready || (ready < 0 && errno == EINTR));
	return ready < 0 ? sw_fail(error, -errno, "poll: %s", strerror(errno)) : 0;
}

int sw_child_read(struct sw_child *child, void *to, size_t size, struct sw_error *error)
{
	char *at = to;
	ssize_t got;
	int err;

	while (size) {
		err = wait_for(child, error);
		if (err)
			return err;
		got = read(child->out, at, size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return sw_fail(error, -errno, "read: %s", strerror(errno));
		if (!got)
			return say_how_it_died(child, error);
		at += got;
		size -= got;
	}
	return 0;
}

void sw_child_end(struct sw_child *child)
{
	if (child->pid) {
		kill(child->pid, SIGKILL);
		while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (child->remote >= 0)
		close(child->remote);
	if (child->out >= 0)
		close(child->out);
	*child = SW_NO_CHILD;
}
