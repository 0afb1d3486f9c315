// SPDX-License-Identifier: GPL-2.0
#include "policy/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "feed/age.h"
#include "feed/copy_make.h"
#include "feed/copy_save.h"
#include "feed/fetched.h"
#include "policy/gate.h"

#define NS_PER_S 1000000000ULL
#define CLOCKS_DIFFER_S 2 /* between a file server's clock and ours */

static bool is_accepted(const struct sw_reading *reading, const struct sw_feed_config *feed)
{
	return reading->accept && !strcmp(reading->accept, feed->name);
}

/* The good copy, if there is one that may be used; that is found out once it is to be. */
static int open_good(const struct sw_reading *reading, const struct sw_feed_config *feed,
		     struct sw_feed_copy *good)
{
	struct sw_error why = { 0 };
	int err = -ENOENT;

	if (reading->state_dir)
		err = sw_feed_copy_open(reading->state_dir, feed, SW_COPY_LOOK, good, &why);
	if (err == -ENOMEM || !err)
		return err;
	if (err != -ENOENT)
		sw_warn("feed %s: %s", feed->name, why.text);
	return 0;
}

static int read_fetched(const struct sw_reading *reading, const struct sw_feed_config *feed,
			struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_fetch_state state;
	int err;

	if (!reading->state_dir)
		return sw_fail(error, -EINVAL, "%s: is not read here", feed->url);
	err = sw_fetched_open(reading->state_dir, feed, copy, error);
	if (!err || err == -ENOMEM)
		return err;
	if (sw_fetch_state_read(reading->state_dir, feed, &state))
		return -ENOMEM;
	if (err != -ENOENT && state.fetched_s)
		return err; /* it was there, and is damaged */
	if (state.error[0])
		return sw_fetch_fail(feed, state.error, -ENOENT, error);
	return sw_fail(error, -ENOENT, "%s: has not been fetched yet (spamweir feed update %s)",
		       feed->url, feed->name);
}

int sw_source_read(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_feed_report report;

	if (feed->url)
		return read_fetched(reading, feed, copy, error);
	if (feed->routes.table) /* text of our own make */
		return sw_feed_copy_read(feed, copy, &report, error);
	return (reading->read ?: sw_feed_copy_read)(feed, copy, &report, error);
}

/* Ends what was begun. */
static int read_begun(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      struct sw_begun **begun, struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_feed_report report;
	struct sw_begun *which = *begun;

	if (!which)
		return sw_source_read(reading, feed, copy, error);
	*begun = NULL;
	return which->finish(which, copy, &report, error);
}

static int read_fresh(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      const struct sw_feed_copy *good, struct sw_begun **begun,
		      struct sw_feed_copy *fresh, struct sw_error *error)
{
	int err = read_begun(reading, feed, begun, fresh, error);

	if (err || reading->ungated)
		return err;
	if (is_accepted(reading, feed)) {
		sw_feed_copy_accept(fresh, sw_gate_covers(feed, fresh));
		return 0;
	}
	err = sw_gate_judge(feed, fresh, good->size ? good : NULL, error);
	if (err)
		sw_feed_copy_close(fresh);
	else if (good->size)
		sw_feed_copy_accept(fresh, good->header->accepted);
	return err;
}

static void note(struct sw_source *source, enum sw_feed_from from, const struct sw_feed_copy *copy)
{
	__u64 modified_s = copy->header->source.modified_ns / NS_PER_S;

	source->from = from;
	source->modified_s = modified_s ?: 1;
	source->read_s = copy->header->read_ns / NS_PER_S;
}

void sw_source_keep(const struct sw_reading *reading, const struct sw_feed_config *feed,
		    const struct sw_feed_copy *copy, struct sw_source *source)
{
	if (source->fresh &&
	    sw_feed_copy_write(copy, reading->state_dir, feed->name, &source->temporary,
			       &source->unkept) &&
	    !source->unkept.text[0])
		sw_fail(&source->unkept, 0, "no memory");
	source->fresh = false;
}

static void warn_of_future(const struct sw_feed_config *feed, const struct sw_source *source)
{
	char when[32];

	if (source->modified_s > source->checked_s + CLOCKS_DIFFER_S)
		sw_warn("%s: is dated in the future, %s: its age cannot be told (is the clock of "
			"this machine, or of the one that it comes from, right?)",
			sw_feed_source(feed),
			sw_format_time(source->modified_s, when, sizeof(when)));
}

/* Whether it was made from the list that is there now. */
static bool is_current(const struct sw_reading *reading, const struct sw_feed_config *feed,
		       const struct sw_feed_copy *good)
{
	return feed->url ? sw_fetched_is_in(reading->state_dir, feed, good)
			 : sw_feed_copy_is_current(good, feed);
}

/* Whether the good copy can take the file's place. If not, it is closed. */
static bool is_usable(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      struct sw_feed_copy *good)
{
	struct sw_error why = { 0 };

	if (!good->size || !sw_feed_copy_verify(good, &why))
		return good->size;
	sw_warn("feed %s: the good copy %s/feeds/%s is not used: %s", feed->name,
		reading->state_dir, feed->name, why.text);
	sw_feed_copy_close(good);
	return false;
}

/* Takes one of the two copies, and closes the other, or hands it out as the former. */
static int choose(const struct sw_reading *reading, const struct sw_feed_config *feed,
		  const __u8 *known, struct sw_feed_copy *good, struct sw_opened *out)
{
	struct sw_feed_copy fresh = { 0 };
	struct sw_source *source = &out->source;
	bool known_good = known && good->size &&
			  !memcmp(known, good->header->header_digest, SW_DIGEST_SIZE);
	int err;

	out->verified = !known_good;
	if (out->current && (known_good || is_usable(reading, feed, good))) {
		note(source, SW_FROM_FILE, good);
		out->copy = *good;
		return 0;
	}
	out->verified = true;
	err = read_fresh(reading, feed, good, &out->begun, &fresh, &source->unfit);
	if (!err) {
		note(source, SW_FROM_FILE, &fresh);
		if (feed->url && good->size && sw_fetched_same(good, &fresh) &&
		    (known_good || is_usable(reading, feed, good))) {
			sw_feed_copy_close(&fresh);
			out->verified = !known_good;
			out->copy = *good;
			return 0;
		}
		source->fresh = reading->publish && reading->state_dir;
		out->copy = fresh;
		out->former = *good;
	} else if (err != -ENOMEM && reading->publish && is_usable(reading, feed, good)) {
		note(source, SW_FROM_COPY, good);
		out->copy = *good;
		err = 0;
	} else {
		sw_feed_copy_close(good);
	}
	return err;
}

/* A list that is in force and cannot be refreshed is what it was, and this is said. */
static int note_fetch(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      struct sw_source *source)
{
	struct sw_fetch_state state;
	int err = sw_fetch_state_read(reading->state_dir, feed, &state);

	if (err)
		return err;
	source->checked_s = state.checked_s;
	if (state.fetched_s > source->read_s && source->from == SW_FROM_FILE)
		source->read_s = state.fetched_s;
	if (!state.error[0] || source->from != SW_FROM_FILE)
		return 0;
	source->from = SW_FROM_COPY;
	return sw_fetch_fail(feed, state.error, reading->publish ? 0 : -EAGAIN, &source->unfit);
}

/* The last list is in force if its table cannot be read, or is empty for now. */
static int note_stale(const struct sw_reading *reading, const struct sw_feed_config *feed,
		      struct sw_source *source)
{
	if (!feed->routes.stale || source->from != SW_FROM_FILE)
		return 0;
	source->from = SW_FROM_COPY;
	return sw_fail(&source->unfit, reading->publish ? 0 : -EAGAIN, "%s", feed->routes.stale);
}

/* Old lists are said to be, or are left out. */
static int judge_age(const struct sw_reading *reading, const struct sw_feed_config *feed,
		     struct sw_source *source)
{
	struct sw_error why = { 0 };

	if (!sw_feed_is_old(reading->state_dir, feed, sw_wall_ms() / 1000, &why))
		return 0;
	source->unfit = why;
	if (source->from == SW_FROM_FILE)
		source->from = SW_FROM_COPY;
	if (feed->drop_old)
		source->from = SW_FROM_NOWHERE;
	return feed->drop_old || !reading->publish ? -ESTALE : 0;
}

void sw_source_look(const struct sw_reading *reading, const struct sw_feed_config *feed,
		    struct sw_opened *out)
{
	if (out->looked)
		return;
	out->looked = true;
	out->source = (struct sw_source){
		.from = SW_FROM_NOWHERE,
		.checked_s = sw_wall_ms() / 1000,
	};
	out->err = open_good(reading, feed, &out->good);
	out->current = !out->err && reading->publish && out->good.size &&
		       !is_accepted(reading, feed) && is_current(reading, feed, &out->good);
}

void sw_source_open_ahead(const struct sw_reading *reading, const struct sw_feed_config *feed,
			  const __u8 *known, struct sw_opened *out)
{
	struct sw_feed_copy good;

	sw_source_look(reading, feed, out);
	out->done = true;
	good = out->good;
	out->good = (struct sw_feed_copy){ 0 };
	if (!out->err)
		out->err = choose(reading, feed, known, &good, out);
	if (!out->err && !reading->ungated) {
		out->err = feed->url ? note_fetch(reading, feed, &out->source)
				     : note_stale(reading, feed, &out->source);
		if (!out->err)
			out->err = judge_age(reading, feed, &out->source);
		if (out->err == -ESTALE) /* it was read well, and need not be again */
			sw_source_keep(reading, feed, &out->copy, &out->source);
		if (out->err)
			sw_feed_copy_close(&out->copy);
	}
}

int sw_source_take(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_opened *opened, struct sw_source *source, struct sw_feed_copy *copy)
{
	struct sw_error why = { 0 };
	int err;

	if (opened->done && !opened->err && !opened->verified &&
	    sw_feed_copy_verify(&opened->copy, &why))
		sw_opened_close(opened);
	if (!opened->done)
		sw_source_open_ahead(reading, feed, NULL, opened);
	err = opened->err;
	*source = opened->source;
	*copy = opened->copy;
	sw_feed_copy_close(&opened->former);
	*opened = (struct sw_opened){ .taken = true };
	if (!err)
		warn_of_future(feed, source);
	return err;
}

void sw_opened_close(struct sw_opened *opened)
{
	if (opened->source.temporary)
		unlink(opened->source.temporary);
	free(opened->source.temporary);
	if (opened->begun)
		opened->begun->drop(opened->begun);
	sw_feed_copy_close(&opened->good);
	sw_feed_copy_close(&opened->copy);
	sw_feed_copy_close(&opened->former);
	*opened = (struct sw_opened){ 0 };
}

int sw_source_open(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_source *source, struct sw_feed_copy *copy)
{
	struct sw_opened opened = { 0 };
	int err = sw_source_take(reading, feed, &opened, source, copy);

	if (!err)
		sw_source_keep(reading, feed, copy, source);
	if (err && source->temporary) {
		unlink(source->temporary);
		free(source->temporary);
		source->temporary = NULL;
	}
	return err;
}

static int try_fetch(const struct sw_reading *reading, const struct sw_feed_config *feed,
		     struct sw_error *error)
{
	struct sw_fetch_state state;
	int err = sw_fetch_state_read(reading->state_dir, feed, &state);

	return !err && state.error[0] ? sw_fail(error, -EAGAIN, "%s", state.error) : err;
}

int sw_source_try(const struct sw_reading *reading, const struct sw_feed_config *feed,
		  struct sw_error *error)
{
	struct sw_feed_copy good = { 0 }, fresh = { 0 };
	struct sw_begun *none = NULL;
	int err = open_good(reading, feed, &good);

	if (!err)
		err = read_fresh(reading, feed, &good, &none, &fresh, error);
	if (!err && feed->url)
		err = try_fetch(reading, feed, error);
	if (!err && sw_feed_is_old(reading->state_dir, feed, sw_wall_ms() / 1000, error))
		err = -ESTALE;
	sw_feed_copy_close(&fresh);
	sw_feed_copy_close(&good);
	return err;
}
