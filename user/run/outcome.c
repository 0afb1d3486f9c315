// SPDX-License-Identifier: GPL-2.0
#include "run/outcome.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "config/read.h"
#include "kernel/health.h"
#include "kernel/open.h"
#include "report/textfile.h"
#include "report/unloaded.h"
#include "run/rollout.h"

struct note {
	const char *pin_dir;
	const char *textfile;
};

/* The pin directory says whose the note is: instances may share the state directory. */
static int print_note(void *ctx, FILE *out)
{
	const struct note *note = ctx;

	fprintf(out, "%s\n%s\n", note->pin_dir, note->textfile);
	return fflush(out) || ferror(out) ? -errno : 0;
}

static char *note_path(const struct sw_instance *instance)
{
	char *path;

	return asprintf(&path, "%s/textfile", instance->state_dir) < 0 ? NULL : path;
}

void sw_outcome_remember(const struct sw_instance *instance, const char *textfile)
{
	struct note note = { instance->pin_dir, textfile };
	struct sw_error error = {};
	char *path = note_path(instance);

	if (!path)
		return;
	mkdir(instance->state_dir, 0700);
	if (sw_textfile_write(path, print_note, &note, &error))
		sw_warn("%s", error.text);
	free(path);
}

/* The caller's; NULL: there is none. */
static char *remembered(const struct sw_instance *instance)
{
	char *path = note_path(instance), *line, *end, *found = NULL;
	size_t size = strlen(instance->pin_dir);
	struct sw_file file;

	if (path && !sw_file_map(path, &file, NULL)) {
		if (file.size > size && !memcmp(file.text, instance->pin_dir, size) &&
		    file.text[size] == '\n') {
			line = (char *)file.text + size + 1;
			end = memchr(line, '\n', file.size - size - 1);
			found = end ? strndup(line, end - line) : NULL;
		}
		sw_file_unmap(&file);
	}
	free(path);
	return found;
}

int sw_outcome_write(const struct sw_instance *instance, const struct sw_config *config,
		     struct sw_error *error)
{
	struct sw_unloaded unloaded = {
		.pin_dir = instance->pin_dir,
		.config = config,
		.heartbeat = time(NULL),
	};
	int err = sw_rollout_write(instance, config->textfile, NULL, error);

	if (err == -ENOENT && access(instance->pin_dir, F_OK)) /* `unload` was here */
		sw_unloaded_write(&unloaded, config->textfile, NULL);
	return err;
}

static void write_nothing_loaded(const struct sw_instance *instance, bool failed)
{
	struct sw_config *config = NULL;
	struct sw_error error = {};
	char *path;

	sw_config_read(instance->config, &config, NULL);
	path = config && config->textfile ? strdup(config->textfile) : remembered(instance);
	if (path && (failed || !access(path, F_OK)) &&
	    sw_unloaded_write(&(struct sw_unloaded){ .pin_dir = instance->pin_dir,
						     .config = config,
						     .failed = failed },
			      path, &error))
		sw_warn("%s", error.text);
	free(path);
	sw_config_free(config);
}

/* The textfile of what is loaded is the daemon's to write, or whoever's it was. */
static bool note_failure(const struct sw_instance *instance)
{
	struct sw_state *state;

	if (sw_state_open(instance->pin_dir, SW_READ, &state, NULL))
		return false;
	sw_health_set(state, SW_HEALTH_RELOAD_FAILED, 1);
	sw_state_close(state);
	return true;
}

void sw_outcome_failed(const struct sw_instance *instance)
{
	char *path;

	if (!note_failure(instance)) {
		write_nothing_loaded(instance, true);
		return;
	}
	path = remembered(instance);
	if (path)
		sw_rollout_write(instance, path, NULL, NULL);
	free(path);
}

void sw_outcome_unloaded(const struct sw_instance *instance)
{
	write_nothing_loaded(instance, false);
}
