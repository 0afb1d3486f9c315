// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Files that the configuration names beside lists, and who needs them. */
struct looking {
	const struct sw_patient *patient;
	struct sw_findings *out;
	size_t files, found;
};

/* What a path has to lead to. */
enum wanted {
	READABLE,
	PROGRAM,
	DIRECTORY,
};

/* A sentence without its subject; NULL: nothing is wrong with it. */
static const char *wrong_with(const char *path, enum wanted wanted)
{
	struct stat st;

	if (stat(path, &st))
		return strerror(errno);
	if (wanted == DIRECTORY && !S_ISDIR(st.st_mode))
		return "is no directory";
	if (wanted != DIRECTORY && !S_ISREG(st.st_mode))
		return "is no regular file";
	if (access(path, wanted == PROGRAM ? X_OK : R_OK))
		return wanted == PROGRAM ? "may not be executed" : strerror(errno);
	return NULL;
}

/* `line` 0: it has none. */
static void look(struct looking *l, int line, const char *key, const char *path, enum wanted wanted)
{
	const char *why = path ? wrong_with(path, wanted) : NULL;
	char mend[512], where[16] = "";

	l->files += path != NULL;
	if (!why)
		return;
	if (line)
		snprintf(where, sizeof(where), ":%d", line);
	snprintf(mend, sizeof(mend), "ls -ld %s", path);
	sw_find(l->out, SW_FOUND_FAILURE, mend, "%s%s: %s %s: %s", l->patient->config->path, where,
		key, path, why);
	l->found++;
}

/* It must be there, and not be everybody's to read. */
static void look_at_secret(struct looking *l, int line, const char *key, const char *path)
{
	char mend[512];
	struct stat st;

	look(l, line, key, path, READABLE);
	if (!path || wrong_with(path, READABLE) || stat(path, &st) || !(st.st_mode & S_IROTH))
		return;
	snprintf(mend, sizeof(mend), "chmod o-r %s", path);
	sw_find(l->out, SW_FOUND_WARNING, mend, "%s:%d: %s %s: everybody can read it",
		l->patient->config->path, line, key, path);
	l->found++;
}

static void look_at_secrets(struct looking *l, int line, const struct sw_fetch_config *how)
{
	look_at_secret(l, line, "proxy_credentials_file", how->proxy_credentials_file);
	look(l, line, "ca_file", how->ca_file, READABLE);
	look_at_secret(l, line, "headers_file", how->headers_file);
	look_at_secret(l, line, "credentials_file", how->credentials_file);
}

static void look_at_notices(struct looking *l)
{
	const struct sw_notices_config *notices = &l->patient->config->notices;
	size_t i;

	look(l, 0, "templates", notices->templates, DIRECTORY);
	look(l, 0, "customers", notices->customers, READABLE);
	for (i = 0; i < notices->receivers; i++) {
		const struct sw_notice_receiver *receiver = &notices->receiver[i];

		look(l, receiver->line, "exec", receiver->exec[0], PROGRAM);
		look_at_secrets(l, receiver->line, &receiver->how);
	}
}

/* Who leases addresses may not have begun: that is no failure yet. */
static void look_at_subscribers(struct looking *l)
{
	const struct sw_config *config = l->patient->config;
	glob_t found;
	size_t i;

	for (i = 0; i < config->subscribers.sources; i++) {
		const struct sw_subscribers_source *source = &config->subscribers.source[i];
		char mend[512];

		l->files++;
		if (!glob(source->path, 0, NULL, &found)) {
			globfree(&found);
			continue;
		}
		snprintf(mend, sizeof(mend), "ls -l %s", source->path);
		sw_find(l->out, SW_FOUND_WARNING, mend,
			"%s:%d: list of subscribers %s: there is no file %s", config->path,
			source->line, source->name, source->path);
		l->found++;
	}
}

void sw_check_files(const struct sw_patient *patient, struct sw_findings *out)
{
	struct looking l = { .patient = patient, .out = out };
	const struct sw_config *config = patient->config;
	size_t i;

	for (i = 0; config && i < config->feeds; i++)
		look_at_secrets(&l, config->feed[i].line, &config->feed[i].fetch);
	if (config) {
		look_at_notices(&l);
		look_at_subscribers(&l);
	}
	if (l.files && !l.found)
		sw_find(out, SW_FOUND_OK, NULL,
			"%zu files that are no lists are named, and are there", l.files);
}
