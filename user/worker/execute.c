// SPDX-License-Identifier: GPL-2.0
#include "worker/execute.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"

#define SAID_MAX 256
#define NOT_RUN 127

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

int sw_execute(char *const *argv, const char *text, unsigned seconds, struct sw_error *error)
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
