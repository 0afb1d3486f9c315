// SPDX-License-Identifier: GPL-2.0
#include "base/both.h"

#include <malloc.h>
#include <sched.h>
#include <signal.h>

#define STACK (256U << 10)

static void *run(void *arg)
{
	struct sw_beside *beside = arg;

	beside->work(beside->ctx);
	return NULL;
}

/* Signals are for the first: it knows what to do about them. */
static bool start(struct sw_beside *beside)
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
		  !pthread_create(&beside->thread, &attributes, run, beside);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return started;
}

bool sw_beside_begin(struct sw_beside *beside)
{
	beside->begun = sw_own_cpus() > 1 && start(beside);
	return beside->begun;
}

void sw_beside_end(struct sw_beside *beside)
{
	if (beside->begun)
		pthread_join(beside->thread, NULL);
	beside->begun = false;
}

void sw_do_both(void (*work)(void *ctx), void *first, void *second)
{
	struct sw_beside other = { .work = work, .ctx = second };
	bool begun = sw_beside_begin(&other);

	work(first);
	if (!begun)
		work(second);
	sw_beside_end(&other);
}

unsigned sw_own_cpus(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) ? 1 : CPU_COUNT(&cpus);
}
