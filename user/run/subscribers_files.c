// SPDX-License-Identifier: GPL-2.0
#include "run/subscribers_files.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int add(struct sw_subscribers_files *out, const char *path, const char *behind)
{
	char *whole;

	if (asprintf(&whole, "%s%s", path, behind) < 0)
		return -ENOMEM;
	if (access(whole, F_OK)) { /* it may be gone by now */
		free(whole);
		return 0;
	}
	if (out->count == SW_SUBSCRIBERS_FILES) {
		free(whole);
		return -E2BIG;
	}
	out->path[out->count++] = whole;
	return 0;
}

/* Kea's LFC moves the file to .1, merges it with .2 into .output, calls that .completed
 * when it is whole, and then .2; a server that starts reads them so. */
static int add_kea(struct sw_subscribers_files *out, const char *path)
{
	size_t before = out->count;
	int err = add(out, path, ".completed");

	if (!err && out->count == before)
		err = add(out, path, ".2");
	if (!err)
		err = add(out, path, ".1");
	return err ? err : add(out, path, "");
}

int sw_subscribers_files_find(const struct sw_subscribers_source *source,
			      struct sw_subscribers_files *out, struct sw_error *error)
{
	glob_t found;
	size_t i;
	int err = 0;

	*out = (struct sw_subscribers_files){ .count = 0 };
	switch (glob(source->path, 0, NULL, &found)) {
	case 0:
		break;
	case GLOB_NOSPACE:
		return sw_fail(error, -ENOMEM, "%s: no memory", source->path);
	default:
		return 0;
	}
	for (i = 0; i < found.gl_pathc && !err; i++) {
		if (source->format == SW_SUBSCRIBERS_KEA)
			err = add_kea(out, found.gl_pathv[i]);
		else
			err = add(out, found.gl_pathv[i], "");
	}
	globfree(&found);
	if (err)
		sw_subscribers_files_free(out);
	if (err == -E2BIG)
		return sw_fail(error, err, "%s: matches more than %d files", source->path,
			       SW_SUBSCRIBERS_FILES);
	return err ? sw_fail(error, err, "%s: no memory", source->path) : 0;
}

void sw_subscribers_files_free(struct sw_subscribers_files *files)
{
	while (files->count)
		free(files->path[--files->count]);
}
