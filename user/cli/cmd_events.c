// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "event/format.h"
#include "event/log.h"
#include "event/ring.h"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

struct follow {
	const struct sw_options *options;
	struct sw_state *state;
	struct sw_registry registry;
	char *log;
	FILE *file; /* the log, open */
	int watch;  /* inotify, on its directory */
	struct sw_error error;
};

/* Lines reach a pipe as they come, and a reader that has gone ends this. */
static int put_line(struct follow *follow, const char *line)
{
	if (puts(line) < 0 || fflush(stdout))
		return sw_fail(&follow->error, -errno, "cannot write: %s", strerror(errno));
	return 0;
}

static int print_event(void *ctx, const struct sw_event *event)
{
	struct follow *follow = ctx;
	char text[SW_EVENT_TEXT], *line = NULL;
	json_t *object;
	int err = -ENOMEM;

	/* A reload may have given a slot to a feed that we do not know yet. */
	if (!follow->registry.feed[event->feed].name[0])
		sw_registry_read(follow->state, &follow->registry, NULL);
	object = sw_event_json(event, &follow->registry);
	if (follow->options->json)
		line = json_dumps(object, JSON_COMPACT | JSON_PRESERVE_ORDER);
	else if (object && !sw_event_text(object, text))
		line = strdup(text);
	if (line)
		err = put_line(follow, line);
	free(line);
	json_decref(object);
	return err;
}

static bool is_unloaded(const struct follow *follow)
{
	struct sw_state *state;
	bool same;

	if (sw_state_open(follow->options->instance.pin_dir, SW_READ, &state, NULL))
		return true;
	same = sw_ring_same(state, follow->state);
	sw_state_close(state);
	return !same;
}

static int follow_ring(struct follow *follow, struct sw_ring *stream)
{
	int got = 0;

	while (!stopped && got >= 0) {
		got = sw_ring_poll(stream, 1000);
		if (got == -EINTR)
			got = 0;
		if (!got && is_unloaded(follow))
			return sw_fail(&follow->error, -ENOENT,
				       "what was loaded under %s has been unloaded: no more events",
				       follow->options->instance.pin_dir);
	}
	return got < 0 ? got : 0;
}

static int print_logged(struct follow *follow, const char *line, size_t size)
{
	char text[SW_EVENT_TEXT], quoted[80];
	json_t *object;
	int err;

	if (follow->options->json)
		return put_line(follow, line);
	object = json_loadb(line, size, 0, NULL);
	err = sw_event_text(object, text);
	json_decref(object);
	if (!err)
		return put_line(follow, text);
	sw_warn("%s: \"%s\" is no event", follow->log,
		sw_quote(quoted, sizeof(quoted), line, size));
	return 0;
}

/* Whole lines only: the daemon may be about to write the rest of the last. */
static int print_new_lines(struct follow *follow)
{
	char *line = NULL;
	size_t room = 0;
	off_t at;
	ssize_t got;
	int err = 0;

	for (at = ftello(follow->file); !err; at += got) {
		got = getline(&line, &room, follow->file);
		if (got <= 0 || line[got - 1] != '\n')
			break;
		line[got - 1] = '\0';
		err = print_logged(follow, line, got - 1);
	}
	/* Part of a line may be taken back: it is not to stay in the buffer. */
	__fpurge(follow->file);
	fseeko(follow->file, at, SEEK_SET);
	free(line);
	return err;
}

/* The log at its path, once the one that is open was rotated away. */
static FILE *rotated(const struct follow *follow)
{
	struct stat open_st, path_st;

	if (fstat(fileno(follow->file), &open_st) || stat(follow->log, &path_st) ||
	    (open_st.st_ino == path_st.st_ino && open_st.st_dev == path_st.st_dev))
		return NULL;
	return fopen(follow->log, "re");
}

static int follow_rotations(struct follow *follow)
{
	FILE *next = rotated(follow);
	int err = print_new_lines(follow); /* once it was rotated nobody adds to it */

	if (!next)
		return err;
	fclose(follow->file);
	follow->file = next;
	return err ? err : print_new_lines(follow);
}

/* Until the directory changes, or a second has gone. */
static void wait_for_lines(const struct follow *follow)
{
	struct pollfd wait = { .fd = follow->watch, .events = POLLIN };
	char drained[4096];

	if (poll(&wait, 1, 1000) > 0) {
		while (read(follow->watch, drained, sizeof(drained)) > 0)
			;
	}
}

/* It takes no ring that a daemon leaves: the next one is to have it. */
static void say_who_writes(const struct follow *follow, bool *written)
{
	pid_t pid;
	bool now = sw_ring_reader(follow->options->instance.state_dir, &pid) == SW_READER_RUN;

	if (now != *written)
		sw_note(now ? "a daemon writes %s again" :
			      "no daemon writes %s any more; waiting for the next",
			follow->log);
	*written = now;
}

static int open_log(struct follow *follow)
{
	int fd;

	follow->watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (follow->watch < 0 ||
	    inotify_add_watch(follow->watch, follow->options->instance.state_dir, IN_MODIFY | IN_CREATE) < 0)
		return sw_fail(&follow->error, -errno, "cannot watch %s: %s",
			       follow->options->instance.state_dir, strerror(errno));
	fd = open(follow->log, O_RDONLY | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0)
		follow->file = fdopen(fd, "r");
	if (!follow->file || fseeko(follow->file, 0, SEEK_END))
		return sw_fail(&follow->error, -errno, "%s: %s", follow->log, strerror(errno));
	return 0;
}

/* The daemon reads the ring: follow its log, over rotations. */
static int follow_log(struct follow *follow)
{
	bool written = true;
	int err = open_log(follow);

	if (!err)
		sw_note("following %s, which the daemon writes", follow->log);
	while (!stopped && !err) {
		err = follow_rotations(follow);
		say_who_writes(follow, &written);
		wait_for_lines(follow);
	}
	return err;
}

static int follow_events(struct follow *follow)
{
	struct sw_error *error = &follow->error;
	const char *state_dir = follow->options->instance.state_dir;
	struct sw_ring *stream;
	pid_t pid;
	int err;

	err = sw_state_open(follow->options->instance.pin_dir, SW_READ, &follow->state, error);
	if (!err)
		err = sw_registry_read(follow->state, &follow->registry, error);
	if (err)
		return err;
	follow->log = sw_event_log_path(state_dir);
	if (!follow->log)
		return -ENOMEM;
	err = sw_ring_open(follow->state, state_dir, SW_READER_EVENTS, print_event, follow,
			     &stream, error);
	if (err == -EBUSY && sw_ring_reader(state_dir, &pid) == SW_READER_RUN)
		return follow_log(follow);
	if (err)
		return err;
	err = follow_ring(follow, stream);
	sw_ring_close(stream);
	return err;
}

static void close_follow(struct follow *follow)
{
	if (follow->file)
		fclose(follow->file);
	if (follow->watch >= 0)
		close(follow->watch);
	sw_state_close(follow->state);
	free(follow->log);
	free(follow);
}

int cmd_events(const struct sw_options *options)
{
	struct follow *follow = calloc(1, sizeof(*follow));
	const struct sigaction action = { .sa_handler = stop };
	int code = SW_EXIT_DONE, err;

	if (!follow)
		return sw_print_error(&(struct sw_error){}, -ENOMEM);
	follow->options = options;
	follow->watch = -1;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	err = follow_events(follow);
	if (err)
		code = sw_print_error(&follow->error, err);
	close_follow(follow);
	return code;
}
