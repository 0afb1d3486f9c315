// SPDX-License-Identifier: GPL-2.0
#include "report/unloaded.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/names.h"
#include "report/metrics.h"
#include "report/metrics_text.h"
#include "report/textfile.h"

#define ATTACHED "spamweir_interface_attached{"
#define HEARTBEAT "spamweir_daemon_heartbeat_timestamp_seconds"

struct writing {
	const struct sw_unloaded *unloaded;
	struct sw_file before;
};

static bool starts_with(const char *line, size_t size, const char *prefix)
{
	return size >= strlen(prefix) && !memcmp(line, prefix, strlen(prefix));
}

/* The next line from `*at` on that begins so, without its newline; or NULL. */
static const char *next_line(const struct sw_file *file, size_t *at, const char *prefix,
			     size_t *size)
{
	const char *line, *end;

	while (*at < file->size) {
		line = file->text + *at;
		end = memchr(line, '\n', file->size - *at);
		if (!end)
			return NULL;
		*size = end - line;
		*at += *size + 1;
		if (starts_with(line, *size, prefix))
			return line;
	}
	return NULL;
}

static bool has_label(const char *line, size_t size, const char *name)
{
	char *label;
	bool has;

	if (asprintf(&label, "interface=\"%s\"", name) < 0)
		return false;
	has = memmem(line, size, label, strlen(label));
	free(label);
	return has;
}

static bool is_known(const struct sw_file *before, const char *interface)
{
	const char *line;
	size_t at = 0, size;

	while ((line = next_line(before, &at, ATTACHED, &size))) {
		if (has_label(line, size, interface))
			return true;
	}
	return false;
}

/* Writes the series that stood there with another value, so that they go on. */
static void put_attached(const struct writing *w, const struct sw_metrics_sink *sink, FILE *out)
{
	const struct sw_config *config = w->unloaded->config;
	const char *line, *value;
	size_t at = 0, size, i;

	sw_metrics_head_attached(sink);
	while ((line = next_line(&w->before, &at, ATTACHED, &size))) {
		value = memrchr(line, ' ', size);
		if (value)
			fprintf(out, "%.*s 0\n", (int)(value - line), line);
	}
	for (i = 0; config && i < config->interfaces; i++) {
		if (!is_known(&w->before, config->interface[i].name))
			sw_metrics_attached(sink, config->interface[i].name,
					    config->interface[i].role,
					    config->interface[i].xdp == SW_XDP_GENERIC, 0);
	}
}

static int print(void *ctx, FILE *out)
{
	const struct writing *w = ctx;
	struct sw_text text = sw_text_begin(out, w->unloaded->pin_dir);
	const struct sw_metrics_sink sink = sw_text_sink(&text);
	const char *line;
	size_t at = 0, size;

	put_attached(w, &sink, out);
	if (w->unloaded->failed)
		sw_metrics_reload(&sink, false);
	sw_metrics_heartbeat(&sink, w->unloaded->heartbeat);
	line = w->unloaded->heartbeat ? NULL : next_line(&w->before, &at, HEARTBEAT, &size);
	if (line)
		fprintf(out, "%.*s\n", (int)size, line);
	sw_metrics_build(&sink);
	return sw_text_end(&text);
}

int sw_unloaded_write(const struct sw_unloaded *unloaded, const char *path, struct sw_error *error)
{
	struct writing w = { .unloaded = unloaded };
	int err;

	if (sw_file_map(path, &w.before, NULL))
		w.before = (struct sw_file){};
	err = sw_textfile_write(path, print, &w, error);
	sw_file_unmap(&w.before);
	return err;
}
