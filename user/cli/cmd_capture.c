// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/names.h"
#include "cli/capture_wish.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "event/capture_file.h"
#include "event/ring.h"
#include "event/tap.h"
#include "kernel/open.h"

#define LOOK_MS 50	   /* a frame waits no longer to be written */
#define LOOK_LOADED_MS 500 /* whether what is loaded still is */

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

struct capture {
	struct sw_capture_wish wish;
	struct sw_state *state;
	struct sw_registry registry;
	struct sw_capture_file *file;
	struct sw_tap *tap;
	__u64 frames;
	struct sw_error error;
};

/* What is said of a frame: "drop cnc_dst feed drop on eth0". */
static void describe(struct capture *capture, const struct sw_captured *frame, char *out,
		     size_t room)
{
	enum sw_reason reason = sw_decision_reason(frame->decision);
	__u8 feed = sw_decision_feed(frame->decision);
	bool monitored = frame->decision & SW_DECISION_MONITORED;

	sw_registry_know_feed(capture->state, &capture->registry, feed);
	snprintf(out, room, "%s %s%s%s on %s",
		 sw_verdict_name(sw_reason_verdict_as(reason, monitored)), sw_reason_name(reason),
		 feed ? " feed " : "", feed ? capture->registry.feed[feed].name : "",
		 capture->registry.interface[frame->interface].name);
}

static int take(void *ctx, const struct sw_captured *frame, const void *data)
{
	struct capture *capture = ctx;
	char comment[160];
	int err;

	if (frame->interface >= SW_MAX_INTERFACES)
		return 0;
	describe(capture, frame, comment, sizeof(comment));
	err = sw_capture_file_interface(capture->file, frame->interface,
					&capture->registry.interface[frame->interface],
					&capture->error);
	if (!err)
		err = sw_capture_file_frame(capture->file, frame, data, comment, &capture->error);
	if (err)
		return err;
	capture->frames++;
	return capture->frames == capture->wish.count;
}

/* Describes the NICs that are watched. Of those that come while it goes on, frames tell. */
static int describe_interfaces(struct capture *capture)
{
	const struct sw_interface_slot *slot = capture->registry.interface;
	const struct sw_capture_filter *filter = &capture->wish.filter;
	int i, err = 0;

	for (i = 0; i < SW_MAX_INTERFACES && !err; i++, slot++) {
		if (slot->used && slot->attached &&
		    (!filter->has_interface || filter->interface == i))
			err = sw_capture_file_interface(capture->file, i, slot, &capture->error);
	}
	return err ?: sw_capture_file_flush(capture->file, &capture->error);
}

static int check_loaded(struct capture *capture)
{
	if (!sw_ring_gone(capture->state))
		return 0;
	return sw_fail(&capture->error, -ENOENT,
		       "what was loaded under %s has been unloaded: the capture ends",
		       capture->state->directory);
}

static int read_frames(struct capture *capture)
{
	__u64 begun = sw_monotonic_ms(), looked = begun, now = begun;
	int got = 0, err = 0;

	while (!stopped && !err && got != 1 &&
	       (!capture->wish.seconds || now - begun < capture->wish.seconds * 1000)) {
		got = sw_tap_poll(capture->tap, LOOK_MS);
		if (got == -EBUSY)
			err = sw_fail(&capture->error, got, "another process captures now");
		else if (got < 0 && got != -EINTR)
			err = got;
		if (!err)
			err = sw_capture_file_flush(capture->file, &capture->error);
		now = sw_monotonic_ms();
		if (!err && got != 1 && now - looked >= LOOK_LOADED_MS) {
			err = check_loaded(capture);
			looked = now;
		}
	}
	return err;
}

/* Of what comes after the last that was asked for, nothing is told: neither was it lost. */
static int finish(struct capture *capture, struct sw_capture_count *sum)
{
	struct sw_capture_count count;
	int i, err;

	err = sw_tap_stop(capture->tap);
	if (err == 1)
		err = 0;
	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		sw_tap_count(capture->tap, i, &count);
		sum->wanted += count.wanted;
		sum->lost += count.lost;
		if (!err && capture->registry.interface[i].used)
			err = sw_capture_file_count(capture->file, i, &count, &capture->error);
	}
	return err ?: sw_capture_file_flush(capture->file, &capture->error);
}

static int open_all(const struct sw_options *options, struct capture *capture)
{
	struct sw_error *error = &capture->error;
	int err;

	err = sw_state_open(options->instance.pin_dir, SW_READ, &capture->state, error);
	if (!err)
		err = sw_registry_read(capture->state, &capture->registry, error);
	if (!err)
		err = sw_capture_wish_find(options, &capture->registry, &capture->wish, error);
	if (!err)
		err = sw_tap_open(capture->state, &capture->wish.filter, take, capture,
				  &capture->tap, error);
	if (!err) /* where another captures, its file is not emptied */
		err = sw_capture_file_open(options->write, capture->wish.about,
					   capture->wish.filter.snaplen, &capture->file, error);
	return err ?: describe_interfaces(capture);
}

/* A reader who has gone has seen enough. */
static bool is_nobody_there(const struct sw_options *options, int err)
{
	return err == -EPIPE && !strcmp(options->write, "-");
}

static int conclude(struct capture *capture, const struct sw_capture_count *sum)
{
	sw_note("%llu frames captured, %llu lost", capture->frames, sum->lost);
	if (!sum->lost)
		return SW_EXIT_DONE;
	sw_warn("%llu of %llu frames were lost, for they came faster than they could be written: "
		"ask for less by --reason, --address, --snaplen or --sample",
		sum->lost, sum->wanted);
	return SW_EXIT_PARTIAL;
}

static int run(const struct sw_options *options, struct capture *capture)
{
	struct sw_capture_count sum = { 0 };
	int err = open_all(options, capture), last;

	if (err)
		return sw_print_error(&capture->error, err);
	sw_note("capturing; SIGINT ends it");
	err = read_frames(capture);
	if (!err || err == -ENOENT) { /* what has come so far is kept */
		last = finish(capture, &sum);
		err = err ?: last;
	}
	if (err && !is_nobody_there(options, err))
		return sw_print_error(&capture->error, err);
	return conclude(capture, &sum);
}

int cmd_capture(const struct sw_options *options)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	const struct sigaction action = { .sa_handler = stop };
	int code = SW_EXIT_USAGE;

	if (!capture)
		return sw_print_error(&(struct sw_error){}, -ENOMEM);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (sw_capture_wish_read(options, &capture->wish, &capture->error))
		sw_note("%s", capture->error.text);
	else if (!strcmp(options->write, "-") && isatty(STDOUT_FILENO))
		sw_note("standard output is a terminal: `spamweir capture -w - | tshark -r -`");
	else
		code = run(options, capture);
	sw_tap_close(capture->tap);
	sw_capture_file_close(capture->file);
	sw_state_close(capture->state);
	free(capture);
	return code;
}
