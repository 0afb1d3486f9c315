// SPDX-License-Identifier: GPL-2.0
#include "run/archive.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file.h"
#include "config/read.h"
#include "policy/kept_since.h"
#include "policy/rules_sort.h"

#define CONFIG "config.yaml"
#define RULES "rules"
#define LINEAGE "lineage"
#define PASSING "passing" /* a mark: it is one */

#define PASSING_KEPT 2 /* with them goes on what has changed since */

static char *path_of(const struct sw_instance *instance, __u64 generation, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/generations/%llu/%s", instance->state_dir, generation, name) < 0)
		return NULL;
	return path;
}

bool sw_archive_kept(const struct sw_instance *instance, __u64 generation)
{
	char *config = path_of(instance, generation, CONFIG);
	char *rules = path_of(instance, generation, RULES);
	bool kept = config && rules && !access(config, R_OK) && !access(rules, R_OK);

	free(config);
	free(rules);
	return kept;
}

int sw_archive_read(const struct sw_instance *instance, __u64 generation, struct sw_config **config,
		    struct sw_error *error)
{
	char *path = path_of(instance, generation, CONFIG);
	int err = path ? sw_config_read(path, config, error) : -ENOMEM;

	free(path);
	return err;
}

int sw_archive_rules(const struct sw_instance *instance, __u64 generation, struct sw_kept *kept,
		     struct sw_error *error)
{
	char *path = path_of(instance, generation, RULES);
	int err = path ? sw_kept_load(path, kept, error) : -ENOMEM;

	free(path);
	return err;
}

int sw_archive_plan(const struct sw_instance *instance, __u64 generation, struct sw_config *config,
		    struct sw_plan *plan, struct sw_error *error)
{
	struct sw_kept kept = {};
	int err;

	*plan = (struct sw_plan){ .config = config, .failed_feed = SIZE_MAX };
	err = sw_archive_rules(instance, generation, &kept, error);
	if (!err)
		err = sw_kept_rules(&kept, config, &plan->rules, error);
	sw_kept_free(&kept);
	if (err)
		return err;
	err = sw_rules_sort(plan->rules);
	return err ? sw_fail(error, err, "no memory for what was kept") : 0;
}

/* A generation's files; the directory too if it is empty then. */
static void drop(const struct sw_instance *instance, __u64 generation)
{
	static const char *const names[] = {
		CONFIG, RULES, RULES SW_KEPT_ADDED, RULES SW_KEPT_REMOVED, LINEAGE, PASSING, "",
	};
	size_t i;

	for (i = 0; i < SW_COUNT(names); i++) {
		char *path = path_of(instance, generation, names[i]);

		if (path && (*names[i] ? unlink(path) : rmdir(path)) && errno != ENOENT)
			sw_warn("%s: %s", path, strerror(errno));
		free(path);
	}
}

static int by_number(const void *a, const void *b)
{
	__u64 x = *(const __u64 *)a, y = *(const __u64 *)b;

	return (x < y) - (x > y);
}

#define MANY 64 /* more than are ever left */

/* The newest first; how many. */
static size_t list_kept(const struct sw_instance *instance, __u64 *out)
{
	struct dirent *entry;
	size_t count = 0;
	DIR *directory;
	char *path;

	if (asprintf(&path, "%s/generations", instance->state_dir) < 0)
		return 0;
	directory = opendir(path);
	free(path);
	while (directory && count < MANY && (entry = readdir(directory))) {
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			out[count++] = strtoull(entry->d_name, NULL, 10);
	}
	if (directory)
		closedir(directory);
	qsort(out, count, sizeof(*out), by_number);
	return count;
}

__u64 sw_archive_newest(const struct sw_instance *instance)
{
	__u64 kept[MANY];

	return list_kept(instance, kept) ? kept[0] : 0;
}

static bool is_passing(const struct sw_instance *instance, __u64 generation)
{
	char *path = path_of(instance, generation, PASSING);
	bool is = path && !access(path, F_OK);

	free(path);
	return is;
}

/* A newer one was kept by somebody else, or never published. */
void sw_archive_prune(const struct sw_instance *instance, __u64 newest, __u64 held)
{
	__u64 kept[MANY];
	size_t count = list_kept(instance, kept), i;
	size_t room[2] = { SW_GENERATIONS_KEPT, PASSING_KEPT };
	bool passing;

	for (i = 0; i < count; i++) {
		if (kept[i] == held)
			continue;
		passing = is_passing(instance, kept[i]);
		if (kept[i] > newest || !room[passing])
			drop(instance, kept[i]);
		else
			room[passing]--;
	}
}

__u64 sw_archive_before(const struct sw_instance *instance, __u64 generation)
{
	__u64 kept[MANY];
	size_t count = list_kept(instance, kept), i;

	for (i = 0; i < count; i++) {
		if (kept[i] < generation && sw_archive_kept(instance, kept[i]))
			return kept[i];
	}
	return 0;
}

static int write_config(const char *from, const char *to, struct sw_error *error)
{
	struct sw_file file;
	FILE *out;
	int err = sw_file_map(from, &file, error);

	if (err)
		return err;
	out = fopen(to, "we");
	err = out ? 0 : -errno;
	if (out && fwrite(file.text, 1, file.size, out) != file.size)
		err = -EIO;
	if (out && fclose(out) && !err)
		err = -errno;
	sw_file_unmap(&file);
	return err ? sw_fail(error, err, "%s: %s", to, strerror(-err)) : 0;
}

static int make_directories(const struct sw_instance *instance, __u64 generation,
			    struct sw_error *error)
{
	char *path = path_of(instance, generation, ""), *end;
	int err = path ? 0 : -ENOMEM;

	if (path) {
		end = path + strlen(instance->state_dir) + strlen("/generations");
		*end = '\0';
		if (mkdir(path, 0700) && errno != EEXIST)
			err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
		*end = '/';
		if (!err && mkdir(path, 0700) && errno != EEXIST)
			err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	}
	free(path);
	return err;
}

/* If it is a change, the rules that it changes get another name. */
static int keep_rules(const struct sw_instance *instance, const struct sw_published *published,
		      const char *fresh, const char *path, struct sw_error *error)
{
	const struct sw_kept_step step = { published->regions, published->before,
					   published->plan->rules };
	char *former;
	int err;

	if (!published->follows)
		return sw_kept_save(fresh, published->plan->config, published->plan->rules, error);
	former = path_of(instance, published->follows, RULES);
	err = former ? sw_kept_save_step(former, path, published->plan->config, &step, error)
		     : -ENOMEM;
	if (!err) {
		unlink(fresh);
		if (link(former, fresh))
			err = sw_fail(error, -errno, "%s: %s", fresh, strerror(errno));
	}
	free(former);
	return err;
}

/* If this fails, the next publish reads all. */
static void keep_lineage(const struct sw_instance *instance, const struct sw_published *published)
{
	char *path = path_of(instance, published->generation, LINEAGE);

	if (path && published->lineage)
		sw_lineage_save(path, published->lineage, NULL);
	free(path);
}

int sw_archive_lineage(const struct sw_instance *instance, __u64 generation,
		       struct sw_lineage *lineage)
{
	char *path = path_of(instance, generation, LINEAGE);
	int err = path ? sw_lineage_load(path, lineage, NULL) : -ENOMEM;

	free(path);
	return err;
}

static __u64 size_of(const struct sw_instance *instance, __u64 generation, const char *name)
{
	char *path = path_of(instance, generation, name);
	struct sw_file_id id = {};

	if (path)
		sw_file_identify(path, &id);
	free(path);
	return id.size;
}

#define FEW (1 << 20) /* bytes of changes, however few rules there are */

bool sw_archive_may_follow(const struct sw_instance *instance, __u64 generation)
{
	__u64 changes = size_of(instance, generation, RULES SW_KEPT_ADDED) +
			size_of(instance, generation, RULES SW_KEPT_REMOVED);

	return sw_archive_kept(instance, generation) &&
	       changes <= FEW + size_of(instance, generation, RULES) / 8;
}

static int mark_passing(const struct sw_instance *instance, __u64 generation)
{
	char *path = path_of(instance, generation, PASSING);
	FILE *out = path ? fopen(path, "we") : NULL;
	int err = out ? 0 : -errno;

	if (out)
		fclose(out);
	free(path);
	return err;
}

/* The rules last: with them it is whole. */
int sw_archive_keep(const struct sw_instance *instance, const struct sw_published *published,
		    struct sw_error *error)
{
	char *config = path_of(instance, published->generation, CONFIG);
	char *rules = path_of(instance, published->generation, RULES);
	char *fresh = path_of(instance, published->generation, RULES ".new");
	int err = config && rules && fresh ? 0 : -ENOMEM;

	if (!err)
		err = make_directories(instance, published->generation, error);
	if (!err)
		err = write_config(published->plan->config->path, config, error);
	if (!err)
		err = keep_rules(instance, published, fresh, rules, error);
	if (!err)
		keep_lineage(instance, published);
	if (!err && published->passing)
		err = mark_passing(instance, published->generation);
	if (!err && rename(fresh, rules))
		err = sw_fail(error, -errno, "%s: %s", rules, strerror(errno));
	if (err && fresh)
		unlink(fresh);
	free(config);
	free(rules);
	free(fresh);
	if (err)
		drop(instance, published->generation);
	return err;
}
