// SPDX-License-Identifier: GPL-2.0
#include "run/fetches.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/text.h"
#include "config/providers.h"
#include "feed/copy_layout.h"
#include "feed/copy_save.h"
#include "feed/schedule.h"
#include "kernel/open.h"
#include "kernel/registry.h"
#include "worker/fetch.h"

static __u64 due_s(const struct sw_instance *instance, const struct sw_feed_config *feed,
		   __u64 now_s)
{
	struct sw_fetch_state state;

	if (sw_fetch_state_read(instance->state_dir, feed, &state))
		return now_s;
	return sw_schedule_due(feed, &state, now_s);
}

__u64 sw_fetches_wait_ms(const struct sw_instance *instance, const struct sw_config *config,
			 __u64 most)
{
	__u64 now_s = time(NULL), due;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!config->feed[i].url)
			continue;
		due = due_s(instance, &config->feed[i], now_s);
		due = due > now_s ? (due - now_s) * 1000 : 0;
		most = due < most ? due : most;
	}
	return most;
}

static bool is_meant(const struct sw_instance *instance, const struct sw_feed_config *feed,
		     const struct sw_fetches *which)
{
	struct sw_fetch_state state;
	__u64 now_s = time(NULL);

	if (!feed->url || (which->name && strcmp(which->name, feed->name)))
		return false;
	if (which->missing &&
	    ((feed->kind != SW_KIND_ALLOW && feed->kind != SW_KIND_OWN) ||
	     sw_fetch_state_read(instance->state_dir, feed, &state) || state.fetched_s))
		return false;
	return !which->due || due_s(instance, feed, now_s) <= now_s;
}

static void tell(const struct sw_fetches *which, const struct sw_feed_config *feed, bool failed,
		 const char *format, ...) __attribute__((format(printf, 4, 5)));

static void tell(const struct sw_fetches *which, const struct sw_feed_config *feed, bool failed,
		 const char *format, ...)
{
	char line[1200];
	va_list args;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	which->tell(which->ctx, feed, line, failed);
}

/* A provider's interval is for everybody, whoever says what. */
static bool may_ask(const struct sw_fetches *which, const struct sw_feed_config *feed,
		    const struct sw_fetch_state *before)
{
	__u64 wait = sw_schedule_wait(feed, before, time(NULL));
	char age[32], every[32];

	if (!wait)
		return true;
	tell(which, feed, false, "not fetched: %s allows one pull in %s, and the next in %s",
	     sw_provider_of(feed->url)->name,
	     sw_format_age(sw_provider_of(feed->url)->interval_s, every, sizeof(every)),
	     sw_format_age(wait, age, sizeof(age)));
	return false;
}

static void say(const struct sw_fetches *which, const struct sw_feed_config *feed,
		enum sw_fetch_outcome outcome, const struct sw_fetch_state *state)
{
	if (outcome == SW_FETCH_FAILED)
		tell(which, feed, true, "%s", state->error);
	else if (outcome == SW_FETCH_NEW)
		tell(which, feed, false, "fetched from %s in %llu ms", feed->url, state->took_ms);
	else
		tell(which, feed, false, "%s has not changed", feed->url);
}

static int fetch(const struct sw_instance *instance, const struct sw_feed_config *feed,
		 const struct sw_fetches *which, size_t *changed, size_t *failed,
		 struct sw_error *error)
{
	struct sw_fetch_state before, after;
	enum sw_fetch_outcome outcome;
	int err = sw_fetch_state_read(instance->state_dir, feed, &before);

	if (err || !may_ask(which, feed, &before))
		return err;
	err = sw_fetch(instance->state_dir, feed, &outcome, error);
	if (!err)
		err = sw_fetch_state_read(instance->state_dir, feed, &after);
	if (err)
		return err;
	say(which, feed, outcome, &after);
	*changed += outcome == SW_FETCH_NEW || !before.error[0] != !after.error[0];
	*failed += outcome == SW_FETCH_FAILED;
	return 0;
}

static int lock(const struct sw_instance *instance, bool try, int *fd, struct sw_error *error)
{
	char *path;
	int err = sw_copy_make_directories(instance->state_dir, error);

	if (err)
		return err;
	path = sw_copy_path(instance->state_dir, "");
	if (!path)
		return -ENOMEM;
	err = try ? sw_lock_try(path, fd, error) : sw_lock_take(path, fd, error);
	free(path);
	return err;
}

int sw_fetches_do(const struct sw_instance *instance, const struct sw_config *config,
		  const struct sw_fetches *which, size_t *changed, size_t *failed,
		  struct sw_error *error)
{
	int fd, err = lock(instance, which->try, &fd, error);
	size_t i;

	*changed = *failed = 0;
	if (err)
		return err;
	for (i = 0; i < config->feeds && !err; i++) {
		if (is_meant(instance, &config->feed[i], which))
			err = fetch(instance, &config->feed[i], which, changed, failed, error);
	}
	close(fd);
	return err;
}

/* Keeps others from asking again too early. Whoever may not write it may not fetch. */
static void note_asked(const struct sw_instance *instance, const struct sw_feed_config *feed,
		       struct sw_fetch_state *state)
{
	state->asked_s = time(NULL);
	if (sw_provider_of(feed->url))
		sw_fetch_state_write(instance->state_dir, feed, state, NULL);
}

int sw_fetches_look(const struct sw_instance *instance, const struct sw_feed_config *feed,
		    const struct sw_fetches *which, struct sw_feed_copy *copy,
		    struct sw_error *error)
{
	struct sw_fetch_state state;
	int err = sw_fetch_state_read(instance->state_dir, feed, &state);

	if (err)
		return err;
	if (!may_ask(which, feed, &state))
		return sw_fetched_open(instance->state_dir, feed, copy, error);
	err = sw_fetch_look(instance->state_dir, feed, copy, error);
	if (!err)
		note_asked(instance, feed, &state);
	return err;
}

/* If the lock is held, whoever holds it knows better. */
static void tell_daemon(void *ctx, const struct sw_feed_config *feed, const char *line, bool failed)
{
	const struct sw_instance *instance = ctx;
	struct sw_state *state;
	struct sw_error why;

	if (failed)
		sw_warn("feed %s: %s", feed->name, line);
	if (sw_state_open(instance->pin_dir, SW_TRY_WRITE, &state, NULL))
		return;
	sw_fetch_fail(feed, line, 0, &why);
	sw_registry_note_checked(state, feed->name, failed ? why.text : NULL);
	sw_state_close(state);
}

static const struct sw_feed_config *most_due(const struct sw_instance *instance,
					     const struct sw_config *config)
{
	const struct sw_feed_config *most = NULL;
	__u64 now_s = time(NULL), first = ~0ULL, due;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		due = config->feed[i].url ? due_s(instance, &config->feed[i], now_s) : ~0ULL;
		if (due < first) {
			first = due;
			most = &config->feed[i];
		}
	}
	return most;
}

void sw_fetches_work(const struct sw_instance *instance, const struct sw_config *config,
		     struct sw_job_result *result)
{
	const struct sw_feed_config *feed = most_due(instance, config);
	const struct sw_fetches which = {
		.name = feed ? feed->name : "",
		.due = true,
		.try = true,
		.tell = tell_daemon,
		.ctx = (void *)instance,
	};
	size_t changed, failed;

	result->err = sw_fetches_do(instance, config, &which, &changed, &failed, &result->error);
	result->count = changed;
	result->partial = failed;
}
