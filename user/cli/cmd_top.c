// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "cli/output.h"
#include "cli/troubles.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "top/live.h"
#include "top/report.h"
#include "top/view.h"

#define WIDTH_ELSE 120 /* columns, where there is no terminal */

/* There are rates from the second look on. */
static int look_twice(struct sw_top_live *live, struct sw_error *error)
{
	const struct timespec between = { .tv_sec = 1 };
	int err = sw_top_look(live);

	if (!err) {
		nanosleep(&between, NULL);
		live->hosts.looked_ms -= SW_TOP_LEDGER_EVERY_MS;
		err = sw_top_look(live);
	}
	if (err)
		*error = live->top.error;
	return err;
}

static int width_of_terminal(void)
{
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) || !size.ws_col)
		return WIDTH_ELSE;
	return size.ws_col;
}

static int print_lines(const struct sw_top_live *live)
{
	struct sw_top_view *view = calloc(1, sizeof(*view));
	int i;

	if (!view)
		return -ENOMEM;
	view->width = width_of_terminal();
	sw_top_draw(view, &live->top, &live->hosts);
	for (i = 0; i < view->lines; i++)
		puts(view->line[i].text);
	free(view);
	return 0;
}

static int run(const struct sw_options *options, struct sw_top_live *live, struct sw_error *error)
{
	int err;

	if (!options->once && !options->json)
		return sw_top_run(live, error);
	err = look_twice(live, error);
	if (!err && options->json)
		return sw_print_json(sw_top_json(&live->top, &live->hosts));
	return err ?: print_lines(live);
}

static void add_wrong(struct sw_top_wrong *out, const struct sw_trouble *trouble)
{
	snprintf(out->line[out->count].text, SW_TOP_WRONG_TEXT, "%s", trouble->text);
	snprintf(out->line[out->count].next, SW_TOP_WRONG_NEXT, "%s", trouble->next);
	out->count++;
}

/* As `status` has it. */
static void find_wrong(void *ctx, struct sw_snapshot *snapshot, struct sw_top_wrong *out)
{
	struct sw_status *status = calloc(1, sizeof(*status));
	struct sw_troubles troubles;
	size_t i;

	*out = (struct sw_top_wrong){};
	if (!status)
		return;
	status->options = ctx;
	status->snapshot = snapshot;
	sw_status_look_around(status);
	sw_troubles_find(status, &troubles);
	for (i = 0; i < troubles.count && i < SW_TOP_WRONG; i++)
		add_wrong(out, &troubles.trouble[i]);
	out->more = troubles.more + troubles.count - out->count;
	status->snapshot = NULL; /* it stays */
	sw_status_release(status);
	free(status);
}

int cmd_top(const struct sw_options *options)
{
	struct sw_options copy = *options;
	struct sw_top_live *live = calloc(1, sizeof(*live));
	struct sw_config *config = NULL;
	struct sw_error error = {};
	int err;

	if (!live)
		return sw_print_error(&error, -ENOMEM);
	/* Suspects are found by it; all else is shown without. */
	if (!sw_config_read(options->instance.config, &config, NULL))
		live->config = config;
	live->top.pin_dir = options->instance.pin_dir;
	live->config_path = options->instance.config;
	live->state_dir = options->instance.state_dir;
	live->find_wrong = find_wrong;
	live->ctx = &copy;
	err = run(options, live, &error);
	sw_top_free(&live->top);
	sw_config_free(config);
	free(live);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
