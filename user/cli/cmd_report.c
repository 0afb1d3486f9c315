// SPDX-License-Identifier: GPL-2.0
#include "cli/monitor_output.h"
#include "cli/output.h"
#include "cli/verbs.h"

static int report_monitor(const struct sw_options *options)
{
	struct sw_monitor_report report;
	struct sw_error error = {};
	int err = sw_monitor_report_make(options, &report, &error);

	if (!err && options->json)
		err = sw_print_json(sw_monitor_json(&report));
	else if (!err)
		sw_print_monitor(&report);
	sw_monitor_report_free(&report);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

int cmd_report(const struct sw_options *options)
{
	if (options->monitor)
		return report_monitor(options);
	sw_note("`report` needs `--monitor`; see `spamweir --help report`");
	return SW_EXIT_USAGE;
}
