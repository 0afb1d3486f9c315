// SPDX-License-Identifier: GPL-2.0
#include "worker/fetch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "feed/schedule.h"
#include "worker/parse.h"
#include "worker/transfer.h"

struct fetch {
	const char *state_dir;
	const struct sw_feed_config *feed;
	struct sw_fetch_state state;
	struct sw_feed_copy old; /* of today's options */
	bool asked;		 /* whether it has changed */
	struct sw_transferred got;
	struct sw_feed_copy copy;
	struct sw_error why;
};

static int take(struct fetch *f, struct sw_child *fetcher, struct sw_child *parser)
{
	struct sw_feed_report report;
	int err = sw_transfer_take(fetcher, &f->got, &f->why);

	if (err)
		return sw_fail(&f->why, err, "%s: cannot be fetched: %s", f->feed->url,
			       strdupa(f->why.text));
	if (f->got.err)
		return sw_fail(&f->why, f->got.err, "%s", f->got.error.text);
	if (f->got.unchanged && !f->asked)
		return sw_fail(&f->why, -EBADMSG,
			       "%s: the server says %u, that nothing has changed, and was not asked "
			       "(expected 200)",
			       f->feed->url, f->got.status);
	if (f->got.unchanged)
		return 0;
	return sw_parse_take(f->feed, parser, &f->copy, &report, &f->why);
}

/* If the list is as it was, what it says by now may not be. And nothing can be asked where
 * the server has not said by what: its answer would be to nobody. */
static bool may_ask(const struct fetch *f)
{
	return f->old.size && !sw_feed_copy_is_due(&f->old) &&
	       (f->state.etag[0] || f->state.modified[0]);
}

static int start_fetcher(struct fetch *f, int pipe, struct sw_child *fetcher)
{
	const struct sw_transfer transfer = {
		.feed = f->feed,
		.state_dir = f->state_dir,
		.before = f->asked ? &f->state : NULL,
		.pipe = pipe,
	};

	return sw_transfer_start(&transfer, fetcher, &f->why);
}

/* The parser first: then whoever fetches never waits for it. */
static int transfer(struct fetch *f)
{
	struct sw_child fetcher = SW_NO_CHILD, parser = SW_NO_CHILD;
	int ends[2], err;

	f->asked = may_ask(f);
	if (pipe2(ends, O_CLOEXEC))
		return sw_fail(&f->why, -errno, "pipe: %s", strerror(errno));
	err = sw_parse_start(f->feed, ends[0], f->feed->fetch.timeout_s, &parser, &f->why);
	close(ends[0]);
	if (!err)
		err = start_fetcher(f, ends[1], &fetcher);
	close(ends[1]);
	if (!err)
		err = take(f, &fetcher, &parser);
	sw_child_end(&fetcher);
	sw_child_end(&parser);
	return err;
}

/* A server that does not know what has changed sends the same again. */
static int keep(struct fetch *f)
{
	struct sw_fetch_state *state = &f->state;
	__u64 content_s = f->got.modified_s ?: state->checked_s;
	int err;

	if (content_s > state->checked_s)
		content_s = state->checked_s; /* by a clock that is wrong */
	f->got.unchanged = f->old.size && sw_fetched_equal(&f->old, &f->copy);
	if (!f->got.unchanged) {
		err = sw_fetched_keep(f->state_dir, f->feed, &f->copy, content_s, &f->why);
		if (err)
			return err;
		state->content_s = content_s;
	}
	memcpy(state->etag, f->got.etag, sizeof(state->etag));
	memcpy(state->modified, f->got.modified, sizeof(state->modified));
	return 0;
}

static void note(struct fetch *f, int err, __u64 began_ms)
{
	struct sw_fetch_state *state = &f->state;

	state->took_ms = sw_wall_ms() - began_ms;
	if (f->got.status == 200 || f->got.status == 304)
		state->asked_s = state->checked_s;
	if (err) {
		state->failures++;
		snprintf(state->error, sizeof(state->error), "%s",
			 f->why.text[0] ? f->why.text : strerror(-err));
	} else {
		state->failures = 0;
		state->fetched_s = state->checked_s;
		state->error[0] = '\0';
	}
	state->next_s = sw_schedule_next(f->feed, state, f->got.retry_after_s);
}

/* Begins with what is known of the feed. */
static int begin(const char *state_dir, const struct sw_feed_config *feed, struct fetch **out)
{
	struct fetch *f = calloc(1, sizeof(*f));
	int err;

	if (!f)
		return -ENOMEM;
	f->state_dir = state_dir;
	f->feed = feed;
	err = sw_fetch_state_read(state_dir, feed, &f->state);
	if (err)
		free(f);
	else
		sw_fetched_open(state_dir, feed, &f->old, NULL);
	*out = f;
	return err;
}

int sw_fetch(const char *state_dir, const struct sw_feed_config *feed,
	     enum sw_fetch_outcome *outcome, struct sw_error *error)
{
	__u64 began_ms = sw_wall_ms();
	struct fetch *f;
	int err = begin(state_dir, feed, &f);

	if (err)
		return err;
	f->state.checked_s = time(NULL);
	err = transfer(f);
	if (!err && !f->got.unchanged)
		err = keep(f);
	note(f, err, began_ms);
	*outcome = err ? SW_FETCH_FAILED : f->got.unchanged ? SW_FETCH_UNCHANGED : SW_FETCH_NEW;
	err = sw_fetch_state_write(state_dir, feed, &f->state, error);
	sw_feed_copy_close(&f->copy);
	sw_feed_copy_close(&f->old);
	free(f);
	return err;
}

int sw_fetch_look(const char *state_dir, const struct sw_feed_config *feed,
		  struct sw_feed_copy *copy, struct sw_error *error)
{
	struct fetch *f;
	int err = begin(state_dir, feed, &f);

	if (err)
		return sw_fail(error, err, "%s", strerror(-err));
	err = transfer(f);
	if (err) {
		sw_feed_copy_close(&f->copy);
		sw_feed_copy_close(&f->old);
		sw_fail(error, err, "%s", f->why.text[0] ? f->why.text : strerror(-err));
	} else if (f->got.unchanged) {
		sw_feed_copy_close(&f->copy);
		*copy = f->old;
	} else {
		sw_feed_copy_close(&f->old);
		*copy = f->copy;
	}
	free(f);
	return err;
}
