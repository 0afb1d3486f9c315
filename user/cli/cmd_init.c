// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/first_config.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "kernel/hosts.h"

/* A file of this name that is nobody else's. */
static int write_new(const char *path, const struct sw_survey *survey, struct sw_error *error)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644), err = 0;
	FILE *out;

	if (fd < 0)
		return sw_fail(error, -errno, "cannot write %s: %s", path, strerror(errno));
	out = fdopen(fd, "w");
	if (!out) {
		err = -errno;
		close(fd);
		return sw_fail(error, err, "cannot write %s: %s", path, strerror(-err));
	}
	sw_first_config_print(out, survey);
	if (fflush(out) || fsync(fd))
		err = -errno;
	if (fclose(out) && !err)
		err = -errno;
	return err ? sw_fail(error, err, "cannot write %s: %s", path, strerror(-err)) : 0;
}

static int refuse_to_overwrite(const char *path, struct sw_error *error)
{
	return sw_fail(error, -EEXIST,
		       "%s is there already, and is not overwritten: see `spamweir check`, or say "
		       "another one, `spamweir init -c FILE`",
		       path);
}

/* It is read back before it gets its name, which nobody can have taken meanwhile. */
static int put_in_place(const char *path, const struct sw_survey *survey, struct sw_error *error)
{
	struct sw_config *config = NULL;
	char *fresh;
	int err;

	if (asprintf(&fresh, "%s.new.%d", path, getpid()) < 0)
		return -ENOMEM;
	err = write_new(fresh, survey, error);
	if (err != -EEXIST) {
		if (!err)
			err = sw_config_read(fresh, &config, error);
		sw_config_free(config);
		if (!err && link(fresh, path))
			err = errno == EEXIST ? refuse_to_overwrite(path, error)
					      : sw_fail(error, -errno, "cannot write %s: %s", path,
							strerror(errno));
		unlink(fresh);
	}
	free(fresh);
	return err;
}

static int make(const char *path, struct sw_survey *survey, struct sw_error *error)
{
	struct stat st;
	int err;

	if (!lstat(path, &st))
		return refuse_to_overwrite(path, error);
	err = sw_survey_take(SW_RESOLV_CONF, survey, error);
	if (err)
		return err;
	if (!sw_first_config_nics(survey))
		return sw_fail(error, -ENODEV,
			       "no NIC here has Ethernet frames and is up: see `ip link`; "
			       "spamweir.yaml(5) has a configuration to begin with");
	return put_in_place(path, survey, error);
}

int cmd_init(const struct sw_options *options)
{
	const char *path = options->instance.config;
	struct sw_survey *survey = calloc(1, sizeof(*survey));
	struct sw_error error = {};
	int err = survey ? make(path, survey, &error) : -ENOMEM;

	if (!err)
		printf("%s: %zu NICs, %zu own prefixes, monitor mode. Read it, then:\n"
		       "  spamweir check -c %s\n"
		       "  spamweir doctor -c %s\n",
		       path, sw_first_config_nics(survey), survey->owns, path, path);
	if (survey)
		sw_survey_free(survey);
	free(survey);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
