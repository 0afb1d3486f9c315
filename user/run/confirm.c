// SPDX-License-Identifier: GPL-2.0
#include "run/confirm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/read.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/archive.h"
#include "run/history.h"

#define MS 1000000ULL

/* At once, if the tables are the same ones; the rest follows. `back`: 0 if nobody knows.
 * False: nothing is left to be done. */
static bool swap(const struct sw_instance *instance, const struct sw_generation *previous,
		 __u64 was, __s64 back)
{
	struct sw_error error = {};
	struct sw_state *state;
	int err;

	if (!previous)
		return true;
	err = sw_state_open(instance->pin_dir, SW_WRITE, &state, &error);
	if (err)
		return true;
	if (back && sw_trial_is_dealt_with(instance, back)) {
		sw_state_close(state);
		return false;
	}
	/* Looked at with the lock held, for its memory may be another generation's by now,
	 * or half of one (kernel/spare.h). */
	if ((!back || was == (__u64)back) && previous->policy->settings.generation == was)
		err = sw_generation_restore(previous, state->map[SW_MAP_policy],
					    state->map[SW_MAP_gate], &error);
	if (err && err != -EINVAL)
		sw_warn("%s", error.text);
	sw_state_close(state);
	return true;
}

/* Puts what was in force before in force again, and holds it. */
static void go_back(const struct sw_instance *instance, const struct sw_trial_note *note)
{
	struct sw_apply_result result;
	struct sw_error error = {};
	int err;

	err = sw_apply_kept(instance, note->back, SW_APPLY_BACK | (note->load ? SW_APPLY_LOAD : 0),
			    &result, &error);
	if (err == -ECANCELED)
		return;
	if (err == -ENOENT) { /* nothing is loaded, and the next load holds it */
		err = sw_history_hold(instance, note->back, &error);
		if (!err)
			sw_trial_end(instance);
	}
	if (err) {
		sw_warn("what was not confirmed is still in force: %s", error.text);
		return;
	}
	if (!result.config)
		return;
	sw_config_free(result.config);
	sw_note("nobody has confirmed: generation %llu is in force again, as %llu, and is held "
		"until `spamweir reload` or `spamweir load`",
		(__u64)note->back, result.generation);
}

static void enforce(const struct sw_instance *where, const struct sw_generation *previous,
		    __u64 was)
{
	struct sw_instance by_itself = *where, *instance = &by_itself;
	struct sw_trial_note note;
	int err;

	by_itself.cause = "nobody has confirmed";
	err = sw_trial_claim(instance, &note);

	/* Without a store nobody can have confirmed. */
	if (err && (err == -ECANCELED || !previous))
		return;
	if (swap(instance, previous, was, err ? 0 : note.back) && !err)
		go_back(instance, &note);
}

void sw_confirm_enforce(const struct sw_instance *instance)
{
	enforce(instance, NULL, 0);
}

/* For so long, not until: a time namespace has another idea of when that is. */
static void sleep_until(__u64 due_ns)
{
	struct timespec left;
	__u64 now;

	while ((now = sw_boottime_ns()) < due_ns) {
		left.tv_sec = (due_ns - now) / 1000000000;
		left.tv_nsec = (due_ns - now) % 1000000000;
		clock_nanosleep(CLOCK_BOOTTIME, 0, &left, NULL);
	}
}

/* Nothing of the terminal, the shell or the service that started it: neither their
 * signals nor their pipes. In the child that is waited for, so that nothing is on trial
 * before the watcher is out of their reach. */
static void leave_all(int keep)
{
	int null = open("/dev/null", O_RDWR);

	setsid();
	signal(SIGHUP, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	prctl(PR_SET_NAME, "spamweir-trial");
	dup2(null, 0);
	dup2(null, 1);
	dup2(null, 2);
	if (keep > 3)
		close_range(3, keep - 1, 0);
	close_range(keep > 2 ? keep + 1 : 3, ~0U, 0);
}

/* Twice, so that nobody has to wait for it. It is there before what it watches. */
static int start_watcher(const struct sw_instance *instance, const struct sw_generation *previous,
			 __u64 due_ns, struct sw_error *error)
{
	const __u64 was = previous->policy->settings.generation;
	pid_t child = fork();
	int status;

	if (child < 0)
		return sw_fail(error, -errno, "no process to go back if need be: %s",
			       strerror(errno));
	if (!child) {
		leave_all(previous->fd);
		child = fork();
		if (child)
			_exit(child < 0);
		sleep_until(due_ns);
		enforce(instance, previous, was);
		_exit(0);
	}
	if (waitpid(child, &status, 0) < 0 || status)
		return sw_fail(error, -EAGAIN, "no process to go back if need be");
	return 0;
}

static int find_previous(const struct sw_instance *instance, struct sw_generation *previous,
			 struct sw_error *error)
{
	struct sw_state *state;
	int err = sw_state_open(instance->pin_dir, SW_READ, &state, error);

	if (err)
		return err;
	err = sw_generation_running(state->map[SW_MAP_policy], previous, error);
	sw_state_close(state);
	if (err)
		return err;
	if (!sw_archive_kept(instance, previous->policy->settings.generation))
		err = sw_fail(
			error, -ENOENT,
			"generation %llu, which is in force, is not kept under %s, so nothing could "
			"go back to it: `spamweir reload` once without --confirm",
			previous->policy->settings.generation, instance->state_dir);
	return err;
}

/* On trial already: what comes back is what was confirmed last. */
static __s64 choose_back(const struct sw_instance *instance, const struct sw_trial_note *former,
			 const struct sw_generation *previous)
{
	if (former->back && sw_archive_kept(instance, former->back))
		return former->back;
	return previous->policy->settings.generation;
}

/* It has failed: what was on trial before is so again, with what time it has left. */
static void restore(const struct sw_instance *instance, const struct sw_trial_note *former,
		    const struct sw_generation *previous)
{
	struct sw_error error = {};
	int err;

	if (!former->back) {
		sw_trial_end(instance);
		return;
	}
	err = sw_trial_write(instance, former, &error);
	if (!err)
		err = start_watcher(instance, previous, former->due_ms * MS, &error);
	if (err)
		sw_warn("what was on trial before: %s", error.text);
}

int sw_confirm_begin(const struct sw_instance *instance, __u64 duration_ns, unsigned how,
		     struct sw_apply_result *result, struct sw_trial *trial, struct sw_error *error)
{
	struct sw_generation previous = SW_NO_GENERATION;
	__u64 due_ns = sw_boottime_ns() + duration_ns;
	struct sw_trial_note former,
		note = { .due_ms = due_ns / MS, .load = !!(how & SW_APPLY_LOAD) };
	int err;

	*result = (struct sw_apply_result){};
	err = find_previous(instance, &previous, error);
	if (!err)
		err = sw_trial_read(instance, &former, error);
	if (!err)
		err = sw_trial_note_boot(&note);
	if (!err) {
		note.back = choose_back(instance, &former, &previous);
		err = sw_trial_write(instance, &note, error);
	}
	if (!err) {
		err = start_watcher(instance, &previous, due_ns, error);
		if (!err)
			err = sw_apply_config(instance, NULL, how | SW_APPLY_ANEW, result, error);
		if (err)
			restore(instance, &former, &previous);
	}
	sw_generation_close(&previous);
	*trial = sw_trial_of(&note);
	return err;
}
