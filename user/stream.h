/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Events out of the kernel. The ring has one reader: `run`, which appends them
 * to a log that is rotated once and so bounded, or else `events`. A lock beside
 * the log keeps others out, and tells them who reads.
 */
#ifndef SPAMWEIR_STREAM_H
#define SPAMWEIR_STREAM_H

#include <jansson.h>
#include <stdbool.h>
#include <sys/types.h>

#include "registry.h"
#include "state.h"

#define SW_EVENT_LOG_BYTES (16 << 20) /* then it becomes events.jsonl.1 */

typedef int (*sw_event_fn)(void *ctx, const struct sw_event *event);

struct sw_stream; /* the ring's reader */

enum sw_reader {
	SW_READER_NONE,
	SW_READER_RUN,
	SW_READER_EVENTS,
};

/* Becomes the reader. -EBUSY if another process is, which `error` names. *out
 * is the caller's. */
int sw_stream_open(const struct sw_state *state, const char *state_dir, enum sw_reader reader,
		   sw_event_fn event, void *ctx, struct sw_stream **out, struct sw_error *error);

/* Who reads now. *pid is 0 if that process cannot be seen from here. Not for
 * the reader itself, which would lose its lock by looking at it. */
enum sw_reader sw_stream_reader(const char *state_dir, pid_t *pid);

/* Waits for events up to `timeout_ms` and delivers them. The number, or
 * -EINTR, or what the callback returned below 0. */
int sw_stream_poll(struct sw_stream *stream, int timeout_ms);

/* Whether two states have one ring: after an `unload` there is another. */
bool sw_stream_same(const struct sw_state *a, const struct sw_state *b);

/* A file descriptor that polls readable when there are events. */
int sw_stream_fd(const struct sw_stream *stream);
void sw_stream_close(struct sw_stream *stream);

/* The caller's to free; NULL: no memory. */
json_t *sw_event_json(const struct sw_event *event, const struct sw_registry *registry);

/* Such an object, perhaps out of the log, as one line for people. `out` has
 * SW_EVENT_TEXT bytes. -EINVAL if it is no event. */
#define SW_EVENT_TEXT 320
int sw_event_text(const json_t *event, char *out);

/* Path of the log: the caller's to free. */
char *sw_event_log_path(const char *state_dir);

/* Appends lines, rotating the file when it is full. -errno. */
int sw_event_log(const char *path, const char *line, size_t size);

#endif
