// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/duration.h"
#include "cli/output.h"
#include "cli/screen.h"
#include "cli/status_json.h"
#include "cli/status_output.h"
#include "cli/verbs.h"

#define PAUSE_MS 250 /* between two looks at the counters: rates are of this time */
#define WATCH_MS 2000
#define LEAST_MS 100
#define MOST_MS 86400000ULL
#define NS_PER_MS 1000000ULL

/* "5", "500ms"; "": two seconds. */
static int read_watch(const char *text, __u64 *ms, struct sw_error *error)
{
	char *end;
	__u64 ns;

	*ms = WATCH_MS;
	if (!*text)
		return 0;
	*ms = strtoul(text, &end, 10) * 1000ULL;
	if (*end || end == text)
		*ms = sw_duration_parse(text, &ns) ? 0 : ns / NS_PER_MS;
	if (*ms < LEAST_MS || *ms > MOST_MS)
		return sw_fail(
			error, -EINVAL,
			"`--watch %s`: expected seconds, such as 5, or a time from 100ms to 1d",
			text);
	return 0;
}

static int show(const struct sw_status *status)
{
	if (status->options->json)
		return sw_print_json(sw_status_json(status));
	sw_status_print(status);
	return 0;
}

static int look(struct sw_status *status, const struct sw_options *options, struct sw_error *error)
{
	int err = sw_status_take(status, options, options->json ? 0 : PAUSE_MS, error);

	if (err)
		return err;
	err = show(status);
	sw_status_release(status);
	return err;
}

/* Until somebody ends it, or nothing is loaded any more. */
static int watch(struct sw_status *status, const struct sw_options *options, __u64 ms,
		 struct sw_error *error)
{
	struct sw_screen screen;
	int err = 0, shown;

	while (!err) {
		err = sw_screen_begin(&screen);
		if (err)
			break;
		err = look(status, options, error);
		shown = sw_screen_show(&screen);
		err = err ?: shown;
		if (!err)
			usleep(ms * 1000);
	}
	return err;
}

int cmd_status(const struct sw_options *options)
{
	struct sw_error error = {};
	struct sw_status *status;
	int err = -ENOMEM;
	__u64 ms = 0;

	if (options->watch && read_watch(options->watch, &ms, &error)) {
		sw_print_error(&error, -EINVAL);
		return SW_EXIT_USAGE;
	}
	status = calloc(1, sizeof(*status));
	if (status)
		err = options->watch ? watch(status, options, ms, &error)
				     : look(status, options, &error);
	free(status);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
