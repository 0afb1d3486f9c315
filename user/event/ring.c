// SPDX-License-Identifier: GPL-2.0
#include "event/ring.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/shape.h"

struct sw_ring {
	struct ring_buffer *buffer;
	sw_event_fn event;
	void *ctx;
	int lock;
};

static int deliver(void *ctx, void *data, size_t size)
{
	const struct sw_ring *ring = ctx;
	const struct sw_record *record = data;

	if (size < sizeof(*record) || record->type != SW_RECORD_VERDICT ||
	    record->size < sizeof(struct sw_event) || record->size > size)
		return 0;
	return ring->event(ring->ctx, data);
}

/* Whoever asks is told the range that another holds: its length says what the
 * holder is, and the kernel knows the process. */
static struct flock lock_of(enum sw_reader reader)
{
	return (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = reader };
}

static int open_lock(const char *state_dir, struct sw_error *error)
{
	char *path;
	int fd;

	if (mkdir(state_dir, 0755) && errno != EEXIST)
		return sw_fail(error, -errno, "%s: %s", state_dir, strerror(errno));
	if (asprintf(&path, "%s/events.lock", state_dir) < 0)
		return -ENOMEM;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		fd = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return fd;
}

static enum sw_reader holder(int fd, pid_t *pid)
{
	struct flock lock = lock_of(SW_READER_RUN);

	*pid = 0;
	if (fcntl(fd, F_GETLK, &lock) || lock.l_type == F_UNLCK)
		return SW_READER_NONE;
	*pid = lock.l_pid > 0 ? lock.l_pid : 0;
	return lock.l_len == SW_READER_RUN ? SW_READER_RUN : SW_READER_EVENTS;
}

enum sw_reader sw_ring_reader(const char *state_dir, pid_t *pid)
{
	int fd = open_lock(state_dir, NULL);
	enum sw_reader reader = SW_READER_NONE;

	*pid = 0;
	if (fd >= 0) {
		reader = holder(fd, pid);
		close(fd);
	}
	return reader;
}

static int refuse(int fd, struct sw_error *error)
{
	pid_t pid;
	const char *verb = holder(fd, &pid) == SW_READER_RUN ? "run" : "events";
	char who[32] = "another process";

	if (pid)
		snprintf(who, sizeof(who), "process %d", pid);
	return sw_fail(error, -EBUSY, "%s (`spamweir %s`) reads the events, and one can at a time",
		       who, verb);
}

static int take_lock(const char *state_dir, enum sw_reader reader, struct sw_error *error)
{
	struct flock lock = lock_of(reader);
	int fd = open_lock(state_dir, error), err = 0;

	if (fd < 0)
		return fd;
	if (fcntl(fd, F_SETLK, &lock))
		err = errno == EACCES || errno == EAGAIN ?
			      refuse(fd, error) :
			      sw_fail(error, -errno, "%s/events.lock: %s", state_dir,
				      strerror(errno));
	if (err)
		close(fd);
	return err ? err : fd;
}

int sw_ring_open(const struct sw_state *state, const char *state_dir, enum sw_reader reader,
		   sw_event_fn event, void *ctx, struct sw_ring **out, struct sw_error *error)
{
	struct sw_ring *ring = calloc(1, sizeof(*ring));
	int err;

	if (!ring)
		return -ENOMEM;
	ring->event = event;
	ring->ctx = ctx;
	ring->lock = take_lock(state_dir, reader, error);
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
