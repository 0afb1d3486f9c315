// SPDX-License-Identifier: GPL-2.0
#include "event/ring.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/error.h"
#include "base/lock.h"
#include "kernel/health.h"
#include "kernel/open.h"
#include "kernel/shape.h"

#define TRIES 10 /* of 10 ms, while another has just begun or just looks */

struct sw_ring {
	struct ring_buffer *buffer;
	sw_event_fn event;
	void *ctx;
	int lock;
};

/* What is known of a record of that type has so many bytes; 0: the type is not known. */
static size_t least_size(__u16 type)
{
	switch (type) {
	case SW_RECORD_VERDICT:
		return sizeof(struct sw_event);
	case SW_RECORD_LISTED:
		return sizeof(struct sw_event_listed);
	default:
		return 0;
	}
}

static int deliver(void *ctx, void *data, size_t size)
{
	const struct sw_ring *ring = ctx;
	const struct sw_record *record = data;
	size_t least = size < sizeof(*record) ? 0 : least_size(record->type);

	if (!least || record->size < least || record->size > size)
		return 0;
	return ring->event(ring->ctx, record);
}

static void pause_a_little(void)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	nanosleep(&pause, NULL);
}

static int open_lock(const struct sw_state *state, struct sw_error *error)
{
	char *path = sw_state_reader_path(state);
	int fd;

	if (!path)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		fd = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return fd;
}

/* The kernel knows the process, and what it is it has written: not yet, if it has
 * only just begun. SW_READER_NONE: it is not known. */
static enum sw_reader kind_of(const struct sw_state *state, pid_t pid)
{
	__u64 said = sw_health_get(state, SW_HEALTH_READER);

	if (pid && said >> 8 != (__u64)pid)
		return SW_READER_NONE;
	return said & 0xff;
}

/* Whether it is held, by whoever. Whoever cannot be seen is asked for by trying. */
static bool is_held(int fd, pid_t *pid)
{
	*pid = sw_lock_holder(fd);
	if (*pid)
		return true;
	if (!flock(fd, LOCK_SH | LOCK_NB)) {
		flock(fd, LOCK_UN);
		return false;
	}
	return errno == EWOULDBLOCK;
}

enum sw_reader sw_ring_reader(const struct sw_state *state, pid_t *pid)
{
	enum sw_reader reader = SW_READER_NONE;
	int fd = open_lock(state, NULL), tries;

	*pid = 0;
	if (fd < 0)
		return reader;
	for (tries = 0; !reader && tries < TRIES && is_held(fd, pid); tries++) {
		reader = kind_of(state, *pid);
		if (!reader)
			pause_a_little();
	}
	close(fd);
	return reader;
}

static int refuse(const struct sw_state *state, struct sw_error *error)
{
	pid_t pid;
	const char *verb = sw_ring_reader(state, &pid) == SW_READER_RUN ? "run" : "events";
	char who[32] = "another process";

	if (pid)
		snprintf(who, sizeof(who), "process %d", pid);
	return sw_fail(error, -EBUSY, "%s (`spamweir %s`) reads the events, and one can at a time",
		       who, verb);
}

/* Those who only look hold it for a moment. */
static int take_lock(const struct sw_state *state, enum sw_reader reader, struct sw_error *error)
{
	int fd = open_lock(state, error), tries, err = -EAGAIN;

	if (fd < 0)
		return fd;
	for (tries = 0; err == -EAGAIN && tries < TRIES; tries++) {
		err = flock(fd, LOCK_EX | LOCK_NB) ? -errno : 0;
		if (err != -EAGAIN || sw_lock_holder(fd))
			break;
		pause_a_little();
	}
	if (!err) {
		sw_health_set(state, SW_HEALTH_READER, (__u64)getpid() << 8 | reader);
		return fd;
	}
	close(fd);
	if (err == -EAGAIN)
		return refuse(state, error);
	return sw_fail(error, err, "%s: cannot lock the event ring: %s", state->directory,
		       strerror(-err));
}

int sw_ring_open(const struct sw_state *state, enum sw_reader reader, sw_event_fn event, void *ctx,
		 struct sw_ring **out, struct sw_error *error)
{
	struct sw_ring *ring = calloc(1, sizeof(*ring));
	int err;

	if (!ring)
		return -ENOMEM;
	ring->event = event;
	ring->ctx = ctx;
	ring->lock = take_lock(state, reader, error);
	if (ring->lock < 0) {
		err = ring->lock;
		free(ring);
		return err;
	}
	ring->buffer = ring_buffer__new(state->map[SW_MAP_events], deliver, ring, NULL);
	if (!ring->buffer) {
		err = sw_fail(error, -errno, "cannot read the event ring: %s", strerror(errno));
		sw_ring_close(ring);
		return err;
	}
	*out = ring;
	return 0;
}

int sw_ring_poll(struct sw_ring *ring, int timeout_ms)
{
	return ring_buffer__poll(ring->buffer, timeout_ms);
}

bool sw_ring_same(const struct sw_state *a, const struct sw_state *b)
{
	__u32 id = sw_map_id(a->map[SW_MAP_events]);

	return id && id == sw_map_id(b->map[SW_MAP_events]);
}

bool sw_ring_gone(const struct sw_state *state)
{
	struct sw_state *now;
	bool same;

	if (sw_state_open(state->directory, SW_READ, &now, NULL))
		return true;
	same = sw_ring_same(now, state);
	sw_state_close(now);
	return !same;
}

int sw_ring_fd(const struct sw_ring *ring)
{
	return ring_buffer__epoll_fd(ring->buffer);
}

void sw_ring_close(struct sw_ring *ring)
{
	if (!ring)
		return;
	ring_buffer__free(ring->buffer);
	close(ring->lock);
	free(ring);
}
