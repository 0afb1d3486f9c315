// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cli/output.h"
#include "cli/verbs.h"
#include "report/metrics_json.h"
#include "report/metrics_text.h"
#include "run/rollout.h"

/* All there is of it was printed. */
static int end(const struct sw_error *missing)
{
	if (!missing->text[0])
		return SW_EXIT_DONE;
	sw_warn("%s; what is held, on trial, or changed when is not in the metrics", missing->text);
	return SW_EXIT_PARTIAL;
}

int cmd_metrics(const struct sw_options *options)
{
	struct sw_snapshot *snapshot;
	struct sw_error missing = {}, error = {};
	int err;

	if (options->textfile && options->json) {
		sw_note("a textfile is Prometheus text: `--textfile` and `--json` exclude each other");
		return SW_EXIT_USAGE;
	}
	if (options->textfile) {
		err = sw_rollout_write(&options->instance, options->textfile, &missing, &error);
		return err ? sw_print_error(&error, err) : end(&missing);
	}
	err = sw_rollout_take(&options->instance, &snapshot, &missing, &error);
	if (err)
		return sw_print_error(&error, err);
	if (options->json)
		err = sw_print_json(sw_metrics_json(snapshot));
	else
		err = sw_metrics_print(snapshot, stdout);
	sw_snapshot_free(snapshot);
	return err ? sw_print_error(&error, err) : end(&missing);
}
