// SPDX-License-Identifier: GPL-2.0
#include "event/past.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "base/span.h"
#include "event/log.h"
#include "feed/times.h"

static bool read_address(const char *text, struct sw_prefix *out)
{
	return !sw_address_parse(text, strlen(text), out);
}

/* An event of a line as the log has it. -EINVAL if it is none, -ENOMEM. */
static int read_event(const char *line, size_t size, struct sw_past_event *out)
{
	const char *time, *src, *dst;
	json_t *event;
	int err = sw_json_parse(line, size, &event);

	if (err)
		return err;
	if (json_unpack(event, "{s:s s:s s:s}", "time", &time, "src", &src, "dst", &dst) ||
	    !sw_time_parse((struct sw_span){ time, strlen(time) }, &out->time_s) ||
	    !read_address(src, &out->src) || !read_address(dst, &out->dst))
		err = -EINVAL;
	json_decref(event);
	return err;
}

struct past {
	__u64 since_s;
	int (*visit)(void *ctx, const struct sw_past_event *event);
	void *ctx;
};

/* The last line may be half written: it has no newline yet. */
static int read_lines(const struct past *past, FILE *file)
{
	struct sw_past_event event;
	char *line = NULL;
	size_t room = 0;
	ssize_t size;
	int err = 0;

	while (!err && (size = getline(&line, &room, file)) > 0) {
		if (line[size - 1] != '\n')
			break;
		err = read_event(line, size - 1, &event);
		if (err == -EINVAL)
			err = 0;
		else if (!err && event.time_s >= past->since_s)
			err = past->visit(past->ctx, &event);
	}
	if (!err && ferror(file))
		err = -errno;
	free(line);
	return err;
}

static int read_file(const struct past *past, const char *path, struct sw_error *error)
{
	int fd = sw_file_open(path, NULL, error), err;
	FILE *file;

	if (fd < 0)
		return fd;
	file = fdopen(fd, "r");
	if (!file) {
		close(fd);
		return -ENOMEM;
	}
	err = read_lines(past, file);
	fclose(file);
	return err ? sw_fail(error, err, "%s: %s", path, strerror(-err)) : 0;
}

int sw_event_past(const char *state_dir, __u64 since_s,
		  int (*visit)(void *ctx, const struct sw_past_event *event), void *ctx,
		  struct sw_error *error)
{
	const struct past past = { .since_s = since_s, .visit = visit, .ctx = ctx };
	char *path = sw_event_log_path(state_dir), *old = NULL;
	int err = path && asprintf(&old, "%s.1", path) >= 0 ? 0 : -ENOMEM;

	if (!err)
		err = read_file(&past, old, NULL); /* mostly it is not there */
	if (!err || err == -ENOENT)
		err = read_file(&past, path, error);
	else if (err != -ENOMEM)
		sw_fail(error, err, "%s: %s", old, strerror(-err));
	free(path);
	free(old);
	return err;
}
