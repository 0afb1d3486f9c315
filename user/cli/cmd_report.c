// SPDX-License-Identifier: GPL-2.0
#include <errno.h>

#include "base/clock.h"
#include "base/duration.h"
#include "cli/monitor_output.h"
#include "cli/output.h"
#include "cli/period_output.h"
#include "cli/period_report.h"
#include "cli/stranded_output.h"
#include "cli/verbs.h"
#include "report/period_json.h"
#include "report/period_page.h"

#define DAY_MS 86400000LL

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

static int report_stranded(const struct sw_options *options, __s64 since_ms)
{
	struct sw_stranded stranded;
	struct sw_error error = {};
	int err = sw_stranded_find(options, options->stranded, since_ms, &stranded, &error);

	if (!err && options->json)
		err = sw_print_json(sw_stranded_json(&stranded));
	else if (!err)
		sw_print_stranded(&stranded);
	sw_stranded_free(&stranded);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

/* -EINVAL, and it was said. */
static int read_since(const struct sw_options *options, __s64 otherwise_ms, __s64 *since_ms)
{
	__u64 ns = (__u64)otherwise_ms * 1000000;

	if (options->since && (sw_duration_parse(options->since, &ns) || ns < 1000000000ULL * 60)) {
		sw_note("--since: `%s` is no time of a minute or more (expected one such as 12h or "
			"30d)",
			options->since);
		return -EINVAL;
	}
	*since_ms = sw_wall_ms() - (__s64)(ns / 1000000);
	return 0;
}

/* Told of as text, unless a page or JSON is wanted. */
static int report_period(const struct sw_options *options, __s64 since_ms)
{
	struct sw_period period;
	struct sw_error error = {};
	int err = sw_period_report_make(options, since_ms, &period, &error);

	if (!err && options->html)
		err = sw_period_page_write(&period, options->html, &error);
	if (!err && options->json)
		err = sw_print_json(sw_period_json(&period));
	else if (!err && !options->html)
		sw_print_period(&period);
	if (!err && !period.watched_s)
		sw_note("nothing was taken down in this time: `spamweir run` does that");
	sw_period_release(&period);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

int cmd_report(const struct sw_options *options)
{
	__s64 since_ms;

	if (options->monitor + (options->stranded != NULL) + (options->html != NULL) > 1) {
		sw_note("`report` takes one of `--monitor`, `--stranded` and `--html`; see `spamweir "
			"--help report`");
		return SW_EXIT_USAGE;
	}
	if (options->monitor)
		return report_monitor(options);
	if (read_since(options, options->stranded ? 7 * DAY_MS : DAY_MS, &since_ms))
		return SW_EXIT_USAGE;
	return options->stranded ? report_stranded(options, since_ms)
				 : report_period(options, since_ms);
}
