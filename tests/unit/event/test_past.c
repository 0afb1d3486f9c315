// SPDX-License-Identifier: GPL-2.0
/* The log of events, read for the last hour. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "event/past.h"

static char directory[64], seen[512];

static int note(void *ctx, const struct sw_past_event *event)
{
	char src[SW_PREFIX_TEXT], dst[SW_PREFIX_TEXT];

	(void)ctx;
	sprintf(seen + strlen(seen), "%s>%s ", sw_prefix_format(&event->src, src),
		sw_prefix_format(&event->dst, dst));
	return 0;
}

static void write_log(const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static int make_directory(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/spamweir-past-XXXXXX");
	return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **state)
{
	char command[128];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

#define EVENT(time, src, dst) "{\"time\":\"" time "\",\"src\":\"" src "\",\"dst\":\"" dst "\"}\n"

static void both_logs_since_a_time(void **state)
{
	struct sw_error error = { 0 };

	(void)state;
	assert_int_equal(sw_event_past(directory, 0, note, NULL, &error), -ENOENT);
	assert_non_null(strstr(error.text, "events.jsonl: cannot open: No such file"));
	write_log("events.jsonl.1",
		  EVENT("2026-11-29T08:00:00.123Z", "192.0.2.1", "192.0.2.2")
			  EVENT("2026-11-29T09:00:00.123Z", "192.0.2.3", "192.0.2.4"));
	write_log("events.jsonl", "nonsense\n{}\n" EVENT("soon", "192.0.2.5", "192.0.2.6")
					  EVENT("2026-11-29T09:00:01.000Z", "2001:db8::1", "::2")
						  EVENT("2026-11-29T09:00:02.000Z", "x",
							"::2") "{\"time\":\"2026-11-29T09:0");
	/* 2026-11-29T08:30:00Z */
	assert_int_equal(sw_event_past(directory, 1795941000, note, NULL, &error), 0);
	assert_string_equal(seen, "192.0.2.3>192.0.2.4 2001:db8::1>::2 ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_logs_since_a_time, make_directory,
						remove_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
