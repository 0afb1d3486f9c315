// SPDX-License-Identifier: GPL-2.0
#include "run/reloads.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "config/read.h"
#include "policy/lineage.h"
#include "run/apply.h"
#include "run/route_follow.h"

#define TOLD_MS 60000
#define LOCKED_FIRST_MS 50 /* most who hold the lock do so for a moment */
#define LOCKED_MOST_MS 2000

__u64 sw_reloads_fingerprint(const struct sw_config *config)
{
	__u64 print = 0;
	struct stat st;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].routes.table) /* these are followed otherwise */
			continue;
		if (!config->feed[i].path || stat(config->feed[i].path, &st))
			continue;
		print = print * 31 + st.st_ino;
		print = print * 31 + st.st_size;
		print = print * 31 + st.st_mtim.tv_sec * 1000000000ULL + st.st_mtim.tv_nsec;
	}
	return print;
}

bool sw_reloads_feeds_changed(const struct sw_reloads *r)
{
	return sw_reloads_fingerprint(r->config) != r->seen;
}

void sw_reloads_adopt(struct sw_reloads *r, struct sw_config *config, __u64 seen)
{
	sw_config_free(r->config);
	r->config = config;
	r->seen = seen;
	r->text = 0;
}

int sw_reloads_read(const char *path, struct sw_config **config, __u64 *text,
		    struct sw_error *error)
{
	int err;

	*text = sw_lineage_config(path);
	err = sw_config_read(path, config, error);
	if (!err && sw_lineage_config(path) != *text)
		*text = 0;
	return err;
}

static void say_failed(const char *why)
{
	sw_note("%s; the running generation stays in force", why);
}

/* What is published every second is told of once a minute. */
static void hush(struct sw_reloads *r)
{
	__u64 now = sw_monotonic_ms();

	r->next_routes = !strcmp(r->wanted, SW_ROUTES_CHANGED);
	r->hushed = r->next_routes && r->said && now < r->said + TOLD_MS;
	if (r->next_routes && !r->hushed)
		r->said = now;
}

/* Fingerprints are taken before files are read: what changes meanwhile is
 * noticed the next time. */
int sw_reloads_begin(struct sw_reloads *r)
{
	struct sw_error error = {};
	int err;

	hush(r);
	if (!r->locked && !r->hushed)
		sw_note("reloading: %s", r->wanted);
	r->seen = sw_reloads_fingerprint(r->config); /* no retry until it changes again */
	err = sw_reloads_read(r->instance->config, &r->next, &r->next_text, &error);
	if (err) {
		say_failed(error.text);
		r->wanted = NULL;
		r->locked = false;
		return err;
	}
	r->next_seen = sw_reloads_fingerprint(r->next);
	r->next_anew = r->anew;
	r->anew = false;
	r->wanted = NULL; /* whoever asks from now on wants another one */
	return 0;
}

void sw_reloads_work(const struct sw_reloads *r, struct sw_job_result *result)
{
	unsigned how = SW_APPLY_TRY | SW_APPLY_MEND | (r->next_anew ? SW_APPLY_ANEW : 0);
	struct sw_instance instance = *r->instance;
	struct sw_apply_result applied;

	if (r->next_routes)
		instance.cause = SW_ROUTES_CHANGED;
	instance.config_text = r->next_text;
	instance.held = r->held;
	result->err = sw_apply_config(&instance, r->next, how, &applied, &result->error);
	result->partial = applied.partial;
	result->count = applied.generation;
	result->again_ms = applied.again_ms;
}

int sw_reloads_end(struct sw_reloads *r, const struct sw_job_result *result)
{
	struct sw_config *config = r->next;

	r->next = NULL;
	if (!result->err) {
		r->same = r->next_routes && r->next_text && r->next_text == r->text;
		sw_reloads_adopt(r, config, r->next_seen);
		r->text = r->next_text;
		r->locked = false;
		if (!r->hushed)
			sw_note(result->partial ? "reloaded, but a part is missing" : "reloaded");
		return 0;
	}
	sw_config_free(config);
	if (result->err != -EAGAIN) {
		r->locked = false;
		say_failed(result->error.text);
		return result->err;
	}
	if (!r->locked)
		sw_note("%s; the reload is tried again until it is free", result->error.text);
	if (!r->locked)
		r->pause = LOCKED_FIRST_MS;
	else if (r->pause < LOCKED_MOST_MS)
		r->pause *= 2;
	r->locked = true;
	r->anew |= r->next_anew;
	if (!r->wanted)
		r->wanted = "the lock was held";
	return -EAGAIN;
}

void sw_reloads_free(struct sw_reloads *r)
{
	sw_config_free(r->config);
	sw_config_free(r->next);
	*r = (struct sw_reloads){};
}
