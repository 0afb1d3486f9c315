// SPDX-License-Identifier: GPL-2.0
#include "base/both.h"

#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>

#define STACK (256U << 10)

struct second {
	void (*work)(void *ctx);
	void *ctx;
};

static void *run(void *arg)
{
	struct second *second = arg;

	second->work(second->ctx);
	return NULL;
}

/* Signals are for the first: it knows what to do about them. */
static bool start(struct second *second, pthread_t *thread)
{
	pthread_attr_t attributes;
	sigset_t all, before;
	bool started;

	if (pthread_attr_init(&attributes))
		return false;
	mallopt(M_ARENA_MAX, 1); /* what the other frees would stay with it */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	started = !pthread_attr_setstacksize(&attributes, STACK) &&
		  !pthread_create(thread, &attributes, run, second);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

void sw_do_both(void (*work)(void *ctx), void *first, void *second)
{
	struct second other = { work, second };
	pthread_t thread;
	bool started = sw_own_cpus() > 1 && start(&other, &thread);

	work(first);
	if (started)
		pthread_join(thread, NULL);
	else
		work(second);
}

unsigned sw_own_cpus(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) ? 1 : CPU_COUNT(&cpus);
}
