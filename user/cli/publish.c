// SPDX-License-Identifier: GPL-2.0
#include "cli/publish.h"

#include "base/clock.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/output.h"
#include "config/read.h"
#include "run/confirm.h"
#include "run/outcome.h"

#define SECOND 1000000000ULL
#define LONGEST (86400 * SECOND)

static void say_trial(const struct sw_apply_result *result, const struct sw_trial *trial)
{
	char when[32];

	sw_note("generation %llu is on trial: %llu comes back at %s unless you type `spamweir confirm`",
		result->generation, trial->back,
		sw_format_time((sw_wall_ms() + trial->left_ms) / 1000, when, sizeof(when)));
}

int sw_publish_verb(const struct sw_options *options, unsigned how)
{
	struct sw_apply_result result = {};
	struct sw_error error = {};
	struct sw_trial trial;
	__u64 duration;
	int err;

	if (options->confirm && (sw_duration_parse(options->confirm, &duration) ||
				 duration < SECOND || duration > LONGEST)) {
		sw_note("`--confirm %s`: expected a time from 1s to 1d, such as 60s",
			options->confirm);
		return SW_EXIT_USAGE;
	}
	if (options->confirm)
		err = sw_confirm_begin(&options->instance, duration, how, &result, &trial, &error);
	else
		err = sw_apply_config(&options->instance, NULL,
				      how | SW_APPLY_ANEW | SW_APPLY_SETTLE, &result, &error);
	sw_config_free(result.config);
	if (err) {
		if (how & SW_APPLY_LOAD)
			sw_outcome_failed(&options->instance);
		return sw_print_error(&error, err);
	}
	if (options->confirm)
		say_trial(&result, &trial);
	return result.partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
