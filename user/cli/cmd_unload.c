// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "cli/output.h"
#include "cli/verbs.h"
#include "kernel/remove.h"
#include "run/announce.h"
#include "run/audit.h"
#include "run/outcome.h"
#include "run/trial.h"
#include "run/zombies_keep.h"

static void say_saved(const struct sw_options *options)
{
	__u64 saved = sw_zombies_saved(&options->instance);

	if (saved)
		sw_note("%llu live zombies are kept for the next load (`spamweir unload --forget` "
			"forgets them)",
			saved);
}

/* No map is needed, so that the state of another version can be removed too. */
int cmd_unload(const struct sw_options *options)
{
	struct sw_error error = {};
	bool announced = false;
	int err;

	if (!options->forget)
		sw_zombies_save(&options->instance);
	err = sw_state_remove(options->instance.pin_dir, &error);
	if (!err || err == -ENOENT)
		announced = !sw_announce_withdraw(&options->instance);
	if (options->forget && (!err || err == -ENOENT)) {
		/* With nothing loaded it is about what an earlier unload has kept. */
		err = sw_zombies_forget_all(&options->instance, &error);
	} else if (!err) {
		say_saved(options);
	}
	if (err)
		return sw_print_error(&error, err);
	sw_trial_end(&options->instance);
	sw_audit(&options->instance, "unload");
	sw_outcome_unloaded(&options->instance);
	return announced ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
