// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "event/follow.h"
#include "event/format.h"
#include "event/log.h"
#include "event/ring.h"
#include "kernel/open.h"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

struct reader {
	const struct sw_options *options;
	struct sw_state *state;
	struct sw_registry registry;
	char *log;
	struct sw_error error;
};

/* Each line is flushed, so that a pipe has it at once. A reader that has gone ends the
 * verb. */
static int put_line(struct reader *reader, const char *line)
{
	if (puts(line) < 0 || fflush(stdout))
		return sw_fail(&reader->error, -errno, "cannot write: %s", strerror(errno));
	return 0;
}

static int print_event(void *ctx, const struct sw_record *record)
{
	struct reader *reader = ctx;
	char text[SW_EVENT_TEXT], *line;
	int err;

	sw_registry_know_feed(reader->state, &reader->registry, sw_event_feed(record));
	if (!reader->options->json)
		return put_line(reader, sw_event_text(record, &reader->registry, text));
	line = sw_event_line(record, &reader->registry);
	if (!line)
		return -ENOMEM;
	err = put_line(reader, line);
	free(line);
	return err;
}

static int read_ring(struct reader *reader, struct sw_ring *ring)
{
	int got = 0;

	while (!stopped && got >= 0) {
		got = sw_ring_poll(ring, 1000);
		if (got == -EINTR)
			got = 0;
		if (!got && sw_ring_gone(reader->state))
			return sw_fail(&reader->error, -ENOENT,
				       "what was loaded under %s has been unloaded: no more events",
				       reader->options->instance.pin_dir);
	}
	return got < 0 ? got : 0;
}

static int print_logged(void *ctx, const char *line, size_t size)
{
	struct reader *reader = ctx;
	char text[SW_EVENT_TEXT], quoted[80];
	int err;

	err = sw_event_line_text(line, size, text);
	if (!err)
		return put_line(reader, reader->options->json ? line : text);
	if (err != -EINVAL)
		return err;
	sw_warn("%s: \"%s\" is no event", reader->log,
		sw_quote(quoted, sizeof(quoted), line, size));
	return 0;
}

/* Who reads the ring of what is loaded now: the state may have been made anew. */
static enum sw_reader ring_reader(const struct reader *reader, pid_t *pid)
{
	enum sw_reader found = SW_READER_NONE;
	struct sw_state *state;

	*pid = 0;
	if (!sw_state_open(reader->options->instance.pin_dir, SW_READ, &state, NULL)) {
		found = sw_ring_reader(state, pid);
		sw_state_close(state);
	}
	return found;
}

/* A follower does not take over the ring of a daemon that ended: it is for the next
 * daemon. */
static void say_who_writes(const struct reader *reader, bool *written)
{
	pid_t pid;
	bool now = ring_reader(reader, &pid) == SW_READER_RUN;

	if (now != *written)
		sw_note(now ? "a daemon writes %s again"
			    : "no daemon writes %s any more; waiting for the next",
			reader->log);
	*written = now;
}

/* A daemon reads the ring, so the events come from its log. */
static int read_log(struct reader *reader)
{
	struct sw_follow *follow = NULL;
	bool written = true;
	int err = sw_follow_open(reader->log, &follow, &reader->error);

	if (!err)
		sw_note("following %s, which the daemon writes", reader->log);
	while (!stopped && !err) {
		err = sw_follow_read(follow, print_logged, reader, &reader->error);
		if (err)
			break;
		say_who_writes(reader, &written);
		sw_follow_wait(follow, 1000);
	}
	sw_follow_close(follow);
	return err;
}

/* Another process reads the ring: a daemon, whose log can be followed if it is
 * the one of this state directory. */
static int read_what_is_logged(struct reader *reader, int busy)
{
	const char *state_dir = reader->options->instance.state_dir;
	pid_t pid, writer = sw_event_log_writer(state_dir);

	if (sw_ring_reader(reader->state, &pid) != SW_READER_RUN)
		return busy;
	if (pid && pid != writer)
		return sw_fail(&reader->error, busy,
			       "process %d (`spamweir run`) reads the events, and does not log them "
			       "under %s: say `--state-dir` as it was told",
			       pid, state_dir);
	reader->error = (struct sw_error){};
	return read_log(reader);
}

static int read_events(struct reader *reader)
{
	struct sw_error *error = &reader->error;
	struct sw_ring *ring;
	int err;

	err = sw_state_open(reader->options->instance.pin_dir, SW_READ, &reader->state, error);
	if (!err)
		err = sw_registry_read(reader->state, &reader->registry, error);
	if (err)
		return err;
	reader->log = sw_event_log_path(reader->options->instance.state_dir);
	if (!reader->log)
		return -ENOMEM;
	err = sw_ring_open(reader->state, SW_READER_EVENTS, print_event, reader, &ring, error);
	if (err == -EBUSY)
		return read_what_is_logged(reader, err);
	if (err)
		return err;
	err = read_ring(reader, ring);
	sw_ring_close(ring);
	return err;
}

int cmd_events(const struct sw_options *options)
{
	struct reader *reader = calloc(1, sizeof(*reader));
	const struct sigaction action = { .sa_handler = stop };
	int code = SW_EXIT_DONE, err;

	if (!reader)
		return sw_print_error(&(struct sw_error){}, -ENOMEM);
	reader->options = options;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = read_events(reader);
	if (err)
		code = sw_print_error(&reader->error, err);
	sw_state_close(reader->state);
	free(reader->log);
	free(reader);
	return code;
}
