// SPDX-License-Identifier: GPL-2.0
/* Metrics as Prometheus reads them. */
#include "report/metrics_text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report/metrics.h"

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

/* Renaming would do away with /dev/stdout. */
static bool may_replace(const char *path)
{
	struct stat st;

	return lstat(path, &st) || S_ISREG(st.st_mode);
}

static int write_file(const struct sw_snapshot *s, const char *path, struct sw_error *error)
{
	char *temporary;
	FILE *out = NULL;
	int fd, err;

	if (!may_replace(path))
		return sw_fail(error, -EINVAL,
			       "%s: is no regular file, and this would put one in its place", path);
	if (asprintf(&temporary, "%s.XXXXXX", path) < 0)
		return -ENOMEM;
	fd = mkstemp(temporary);
	if (fd < 0) {
		err = sw_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
		free(temporary);
		return err;
	}
	out = fdopen(fd, "w");
	err = out ? sw_metrics_print(s, out) : -ENOMEM;
	if (!err && fchmod(fd, 0644)) /* another user's exporter reads it */
		err = -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	if (!err && rename(temporary, path))
		err = -errno;
	if (err) {
		unlink(temporary);
		sw_fail(error, err, "cannot write %s: %s", path, strerror(-err));
	}
	free(temporary);
	return err;
}

int sw_metrics_write(const char *pin_dir, const char *path, struct sw_error *error)
{
	struct sw_snapshot *snapshot;
	int err;

	err = sw_snapshot_take(pin_dir, &snapshot, error);
	if (err)
		return err;
	err = write_file(snapshot, path, error);
	sw_snapshot_free(snapshot);
	return err;
}
