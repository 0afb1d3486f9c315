// SPDX-License-Identifier: GPL-2.0
#include "run/confirm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "config/read.h"
#include "kernel/generation.h"
#include "kernel/live.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/history.h"
#include "store/audit.h"

#define MS 1000000ULL

/* As it stands in the store. */
struct noted {
	__s64 back;   /* 0: none */
	__s64 due_ms; /* since boot */
	__s64 load;   /* as `load` does, not `reload` */
	__s64 rolling;
	char boot[64];
};

static int read_boot(char *out, size_t room)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd < 0 ? -1 : read(fd, out, room - 1);

	if (fd >= 0)
		close(fd);
	out[got > 0 ? got : 0] = '\0';
	out[strcspn(out, "\n")] = '\0';
	return got > 0 ? 0 : -EIO;
}

static int read_noted(struct sw_store *store, struct noted *noted, struct sw_error *error)
{
	int err = sw_store_get_number(store, "trial_back", 0, &noted->back, error);

	if (!err)
		err = sw_store_get_number(store, "trial_due", 0, &noted->due_ms, error);
	if (!err)
		err = sw_store_get_number(store, "trial_load", 0, &noted->load, error);
	if (!err)
		err = sw_store_get_number(store, "trial_rolling", 0, &noted->rolling, error);
	if (!err)
		err = sw_store_get_text(store, "trial_boot", noted->boot, sizeof(noted->boot),
					error);
	return err;
}

static int write_noted(struct sw_store *store, const struct noted *noted, struct sw_error *error)
{
	int err = sw_store_put_number(store, "trial_back", noted->back, error);

	if (!err)
		err = sw_store_put_number(store, "trial_due", noted->due_ms, error);
	if (!err)
		err = sw_store_put_number(store, "trial_load", noted->load, error);
	if (!err)
		err = sw_store_put_number(store, "trial_rolling", noted->rolling, error);
	if (!err)
		err = sw_store_put_text(store, "trial_boot", noted->boot, error);
	return err;
}

static struct sw_trial to_trial(const struct noted *noted)
{
	__s64 left = noted->due_ms - (__s64)(sw_boottime_ns() / MS);
	struct sw_trial trial = { .back = noted->back, .rolling_back = noted->rolling };
	char boot[64];

	if (left > 0 && !read_boot(boot, sizeof(boot)) && !strcmp(boot, noted->boot))
		trial.left_ms = left;
	return trial;
}

int sw_confirm_look_in(struct sw_store *store, struct sw_trial *trial, struct sw_error *error)
{
	struct noted noted = {};
	int err = read_noted(store, &noted, error);

	*trial = (struct sw_trial){ 0 };
	if (!err)
		*trial = to_trial(&noted);
	return err;
}

int sw_confirm_look(const struct sw_instance *instance, struct sw_trial *trial,
		    struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, 0, &store, error);

	*trial = (struct sw_trial){};
	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_confirm_look_in(store, trial, error);
	sw_store_close(store);
	return err;
}

/* Changes what is on trial, if there is something: `change` says by -errno that it
 * is not to be. */
static int change_noted(const struct sw_instance *instance,
			int (*change)(struct noted *noted, struct sw_error *error),
			const char *verb, struct noted *noted, struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, 0, &store, error);

	*noted = (struct noted){};
	if (err)
		return err;
	err = sw_store_begin(store, error);
	if (!err)
		err = read_noted(store, noted, error);
	if (!err)
		err = change(noted, error);
	if (!err)
		err = write_noted(store, noted, error);
	if (!err && verb)
		err = sw_audit_add(store, verb, 0, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err)
		sw_store_rollback(store);
	sw_store_close(store);
	return err;
}

static int confirm_it(struct noted *noted, struct sw_error *error)
{
	struct sw_trial trial = to_trial(noted);

	if (!trial.back)
		return sw_fail(error, -ENOENT, "nothing is to be confirmed");
	if (trial.rolling_back || !trial.left_ms)
		return sw_fail(error, -ETIME,
			       "it is too late: generation %llu comes back (`spamweir history`)",
			       trial.back);
	noted->back = 0;
	return 0;
}

int sw_confirm(const struct sw_instance *instance, struct sw_trial *trial, struct sw_error *error)
{
	struct noted noted;
	int err = change_noted(instance, confirm_it, "confirm", &noted, error);

	if (err == -ENOENT)
		sw_fail(error, err, "nothing is to be confirmed");
	*trial = to_trial(&noted);
	return err;
}

static int cancel_it(struct noted *noted, struct sw_error *error)
{
	(void)error;
	noted->back = noted->rolling = 0;
	return 0;
}

void sw_confirm_cancel(const struct sw_instance *instance)
{
	struct sw_trial trial;
	struct sw_error error = {};
	struct noted noted;

	if (sw_confirm_look(instance, &trial, NULL) || !trial.back)
		return;
	if (change_noted(instance, cancel_it, NULL, &noted, &error))
		sw_warn("%s; what was on trial goes on to be", error.text);
}

static int claim_it(struct noted *noted, struct sw_error *error)
{
	struct sw_trial trial = to_trial(noted);

	(void)error;
	if (!trial.back || trial.left_ms)
		return -ECANCELED;
	noted->rolling = 1;
	return 0;
}

/* Whether somebody has published since it was claimed, or gone back. */
static bool is_dealt_with(const struct sw_instance *instance, __s64 back)
{
	struct sw_trial trial;

	return !sw_confirm_look(instance, &trial, NULL) && trial.back != (__u64)back;
}

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
	if (back && is_dealt_with(instance, back)) {
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
static void go_back(const struct sw_instance *instance, const struct noted *noted)
{
	struct sw_apply_result result;
	struct sw_error error = {};
	struct noted done;
	int err;

	err = sw_history_hold(instance, noted->back, &error);
	if (!err)
		err = sw_apply_config(instance, NULL, noted->load ? SW_APPLY_LOAD : 0, &result,
				      &error);
	if (err && err != -ENOENT) { /* which is: nothing is loaded, and the next load holds it */
		sw_warn("what was not confirmed is still in force: %s", error.text);
		return;
	}
	if (!err) {
		sw_config_free(result.config);
		sw_note("nobody has confirmed: generation %llu is in force again, as %llu, and is held "
			"until `spamweir reload` or `spamweir load`",
			(__u64)noted->back, result.generation);
	}
	if (change_noted(instance, cancel_it, NULL, &done, &error))
		sw_warn("%s", error.text);
}

static void enforce(const struct sw_instance *where, const struct sw_generation *previous,
		    __u64 was)
{
	struct sw_instance by_itself = *where, *instance = &by_itself;
	struct noted noted;
	int err;

	by_itself.cause = "nobody has confirmed";
	err = change_noted(instance, claim_it, NULL, &noted, NULL);

	/* Without a store nobody can have confirmed. */
	if (err && (err == -ECANCELED || !previous))
		return;
	if (swap(instance, previous, was, err ? 0 : noted.back) && !err)
		go_back(instance, &noted);
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
 * signals nor their pipes. */
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
		child = fork();
		if (child)
			_exit(child < 0);
		leave_all(previous->fd);
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

static int note_trial(const struct sw_instance *instance, const struct noted *noted,
		      struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, SW_STORE_CREATE, &store, error);

	if (!err)
		err = sw_store_begin(store, error);
	if (!err)
		err = write_noted(store, noted, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err && store)
		sw_store_rollback(store);
	sw_store_close(store);
	return err;
}

/* On trial already: what comes back is what was confirmed last. */
static int keep_first(const struct sw_instance *instance, struct noted *noted,
		      struct sw_error *error)
{
	struct sw_trial trial;
	int err = sw_confirm_look(instance, &trial, error);

	if (!err && trial.back && sw_archive_kept(instance, trial.back))
		noted->back = trial.back;
	return err;
}

int sw_confirm_begin(const struct sw_instance *instance, __u64 duration_ns, unsigned how,
		     struct sw_apply_result *result, struct sw_trial *trial, struct sw_error *error)
{
	struct sw_generation previous = SW_NO_GENERATION;
	__u64 due_ns = sw_boottime_ns() + duration_ns;
	struct noted noted = { .due_ms = due_ns / MS, .load = !!(how & SW_APPLY_LOAD) };
	int err;

	*result = (struct sw_apply_result){};
	err = find_previous(instance, &previous, error);
	if (!err)
		err = keep_first(instance, &noted, error);
	if (!err)
		err = read_boot(noted.boot, sizeof(noted.boot));
	if (!err) {
		noted.back = noted.back ? noted.back : (__s64)previous.policy->settings.generation;
		err = note_trial(instance, &noted, error);
	}
	if (!err) {
		err = start_watcher(instance, &previous, due_ns, error);
		if (!err)
			err = sw_apply_config(instance, NULL, how | SW_APPLY_ANEW, result, error);
		if (err)
			sw_confirm_cancel(instance);
	}
	sw_generation_close(&previous);
	*trial = to_trial(&noted);
	return err;
}
