// SPDX-License-Identifier: GPL-2.0
#include "worker/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "config/schema.h"
#include "worker/remote.h"

#define SAID_MAX 256
#define NOT_RUN 127
#define GRACE_S 10 /* for who is its parent elsewhere */

struct program {
	pid_t pid;
	int pidfd;
	int in;	 /* its stdin; -1: closed */
	int out; /* its stderr; -1: closed */
	const char *left;
	char said[SAID_MAX];
	size_t size;
	__u64 until;
};

static __attribute__((noreturn)) void live(char *const *argv, int in, int out, pid_t parent)
{
	static char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8",
		NULL
	};
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC), number;
	sigset_t none;

	setpgid(0, 0);
	for (number = 1; number < NSIG; number++)
		signal(number, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent || dup2(in, 0) < 0 ||
	    dup2(null, 1) < 0 || dup2(out, 2) < 0 || close_range(3, ~0U, 0) || chdir("/"))
		_exit(NOT_RUN);
	execve(argv[0], argv, environment);
	dprintf(2, "%s: %s\n", argv[0], strerror(errno));
	_exit(NOT_RUN);
}

static int start(struct program *p, char *const *argv, struct sw_error *error)
{
	int in[2] = { -1, -1 }, out[2] = { -1, -1 }, err = 0;
	pid_t parent = getpid();

	if (pipe2(in, O_CLOEXEC) || pipe2(out, O_CLOEXEC))
		err = sw_fail(error, -errno, "pipe: %s", strerror(errno));
	p->pid = err ? -1 : fork();
	if (!p->pid)
		live(argv, in[0], out[1], parent);
	if (!err && p->pid < 0)
		err = sw_fail(error, -errno, "fork: %s", strerror(errno));
	close(in[0]);
	close(out[1]);
	p->in = in[1];
	p->out = out[0];
	p->pidfd = err ? -1 : (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (!err && (fcntl(p->in, F_SETFL, O_NONBLOCK) || fcntl(p->out, F_SETFL, O_NONBLOCK) ||
		     p->pidfd < 0))
		err = sw_fail(error, -errno, "cannot watch it: %s", strerror(errno));
	return err;
}

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* One that does not want to read all of it has what it needs. */
static void give(struct program *p)
{
	ssize_t got = write(p->in, p->left, strlen(p->left));

	if (got > 0)
		p->left += got;
	if ((got < 0 && errno != EAGAIN && errno != EINTR) || !*p->left)
		shut(&p->in);
}

static void hear(struct program *p)
{
	char rest[256];
	bool room = p->size < SAID_MAX - 1;
	ssize_t got = read(p->out, room ? p->said + p->size : rest,
			   room ? SAID_MAX - 1 - p->size : sizeof(rest));

	if (got > 0 && room)
		p->size += got;
	else if (!got || (got < 0 && errno != EINTR && errno != EAGAIN))
		shut(&p->out);
}

/* 0 once it has ended. */
static int attend(struct program *p)
{
	struct pollfd wait[3] = {
		{ .fd = p->pidfd, .events = POLLIN },
		{ .events = POLLOUT },
		{ .events = POLLIN },
	};
	__u64 now;

	for (;;) {
		now = sw_monotonic_ms();
		if (now >= p->until)
			return -ETIMEDOUT;
		wait[1].fd = p->in;
		wait[2].fd = p->out;
		if (poll(wait, 3, p->until - now) < 0 && errno != EINTR)
			return -errno;
		if (wait[1].revents && p->in >= 0)
			give(p);
		if (wait[2].revents && p->out >= 0)
			hear(p);
		if (wait[0].revents)
			return 0;
	}
}

static int end(struct program *p)
{
	int status = 0;

	kill(-p->pid, SIGKILL); /* and what it has left behind */
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static int judge(struct program *p, int status, struct sw_error *error)
{
	char said[SAID_MAX * 4];

	p->said[p->size] = '\0';
	p->said[strcspn(p->said, "\n")] = '\0';
	sw_printable(said, sizeof(said), p->said);
	if (WIFSIGNALED(status))
		return sw_fail(error, -EIO, "was killed by signal %d (%s)%s%s", WTERMSIG(status),
			       strsignal(WTERMSIG(status)), *said ? ": " : "", said);
	if (WEXITSTATUS(status))
		return sw_fail(error, -EIO, "ended with code %d%s%s", WEXITSTATUS(status),
			       *said ? ": " : "", said);
	return 0;
}

static int run(char *const *argv, const char *text, unsigned seconds, struct sw_error *error)
{
	struct program p = { .in = -1, .out = -1, .pidfd = -1, .left = text };
	int err, status = 0;

	p.until = sw_monotonic_ms() + seconds * 1000ULL;
	err = start(&p, argv, error);
	if (!err)
		err = attend(&p);
	if (p.pid > 0 && !err)
		hear(&p); /* what it said last */
	if (p.pid > 0)
		status = end(&p);
	shut(&p.in);
	shut(&p.out);
	shut(&p.pidfd);
	if (err == -ETIMEDOUT)
		return sw_fail(error, err, "did not end in %u s, and was killed", seconds);
	return err ? err : judge(&p, status, error);
}

/* The same by another process. */

struct execution {
	char *argv[SW_NOTICE_WORDS + 1];
	char *text;
	unsigned seconds;
	struct said {
		int err;
		struct sw_error error;
	} said;
};

static void carry(struct sw_wire *wire, void *ctx)
{
	struct execution *e = ctx;
	int i;

	for (i = 0; i < SW_NOTICE_WORDS; i++)
		e->argv[i] = sw_wire_text(wire, e->argv[i]);
	e->text = sw_wire_text(wire, e->text);
	SW_WIRE(wire, e->seconds);
}

static void work(void *ctx)
{
	struct execution *e = ctx;

	signal(SIGPIPE, SIG_IGN); /* one may not want to read all of its text */
	e->said.err = run(e->argv, e->text, e->seconds, &e->said.error);
	sw_child_send(&e->said, sizeof(e->said));
}

const struct sw_child_kind sw_kind_execute = {
	.name = "execute",
	.size = sizeof(struct execution),
	.carry = carry,
	.work = work,
	.unconfined = true,
};

static int have_it_run(struct execution *e, struct sw_error *error)
{
	const struct sw_child_order order = { .kind = &sw_kind_execute, .pipe = -1, .ctx = e };
	struct sw_child child = SW_NO_CHILD;
	char safe[sizeof(e->said.error.text)];
	int err = sw_child_start(&order, e->seconds + GRACE_S, &child, error);

	if (!err)
		err = sw_child_read(&child, &e->said, sizeof(e->said), error);
	sw_child_end(&child);
	if (err)
		return err;
	e->said.error.text[sizeof(e->said.error.text) - 1] = '\0';
	if (e->said.err > 0 || e->said.err < -4095)
		return sw_fail(error, -EBADMSG, "nobody knows how it ended");
	return e->said.err ? sw_fail(error, e->said.err, "%s",
				     sw_printable(safe, sizeof(safe), e->said.error.text))
			   : 0;
}

int sw_execute(char *const *argv, const char *text, unsigned seconds, struct sw_error *error)
{
	struct execution *e;
	int i, err;

	if (!sw_remote_used())
		return run(argv, text, seconds, error);
	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	for (i = 0; i < SW_NOTICE_WORDS && argv[i]; i++)
		e->argv[i] = argv[i];
	e->text = (char *)text;
	e->seconds = seconds;
	err = have_it_run(e, error);
	free(e);
	return err;
}
