// SPDX-License-Identifier: GPL-2.0
#include "run/route_feeds.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "config/routes.h"
#include "feed/copy_source.h"
#include "report/textfile.h"
#include "route/held.h"
#include "route/list.h"
#include "run/route_refill.h"

#define UNREAD_AGAIN_MS 10000

/* A table as the list that it makes. */
struct list {
	char *text;
	size_t size;
	size_t entries;
};

static int make_list(const struct sw_routes *routes, struct list *list)
{
	return sw_route_list_text(routes, &list->text, &list->size, &list->entries);
}

static int read_held(struct sw_held_table *held, __u8 protocol, struct list *list,
		     struct sw_error *error)
{
	struct sw_routes some = {};
	int err = sw_held_read(held, error);
	size_t i;

	if (!err && protocol == RTPROT_UNSPEC)
		return make_list(&held->routes, list);
	for (i = 0; i < held->routes.count && !err; i++) {
		if (held->routes.route[i].protocol == protocol)
			err = sw_routes_add(&some, &held->routes.route[i]);
	}
	if (!err)
		err = make_list(&some, list);
	sw_routes_free(&some);
	return err;
}

static int read_now(__u32 table, __u8 protocol, struct list *list, struct sw_error *error)
{
	struct sw_routes routes;
	int err = sw_routes_dump(table, protocol, &routes, error);

	if (!err)
		err = make_list(&routes, list);
	sw_routes_free(&routes);
	return err;
}

/* As it is held, or anew if it is not. */
static int read_table(struct sw_held *held, const struct sw_feed_config *feed, struct list *list,
		      struct sw_error *error)
{
	struct sw_held_table *table = sw_held_find(held, feed->routes.table);
	__u8 protocol = feed->routes.protocol;
	int err;

	*list = (struct list){};
	err = table ? read_held(table, protocol, list, error)
		    : read_now(feed->routes.table, protocol, list, error);
	return err == -ENOMEM
		       ? sw_fail(error, err, "no memory for routing table %u", feed->routes.table)
		       : err;
}

static bool is_written(const char *path, const struct list *list)
{
	struct sw_mapping file;
	bool same;

	if (sw_mapping_open(path, &file, NULL))
		return false;
	same = file.size == list->size && (!file.size || !memcmp(file.at, list->text, file.size));
	sw_mapping_close(&file);
	return same;
}

static int print_list(void *ctx, FILE *out)
{
	const struct list *list = ctx;

	fwrite(list->text, 1, list->size, out);
	return fflush(out) || ferror(out) ? -errno : 0;
}

static int write_list(const char *path, const struct list *list, struct sw_error *error)
{
	return sw_textfile_write(path, print_list, (void *)list, error);
}

static int make_directory(const struct sw_instance *instance, struct sw_error *error)
{
	char *path;
	int err = 0;

	if (asprintf(&path, "%s/routes", instance->state_dir) < 0)
		return -ENOMEM;
	if ((mkdir(instance->state_dir, 0700) && errno != EEXIST) ||
	    (mkdir(path, 0700) && errno != EEXIST))
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return err;
}

/* Since when a table is empty that was not is told by a file beside its list. */
static char *mark_of(const struct sw_feed_config *feed)
{
	char *path;

	return asprintf(&path, "%s.empty", feed->path) < 0 ? NULL : path;
}

static __s64 marked_ms(const char *mark)
{
	struct sw_file_id id;

	return sw_file_identify(mark, &id) ? 0 : (__s64)(id.modified_ns / 1000000);
}

/* The time, in Unix milliseconds, until which the last list stays; 0: it does not. A mark
 * that is dated in the future was made by another clock. */
static __s64 hold_until(const struct sw_feed_config *feed, const char *mark)
{
	const struct list nothing = { .text = "" };
	__s64 since = marked_ms(mark), now = sw_wall_ms();
	struct sw_file_id id;

	if (!feed->routes.hold_s || sw_file_identify(feed->path, &id))
		return 0;
	if (!since || since > now) {
		if (write_list(mark, &nothing, NULL))
			return 0;
		since = now;
	}
	since += feed->routes.hold_s * 1000;
	return since > now ? since : 0;
}

static void set_stale(struct sw_feed_config *feed, char *why, __u64 again_ms)
{
	free(feed->routes.stale);
	feed->routes.stale = why;
	feed->routes.again_ms = why ? again_ms : 0;
}

static bool has_entries(const struct sw_feed_config *feed)
{
	struct sw_mapping file;
	bool has;

	if (sw_mapping_open(feed->path, &file, NULL))
		return false;
	has = file.size && memchr(file.at, '\n', file.size) != file.at + file.size - 1;
	sw_mapping_close(&file);
	return has;
}

static void hold(struct sw_feed_config *feed, const char *mark, __s64 until_ms)
{
	__s64 since_ms = marked_ms(mark);
	char when[32], end[32], *why;

	if (asprintf(&why,
		     "routing table %u is empty since %s; its last list stays until %s (hold)",
		     feed->routes.table, sw_format_time(since_ms / 1000, when, sizeof(when)),
		     sw_format_time(until_ms / 1000, end, sizeof(end))) < 0)
		why = NULL;
	set_stale(feed, why, until_ms - sw_wall_ms() + 1);
}

/* What the list had before stays beside the table, while that fills. */
static int refill(struct sw_feed_config *feed, bool was_empty, struct list *list)
{
	size_t size = list->size;
	__s64 until_ms;
	int err;

	if (was_empty && list->entries)
		sw_refill_begin(feed);
	until_ms = list->entries ? sw_refill_until(feed) : 0;
	if (!until_ms) {
		sw_refill_end(feed);
		return 0;
	}
	err = sw_refill_join(feed, &list->text, &list->size);
	if (!err && list->size != size)
		feed->routes.again_ms = until_ms - sw_wall_ms() + 1;
	return err == -ENOMEM ? err : 0;
}

static int take(struct sw_feed_config *feed, struct list *list, struct sw_error *error)
{
	bool emptied = !list->entries && has_entries(feed);
	char *mark = mark_of(feed);
	__s64 until_ms;
	int err = 0;

	if (!mark)
		return -ENOMEM;
	until_ms = emptied ? hold_until(feed, mark) : 0;
	if (until_ms)
		hold(feed, mark, until_ms);
	else
		err = refill(feed, marked_ms(mark), list);
	if (!until_ms && !err && !is_written(feed->path, list))
		err = write_list(feed->path, list, error);
	if (!until_ms && !err)
		unlink(mark);
	free(mark);
	return err;
}

static int refresh(const struct sw_instance *instance, struct sw_feed_config *feed)
{
	struct sw_error error = {};
	struct list list;
	int err;

	set_stale(feed, NULL, 0);
	err = read_table(instance->held, feed, &list, &error);
	if (!err)
		err = make_directory(instance, &error);
	if (!err)
		err = take(feed, &list, &error);
	free(list.text);
	if (err && err != -ENOMEM)
		set_stale(feed, strdup(error.text), UNREAD_AGAIN_MS);
	return err == -ENOMEM ? err : 0;
}

int sw_route_feeds_refresh(const struct sw_instance *instance, struct sw_config *config,
			   struct sw_error *error)
{
	int err = sw_routes_place(config, instance->state_dir);
	size_t i;

	for (i = 0; i < config->feeds && !err; i++) {
		if (config->feed[i].routes.table)
			err = refresh(instance, &config->feed[i]);
	}
	return err ? sw_fail(error, err, "no memory for the routes of a feed") : 0;
}

void sw_route_feeds_resume(const struct sw_instance *instance, struct sw_config *config)
{
	size_t i;

	if (sw_routes_place(config, instance->state_dir))
		return;
	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].routes.table)
			sw_refill_begin(&config->feed[i]);
	}
}

__u64 sw_route_feeds_again_ms(const struct sw_config *config)
{
	__u64 soonest = 0;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		__u64 again = config->feed[i].routes.again_ms;

		if (again && (!soonest || again < soonest))
			soonest = again;
	}
	return soonest;
}

bool sw_route_feeds_differ(const struct sw_instance *instance, const struct sw_config *config)
{
	bool differ = false;
	struct list list;
	char *path;
	size_t i;

	for (i = 0; i < config->feeds && !differ; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		if (!feed->routes.table || read_table(NULL, feed, &list, NULL))
			continue;
		if (asprintf(&path, "%s/routes/%s", instance->state_dir, feed->name) >= 0) {
			differ = !is_written(path, &list);
			free(path);
		}
		free(list.text);
	}
	return differ;
}

size_t sw_route_feeds_tables(const struct sw_config *config, __u32 table[SW_MAX_FEEDS])
{
	size_t i, count = 0;

	for (i = 0; i < config->feeds && count < SW_MAX_FEEDS; i++) {
		if (config->feed[i].routes.table)
			table[count++] = config->feed[i].routes.table;
	}
	return count;
}

/* It goes by the name that it has when it is published, so that its good copy is found. */
static int put_aside(struct sw_feed_config *feed, const struct sw_route_aside *aside,
		     struct sw_error *error)
{
	struct list list;
	char *path;
	int err = read_table(NULL, feed, &list, error);

	if (err)
		return err;
	feed->source = sw_copy_source(feed);
	if (!feed->source || asprintf(&path, "%s/%s", aside->directory, feed->name) < 0) {
		free(list.text);
		return -ENOMEM;
	}
	free(feed->path);
	feed->path = path;
	err = write_list(path, &list, error);
	free(list.text);
	return err;
}

int sw_route_feeds_aside(const struct sw_instance *instance, struct sw_config *config,
			 struct sw_route_aside *aside, struct sw_error *error)
{
	int err = sw_routes_place(config, instance->state_dir);
	size_t i;

	aside->directory[0] = '\0';
	for (i = 0; i < config->feeds && !err; i++) {
		if (!config->feed[i].routes.table)
			continue;
		if (!aside->directory[0]) {
			strcpy(aside->directory, "/tmp/spamweir-routes-XXXXXX");
			if (!mkdtemp(aside->directory)) {
				aside->directory[0] = '\0';
				return sw_fail(error, -errno, "/tmp: %s", strerror(errno));
			}
		}
		err = put_aside(&config->feed[i], aside, error);
	}
	return err;
}

void sw_route_feeds_aside_end(const struct sw_config *config, struct sw_route_aside *aside)
{
	size_t i;

	if (!aside->directory[0])
		return;
	for (i = 0; config && i < config->feeds; i++) {
		if (config->feed[i].routes.table && config->feed[i].path)
			unlink(config->feed[i].path);
	}
	rmdir(aside->directory);
	aside->directory[0] = '\0';
}
