// SPDX-License-Identifier: GPL-2.0
#include "run/history.h"

#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/names.h"
#include "base/text.h"
#include "policy/kept_since.h"
#include "run/remember.h"
#include "store/audit.h"
#include "store/publishes.h"

#define HELD "held_generation"
#define CONFIG "config.yaml"
#define RULES "rules"
#define LINEAGE "lineage"

static char *path_of(const struct sw_instance *instance, __u64 generation, const char *name)
{
	char *path;

	if (asprintf(&path, "%s/generations/%llu/%s", instance->state_dir, generation, name) < 0)
		return NULL;
	return path;
}

int sw_history_held_in(struct sw_store *store, __u64 *held, struct sw_error *error)
{
	__s64 number = 0;
	int err = sw_store_get_number(store, HELD, 0, &number, error);

	*held = err ? 0 : number;
	return err;
}

__u64 sw_history_held(const struct sw_instance *instance)
{
	struct sw_store *store;
	__u64 held = 0;

	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return 0;
	sw_history_held_in(store, &held, NULL);
	sw_store_close(store);
	return held;
}

int sw_history_hold(const struct sw_instance *instance, __u64 generation, struct sw_error *error)
{
	struct sw_store *store;
	int err =
		sw_store_open(instance->state_dir, generation ? SW_STORE_CREATE : 0, &store, error);

	if (err == -ENOENT && !generation)
		return 0;
	if (!err)
		err = sw_store_put_number(store, HELD, generation, error);
	sw_store_close(store);
	return err;
}

bool sw_history_kept(const struct sw_instance *instance, __u64 generation)
{
	char *config = path_of(instance, generation, CONFIG);
	char *rules = path_of(instance, generation, RULES);
	bool kept = config && rules && !access(config, R_OK) && !access(rules, R_OK);

	free(config);
	free(rules);
	return kept;
}

int sw_history_read(const struct sw_instance *instance, __u64 generation, struct sw_config **config,
		    struct sw_error *error)
{
	char *path = path_of(instance, generation, CONFIG);
	int err = path ? sw_config_read(path, config, error) : -ENOMEM;

	free(path);
	return err;
}

int sw_history_plan(const struct sw_instance *instance, __u64 generation, struct sw_config *config,
		    struct sw_plan *plan, struct sw_error *error)
{
	char *path = path_of(instance, generation, RULES);
	struct sw_kept kept = {};
	int err;

	*plan = (struct sw_plan){ .config = config, .failed_feed = SIZE_MAX };
	err = path ? sw_kept_load(path, &kept, error) : -ENOMEM;
	free(path);
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
		CONFIG, RULES, RULES SW_KEPT_ADDED, RULES SW_KEPT_REMOVED, LINEAGE, "",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
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

__u64 sw_history_newest(const struct sw_instance *instance)
{
	__u64 kept[MANY];

	return list_kept(instance, kept) ? kept[0] : 0;
}

/* What is newer was kept by somebody else, or never published. */
static void prune(const struct sw_instance *instance, __u64 newest, __u64 held)
{
	__u64 kept[MANY];
	size_t count = list_kept(instance, kept), i, room = SW_GENERATIONS_KEPT;

	for (i = 0; i < count; i++) {
		if (kept[i] == held)
			continue;
		if (kept[i] > newest || !room)
			drop(instance, kept[i]);
		else
			room--;
	}
}

__u64 sw_history_before(const struct sw_instance *instance, __u64 generation)
{
	__u64 kept[MANY];
	size_t count = list_kept(instance, kept), i;

	for (i = 0; i < count; i++) {
		if (kept[i] < generation && sw_history_kept(instance, kept[i]))
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

/* Of a change, the rules that it is a change of get another name. */
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

/* Without it, the next publish reads all. */
static void keep_lineage(const struct sw_instance *instance, const struct sw_published *published)
{
	char *path = path_of(instance, published->generation, LINEAGE);

	if (path && published->lineage)
		sw_lineage_save(path, published->lineage, NULL);
	free(path);
}

int sw_history_lineage(const struct sw_instance *instance, __u64 generation,
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

bool sw_history_may_follow(const struct sw_instance *instance, __u64 generation)
{
	__u64 changes = size_of(instance, generation, RULES SW_KEPT_ADDED) +
			size_of(instance, generation, RULES SW_KEPT_REMOVED);

	return sw_history_kept(instance, generation) &&
	       changes <= FEW + size_of(instance, generation, RULES) / 8;
}

/* The rules last: with them it is whole. */
static int keep(const struct sw_instance *instance, const struct sw_published *published,
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

/* What has changed since the newest that is kept. */
static void compare(const struct sw_instance *instance, const struct sw_published *published,
		    struct sw_publish *publish)
{
	const struct sw_plan *plan = published->plan;
	__u64 last = sw_history_before(instance, published->generation);
	__u64 added[SW_MAX_FEEDS], removed[SW_MAX_FEEDS];
	struct sw_kept before = {}, after = { .rules = plan->rules, .feeds = plan->config->feeds };
	char *path = last && !published->follows ? path_of(instance, last, RULES) : NULL;
	size_t i, j, feeds;

	if (path)
		sw_kept_load(path, &before, NULL);
	free(path);
	if (published->follows)
		before = (struct sw_kept){ .rules = (struct sw_rules *)published->before,
					   .feeds = after.feeds };
	for (i = 0; i < after.feeds && published->follows; i++)
		snprintf(before.feed[i].name, sizeof(before.feed[i].name), "%s",
			 plan->config->feed[i].name);
	for (i = 0; i < after.feeds; i++)
		snprintf(after.feed[i].name, sizeof(after.feed[i].name), "%s",
			 plan->config->feed[i].name);
	sw_kept_compare(&before, &after, added, removed);
	publish->feed = calloc(after.feeds + before.feeds + 1, sizeof(*publish->feed));
	feeds = publish->feed ? after.feeds : 0;
	for (i = 0; i < feeds; i++) {
		struct sw_publish_feed *feed = &publish->feed[publish->feeds++];

		snprintf(feed->name, sizeof(feed->name), "%s", after.feed[i].name);
		snprintf(feed->kind, sizeof(feed->kind), "%s",
			 sw_kind_name(plan->config->feed[i].kind));
		feed->entries = plan->rules->feed[i].prefixes;
		feed->added = added[i];
	}
	for (i = 0; i < before.feeds && publish->feed; i++) {
		for (j = 0; j < feeds && strcmp(before.feed[i].name, publish->feed[j].name); j++)
			;
		if (j == feeds) { /* it is configured no more */
			j = publish->feeds++;
			snprintf(publish->feed[j].name, sizeof(publish->feed[j].name), "%s",
				 before.feed[i].name);
			snprintf(publish->feed[j].kind, sizeof(publish->feed[j].kind), "%s",
				 sw_kind_name(before.feed[i].kind));
		}
		publish->feed[j].removed += removed[i];
	}
	if (published->follows)
		before.rules = NULL; /* it is the caller's */
	sw_kept_free(&before);
}

static bool starts_with(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static int write_down(struct sw_store *store, const struct sw_published *published,
		      const struct sw_publish *publish, struct sw_error *error)
{
	static const char *const audited[] = { "load", "reload", "rollback" };
	char verb[16];
	size_t i;
	int err;

	snprintf(verb, sizeof(verb), "%.*s", (int)strcspn(publish->arguments, " "),
		 publish->arguments);
	err = sw_store_begin(store, error);
	if (!err)
		err = sw_publishes_add(store, publish, error);
	for (i = 0; i < sizeof(audited) / sizeof(audited[0]) && !err; i++) {
		if (!strcmp(verb, audited[i]))
			err = sw_audit_add(store, verb, published->generation, error);
	}
	return err ? err : sw_store_commit(store, error);
}

void sw_history_note(const struct sw_instance *instance, const struct sw_published *published)
{
	struct sw_publish publish = {
		.generation = published->generation,
		.base = published->base,
		.at_ms = sw_wall_ms(),
	};
	struct sw_error error = {};
	struct sw_store *store;
	int err;

	err = sw_store_open(instance->state_dir, SW_STORE_CREATE, &store, &error);
	if (err && published->quiet)
		return;
	sw_person_self(&publish.person);
	sw_command_line(publish.arguments, sizeof(publish.arguments));
	if (instance->cause) {
		snprintf(publish.person.name, sizeof(publish.person.name), "nobody");
		snprintf(publish.arguments, sizeof(publish.arguments), "%s", instance->cause);
	} else if (starts_with(publish.arguments, "run")) {
		snprintf(publish.person.name, sizeof(publish.person.name), "daemon");
	}
	if (!err) {
		compare(instance, published, &publish);
		err = write_down(store, published, &publish, &error);
	}
	if (err && store)
		sw_store_rollback(store);
	sw_store_close(store);
	free(publish.feed);
	if (!err)
		err = keep(instance, published, &error);
	if (err)
		sw_warn("%s; this publish cannot be gone back to", error.text);
	else
		prune(instance, published->generation, sw_history_held(instance));
}
