// SPDX-License-Identifier: GPL-2.0
#include "run/job.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* SIGPIPE stays ignored: a job must not die because nobody reads its lines. */
static void reset_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* The result is smaller than a pipe's buffer, so this never waits. If the parent has
 * died, nobody wants it. */
static void tell(int pipe, const struct sw_job_result *result)
{
	_exit(write(pipe, result, sizeof(*result)) == sizeof(*result) ? 0 : 1);
}

int sw_job_start(struct sw_job *job, void (*work)(void *ctx, struct sw_job_result *result),
		 void *ctx, struct sw_error *error)
{
	struct sw_job_result result = {};
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC))
		return sw_fail(error, -errno, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0) {
		sw_fail(error, -errno, "fork: %s", strerror(errno));
		close(ends[0]);
		close(ends[1]);
		return -EAGAIN;
	}
	if (!pid) {
		close(ends[0]);
		reset_signals();
		work(ctx, &result);
		tell(ends[1], &result);
	}
	close(ends[1]);
	*job = (struct sw_job){ .pid = pid, .result = ends[0] };
	return 0;
}

static void say_how_it_died(int status, struct sw_job_result *result)
{
	*result = (struct sw_job_result){ .err = -ECHILD };
	if (WIFSIGNALED(status))
		sw_fail(&result->error, 0, "the process at work was killed by signal %d (%s)",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		sw_fail(&result->error, 0, "the process at work ended with code %d and no result",
			WEXITSTATUS(status));
}

static __u64 to_ms(const struct timeval *time)
{
	return time->tv_sec * 1000ULL + time->tv_usec / 1000;
}

/* How many milliseconds of CPU it took. */
static __u64 reap(struct sw_job *job, int *status)
{
	struct rusage usage = {};

	while (wait4(job->pid, status, 0, &usage) < 0 && errno == EINTR)
		;
	close(job->result);
	*job = SW_NO_JOB;
	return to_ms(&usage.ru_utime) + to_ms(&usage.ru_stime);
}

void sw_job_end(struct sw_job *job, struct sw_job_result *result)
{
	ssize_t got = read(job->result, result, sizeof(*result));
	int status = 0;
	__u64 cpu_ms = reap(job, &status); /* it has nothing left to do but to die */

	if (got != sizeof(*result))
		say_how_it_died(status, result);
	result->cpu_ms = cpu_ms;
}

void sw_job_kill(struct sw_job *job)
{
	int status;

	if (!job->pid)
		return;
	kill(job->pid, SIGKILL);
	reap(job, &status);
}
