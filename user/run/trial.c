// SPDX-License-Identifier: GPL-2.0
#include "run/trial.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "store/audit.h"

#define MS 1000000ULL

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

int sw_trial_note_boot(struct sw_trial_note *note)
{
	return read_boot(note->boot, sizeof(note->boot));
}

static int read_note(struct sw_store *store, struct sw_trial_note *note, struct sw_error *error)
{
	int err = sw_store_get_number(store, "trial_back", 0, &note->back, error);

	if (!err)
		err = sw_store_get_number(store, "trial_due", 0, &note->due_ms, error);
	if (!err)
		err = sw_store_get_number(store, "trial_load", 0, &note->load, error);
	if (!err)
		err = sw_store_get_number(store, "trial_rolling", 0, &note->rolling, error);
	if (!err)
		err = sw_store_get_text(store, "trial_boot", note->boot, sizeof(note->boot), error);
	return err;
}

static int write_note(struct sw_store *store, const struct sw_trial_note *note,
		      struct sw_error *error)
{
	int err = sw_store_put_number(store, "trial_back", note->back, error);

	if (!err)
		err = sw_store_put_number(store, "trial_due", note->due_ms, error);
	if (!err)
		err = sw_store_put_number(store, "trial_load", note->load, error);
	if (!err)
		err = sw_store_put_number(store, "trial_rolling", note->rolling, error);
	if (!err)
		err = sw_store_put_text(store, "trial_boot", note->boot, error);
	return err;
}

struct sw_trial sw_trial_of(const struct sw_trial_note *note)
{
	__s64 left = note->due_ms - (__s64)(sw_boottime_ns() / MS);
	struct sw_trial trial = { .back = note->back, .rolling_back = note->rolling };
	char boot[64];

	if (left > 0 && !read_boot(boot, sizeof(boot)) && !strcmp(boot, note->boot))
		trial.left_ms = left;
	return trial;
}

int sw_trial_look_in(struct sw_store *store, struct sw_trial *trial, struct sw_error *error)
{
	struct sw_trial_note note = {};
	int err = read_note(store, &note, error);

	*trial = (struct sw_trial){ 0 };
	if (!err)
		*trial = sw_trial_of(&note);
	return err;
}

int sw_trial_read(const struct sw_instance *instance, struct sw_trial_note *note,
		  struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, 0, &store, error);

	*note = (struct sw_trial_note){};
	if (err)
		return err == -ENOENT ? 0 : err;
	err = read_note(store, note, error);
	sw_store_close(store);
	return err;
}

int sw_trial_look(const struct sw_instance *instance, struct sw_trial *trial,
		  struct sw_error *error)
{
	struct sw_trial_note note;
	int err = sw_trial_read(instance, &note, error);

	*trial = (struct sw_trial){};
	if (!err)
		*trial = sw_trial_of(&note);
	return err;
}

int sw_trial_write(const struct sw_instance *instance, const struct sw_trial_note *note,
		   struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, SW_STORE_CREATE, &store, error);

	if (!err)
		err = sw_store_begin(store, error);
	if (!err)
		err = write_note(store, note, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err && store)
		sw_store_rollback(store);
	sw_store_close(store);
	return err;
}

/* Changes what is on trial, if there is something: `change` says by -errno that it
 * is not to be. */
static int change_note(const struct sw_instance *instance,
		       int (*change)(struct sw_trial_note *note, struct sw_error *error),
		       const char *verb, struct sw_trial_note *note, struct sw_error *error)
{
	struct sw_store *store;
	int err = sw_store_open(instance->state_dir, 0, &store, error);

	*note = (struct sw_trial_note){};
	if (err)
		return err;
	err = sw_store_begin(store, error);
	if (!err)
		err = read_note(store, note, error);
	if (!err)
		err = change(note, error);
	if (!err)
		err = write_note(store, note, error);
	if (!err && verb)
		err = sw_audit_add(store, verb, 0, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err)
		sw_store_rollback(store);
	sw_store_close(store);
	return err;
}

static int confirm_it(struct sw_trial_note *note, struct sw_error *error)
{
	struct sw_trial trial = sw_trial_of(note);

	if (!trial.back)
		return sw_fail(error, -ENOENT, "nothing is to be confirmed");
	if (trial.rolling_back || !trial.left_ms)
		return sw_fail(error, -ETIME,
			       "it is too late: generation %llu comes back (`spamweir history`)",
			       trial.back);
	note->back = 0;
	return 0;
}

int sw_trial_confirm(const struct sw_instance *instance, struct sw_trial *trial,
		     struct sw_error *error)
{
	struct sw_trial_note note;
	int err = change_note(instance, confirm_it, "confirm", &note, error);

	if (err == -ENOENT)
		sw_fail(error, err, "nothing is to be confirmed");
	*trial = sw_trial_of(&note);
	return err;
}

static int cancel_it(struct sw_trial_note *note, struct sw_error *error)
{
	(void)error;
	note->back = note->rolling = 0;
	return 0;
}

__u64 sw_trial_end(const struct sw_instance *instance)
{
	struct sw_trial trial;
	struct sw_error error = {};
	struct sw_trial_note note;

	if (sw_trial_look(instance, &trial, NULL) || !trial.back)
		return 0;
	if (!change_note(instance, cancel_it, NULL, &note, &error))
		return trial.back;
	sw_warn("%s; what was on trial goes on to be", error.text);
	return 0;
}

static int claim_it(struct sw_trial_note *note, struct sw_error *error)
{
	struct sw_trial trial = sw_trial_of(note);

	(void)error;
	if (!trial.back || trial.left_ms)
		return -ECANCELED;
	note->rolling = 1;
	return 0;
}

int sw_trial_claim(const struct sw_instance *instance, struct sw_trial_note *note)
{
	return change_note(instance, claim_it, NULL, note, NULL);
}

bool sw_trial_is_dealt_with(const struct sw_instance *instance, __u64 back)
{
	struct sw_trial trial;

	return !sw_trial_look(instance, &trial, NULL) &&
	       (trial.back != back || !trial.rolling_back);
}
