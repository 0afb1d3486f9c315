// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void look(const char *path, const char *directory, struct sw_findings *out)
{
	char mend[512];
	struct stat st;

	if (access(directory, F_OK)) {
		snprintf(mend, sizeof(mend), "install -d -m 755 %s", directory);
		sw_find(out, SW_FOUND_WARNING, mend,
			"metrics.textfile is %s, and there is no directory %s", path, directory);
	} else if (access(directory, W_OK | X_OK)) {
		snprintf(mend, sizeof(mend), "ls -ld %s; findmnt -T %s", directory, directory);
		sw_find(out, SW_FOUND_WARNING, mend,
			"metrics.textfile is %s, and %s cannot be written to: %s", path, directory,
			strerror(errno));
	} else if (!lstat(path, &st) && !S_ISREG(st.st_mode)) {
		snprintf(mend, sizeof(mend), "rm %s", path);
		sw_find(out, SW_FOUND_WARNING, mend,
			"metrics.textfile is %s, which is no regular file and so is never replaced",
			path);
	} else {
		sw_find(out, SW_FOUND_OK, NULL, "metrics can be written to %s", path);
	}
}

void sw_check_textfile(const struct sw_patient *patient, struct sw_findings *out)
{
	char *copy;

	if (!patient->config || !patient->config->textfile)
		return;
	copy = strdup(patient->config->textfile);
	if (copy)
		look(patient->config->textfile, dirname(copy), out);
	else
		out->err = -ENOMEM;
	free(copy);
}
