// SPDX-License-Identifier: GPL-2.0
#include "output.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "options.h"
#include "prefix.h"

int sw_print_error(const struct sw_error *error, int err)
{
	if (error->text[0])
		fprintf(stderr, "spamweir: %s\n", error->text);
	else
		fprintf(stderr, "spamweir: %s%s\n", ferror(stdout) ? "cannot write: " : "",
			strerror(-err));
	return SW_EXIT_FAILED;
}

static void *take_memory(size_t size)
{
	void *memory = malloc(size);

	if (!memory) {
		fprintf(stderr, "spamweir: no memory for JSON: %s\n", strerror(ENOMEM));
		exit(SW_EXIT_FAILED);
	}
	return memory;
}

void sw_json_all_or_nothing(void)
{
	json_set_alloc_funcs(take_memory, free);
}

int sw_print_json(json_t *object)
{
	int err;

	if (!object)
		return -ENOMEM;
	errno = EIO;
	err = json_dumpf(object, stdout, JSON_COMPACT | JSON_PRESERVE_ORDER) ? -errno : 0;
	json_decref(object);
	putchar('\n');
	return err;
}

char *sw_format_age(__u64 seconds, char *out, size_t room)
{
	if (seconds < 120)
		snprintf(out, room, "%llu s", seconds);
	else if (seconds < 7200)
		snprintf(out, room, "%llu min", seconds / 60);
	else if (seconds < 172800)
		snprintf(out, room, "%llu h %llu min", seconds / 3600, seconds / 60 % 60);
	else
		snprintf(out, room, "%llu d %llu h", seconds / 86400, seconds / 3600 % 24);
	return out;
}

char *sw_format_time(__u64 unix_seconds, char *out, size_t room)
{
	time_t t = unix_seconds;
	struct tm utc;

	strftime(out, room, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&t, &utc));
	return out;
}

char *sw_format_address(__u8 family, const __u8 *address, char *out)
{
	out[0] = '\0';
	if (family == SW_IPV4)
		inet_ntop(AF_INET, address, out, SW_PREFIX_TEXT);
	else if (family == SW_IPV6)
		inet_ntop(AF_INET6, address, out, SW_PREFIX_TEXT);
	return out;
}
