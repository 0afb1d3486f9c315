// SPDX-License-Identifier: GPL-2.0
#include "cli/output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "cli/options.h"

int sw_print_error(const struct sw_error *error, int err)
{
	if (error->text[0])
		sw_note("%s", error->text);
	else
		sw_note("%s%s", ferror(stdout) ? "cannot write: " : "", strerror(-err));
	return SW_EXIT_FAILED;
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
