// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "names.h"
#include "options.h"
#include "output.h"
#include "stream.h"

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
};

static int print_event(void *ctx, const struct sw_event *event)
{
	struct follow *follow = ctx;
	char text[SW_EVENT_TEXT];
	int err = 0;

	/* A reload may have given a slot to a feed that we do not know yet. */
	if (!follow->registry.feed[event->feed].name[0])
		sw_registry_read(follow->state, &follow->registry, NULL);
	if (follow->options->json)
		err = sw_print_json(sw_event_json(event, &follow->registry));
	else
		puts(sw_event_text(event, &follow->registry, text));
	fflush(stdout);
	return ferror(stdout) ? -EPIPE : err;
}

static int follow_ring(struct sw_stream *stream)
{
	int got = 0;

	while (!stopped && got >= 0) {
		got = sw_stream_poll(stream, 1000);
		if (got == -EINTR)
			got = 0;
	}
	return got < 0 ? got : 0;
}

static int copy_new_lines(int fd)
{
	char buffer[65536];
	ssize_t got;

	while ((got = read(fd, buffer, sizeof(buffer))) > 0) {
		if (fwrite(buffer, 1, got, stdout) != (size_t)got)
			return -EPIPE;
	}
	fflush(stdout);
	return got < 0 ? -errno : 0;
}

/* The daemon reads the ring: follow its log, over rotations. */
static int follow_log(const struct follow *follow, struct sw_error *error)
{
	struct pollfd wait = { .events = POLLIN };
	char drained[4096];
	struct stat open_st, path_st;
	int fd, err = 0;

	sw_note("following %s, which the daemon writes", follow->log);
	wait.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (wait.fd < 0 ||
	    inotify_add_watch(wait.fd, follow->options->state_dir, IN_MODIFY | IN_CREATE | IN_MOVED_FROM) < 0)
		return sw_fail(error, -errno, "cannot watch %s: %s", follow->options->state_dir,
			       strerror(errno));
	fd = open(follow->log, O_RDONLY | O_CREAT | O_CLOEXEC, 0640);
	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	while (!stopped && !err && fd >= 0) {
		err = copy_new_lines(fd);
		if (!fstat(fd, &open_st) && !stat(follow->log, &path_st) &&
		    open_st.st_ino != path_st.st_ino) {
			close(fd);
			fd = open(follow->log, O_RDONLY | O_CLOEXEC);
			continue;
		}
		if (poll(&wait, 1, 1000) > 0) {
			while (read(wait.fd, drained, sizeof(drained)) > 0)
				;
		}
	}
	if (fd < 0)
		err = sw_fail(error, -errno, "%s: %s", follow->log, strerror(errno));
	else
		close(fd);
	close(wait.fd);
	return err;
}

static int follow_events(struct follow *follow, struct sw_error *error)
{
	struct sw_stream *stream;
	int err;

	err = sw_state_open(follow->options->pin_dir, SW_READ, &follow->state, error);
	if (!err)
		err = sw_registry_read(follow->state, &follow->registry, error);
	if (err)
		return err;
	follow->log = sw_event_log_path(follow->options->state_dir);
	if (!follow->log)
		return -ENOMEM;
	err = sw_stream_open(follow->state, follow->options->state_dir, print_event, follow, &stream,
			     error);
	if (err == -EBUSY)
		return follow_log(follow, error);
	if (err)
		return err;
	err = follow_ring(stream);
	sw_stream_close(stream);
	return err;
}

int cmd_events(const struct sw_options *options)
{
	struct follow *follow = calloc(1, sizeof(*follow));
	const struct sigaction action = { .sa_handler = stop };
	struct sw_error error = {};
	int err = -ENOMEM;

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	if (follow) {
		follow->options = options;
		err = follow_events(follow, &error);
		sw_state_close(follow->state);
		free(follow->log);
	}
	free(follow);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
