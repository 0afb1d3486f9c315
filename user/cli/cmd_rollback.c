// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "base/span.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "kernel/state.h"
#include "run/apply.h"
#include "run/archive.h"

static int find_running(const struct sw_options *options, __u64 *number, struct sw_error *error)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_state *state;
	int err = sw_state_open(options->instance.pin_dir, SW_READ, &state, error);

	if (err)
		return err;
	err = sw_generation_running(state->map[SW_MAP_policy], &running, error);
	if (!err)
		*number = running.policy->settings.generation;
	sw_generation_close(&running);
	sw_state_close(state);
	return err;
}

static int choose(const struct sw_options *options, __u64 wanted, __u64 running, __u64 *out,
		  struct sw_error *error)
{
	*out = wanted ? wanted : sw_archive_before(&options->instance, running);
	if (!*out)
		return sw_fail(error, -ENOENT,
			       "nothing before generation %llu is kept (see `spamweir history`)",
			       running);
	if (*out == running)
		return sw_fail(error, -EINVAL, "generation %llu is in force", running);
	if (!sw_archive_kept(&options->instance, *out))
		return sw_fail(error, -ENOENT,
			       "generation %llu is not kept (see `spamweir history`)", *out);
	return 0;
}

int cmd_rollback(const struct sw_options *options)
{
	struct sw_apply_result result = {};
	struct sw_error error = {};
	__u64 running, to = 0;
	__u32 wanted = 0;
	int err;

	if (options->arguments) {
		const struct sw_span text = { options->argument[0], strlen(options->argument[0]) };

		if (!sw_span_number(text, &wanted) || !wanted) {
			sw_note("`%s` is no number of a generation (see `spamweir history`)",
				options->argument[0]);
			return SW_EXIT_USAGE;
		}
	}
	err = find_running(options, &running, &error);
	if (!err)
		err = choose(options, wanted, running, &to, &error);
	if (!err)
		err = sw_apply_kept(&options->instance, to, SW_APPLY_LOAD | SW_APPLY_SETTLE,
				    &result, &error);
	if (err)
		return sw_print_error(&error, err);
	sw_config_free(result.config);
	sw_note("generation %llu is in force again, as %llu, and is held until `spamweir reload` or "
		"`spamweir load`",
		to, result.generation);
	return result.partial ? SW_EXIT_PARTIAL : SW_EXIT_DONE;
}
