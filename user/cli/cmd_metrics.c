// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "cli/output.h"
#include "cli/verbs.h"
#include "report/metrics_json.h"
#include "report/metrics_text.h"
#include "report/snapshot.h"

int cmd_metrics(const struct sw_options *options)
{
	struct sw_snapshot *snapshot;
	struct sw_error error = {};
	int err;

	if (options->textfile && options->json) {
		sw_note("a textfile is Prometheus text: `--textfile` and `--json` exclude each other");
		return SW_EXIT_USAGE;
	}
	if (options->textfile) {
		err = sw_metrics_write(options->instance.pin_dir, options->textfile, &error);
		return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
	}
	err = sw_snapshot_take(options->instance.pin_dir, &snapshot, &error);
	if (err)
		return sw_print_error(&error, err);
	if (options->json)
		err = sw_print_json(sw_metrics_json(snapshot));
	else
		err = sw_metrics_print(snapshot, stdout);
	sw_snapshot_free(snapshot);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
