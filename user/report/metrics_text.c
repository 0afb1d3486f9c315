// SPDX-License-Identifier: GPL-2.0
/* Metrics as Prometheus reads them. */
#include "report/metrics_text.h"

#include <errno.h>
#include <stdio.h>

#include "report/metrics.h"
#include "report/textfile.h"

struct text {
	FILE *out;
	const char *name; /* of the metric under way */
};

static void text_head(void *ctx, const char *name, const char *type, const char *help)
{
	struct text *text = ctx;

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

static void text_sample(void *ctx, const struct sw_label *label, size_t labels, __u64 value)
{
	struct text *text = ctx;
	size_t i;

	fprintf(text->out, "spamweir_%s", text->name);
	for (i = 0; i < labels; i++) {
		fprintf(text->out, "%c%s=", i ? ',' : '{', label[i].name);
		put_quoted(label[i].value, text->out);
	}
	fprintf(text->out, "%s %llu\n", labels ? "}" : "", value);
}

int sw_metrics_print(const struct sw_snapshot *snapshot, FILE *out)
{
	struct text text = { .out = out };
	const struct sw_metrics_sink sink = { text_head, text_sample, &text };

	sw_metrics_tell(snapshot, &sink);
	return fflush(out) || ferror(out) ? -errno : 0;
}

static int print_snapshot(void *ctx, FILE *out)
{
	return sw_metrics_print(ctx, out);
}

int sw_metrics_write(const char *pin_dir, const char *path, struct sw_error *error)
{
	struct sw_snapshot *snapshot;
	int err;

	err = sw_snapshot_take(pin_dir, &snapshot, error);
	if (err)
		return err;
	err = sw_textfile_write(path, print_snapshot, snapshot, error);
	sw_snapshot_free(snapshot);
	return err;
}
