// SPDX-License-Identifier: GPL-2.0
/* Metrics as Prometheus reads them. */
#include "report/metrics_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "report/metrics.h"
#include "report/textfile.h"

static void text_head(void *ctx, const char *name, const char *type, const char *help)
{
	struct sw_text *text = ctx;

	text->name = name;
	fprintf(text->out, "# HELP spamweir_%s %s\n# TYPE spamweir_%s %s\n", name, help, name,
		type);
}

/* Linux allows quotes in the name of a NIC. */
static void put_quoted(const char *value, FILE *out)
{
	putc('"', out);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			putc('\\', out);
		putc(*value, out);
	}
	putc('"', out);
}

static void put_label(struct sw_text *text, char before, const char *name, const char *value)
{
	fprintf(text->out, "%c%s=", before, name);
	put_quoted(value, text->out);
}

static void text_sample(void *ctx, const struct sw_label *label, size_t labels, __u64 value)
{
	struct sw_text *text = ctx;
	size_t i;

	fprintf(text->out, "spamweir_%s", text->name);
	for (i = 0; i < labels; i++)
		put_label(text, i ? ',' : '{', label[i].name, label[i].value);
	if (text->instance_dir)
		put_label(text, labels ? ',' : '{', "instance_dir", text->instance_dir);
	fprintf(text->out, "%s %llu\n", labels || text->instance_dir ? "}" : "", value);
}

struct sw_text sw_text_begin(FILE *out, const char *pin_dir)
{
	bool usual = !strcmp(pin_dir, SW_DEFAULT_PIN_DIR) ||
		     !strcmp(pin_dir, SW_DEFAULT_PIN_DIR "/");

	return (struct sw_text){ .out = out, .instance_dir = usual ? NULL : pin_dir };
}

struct sw_metrics_sink sw_text_sink(struct sw_text *text)
{
	return (struct sw_metrics_sink){ text_head, text_sample, text };
}

int sw_text_end(struct sw_text *text)
{
	return fflush(text->out) || ferror(text->out) ? -errno : 0;
}

int sw_metrics_print(const struct sw_snapshot *snapshot, FILE *out)
{
	struct sw_text text = sw_text_begin(out, snapshot->state->directory);
	const struct sw_metrics_sink sink = sw_text_sink(&text);

	sw_metrics_tell(snapshot, &sink);
	return sw_text_end(&text);
}

static int print_snapshot(void *ctx, FILE *out)
{
	return sw_metrics_print(ctx, out);
}

int sw_metrics_write(struct sw_snapshot *snapshot, const char *path, struct sw_error *error)
{
	return sw_textfile_write(path, print_snapshot, snapshot, error);
}
