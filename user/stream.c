// SPDX-License-Identifier: GPL-2.0
#include "stream.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "live.h"
#include "names.h"
#include "output.h"

struct sw_stream {
	struct ring_buffer *ring;
	sw_event_fn event;
	void *ctx;
	int lock;
};

static int deliver(void *ctx, void *data, size_t size)
{
	const struct sw_stream *stream = ctx;

	if (size < sizeof(struct sw_event))
		return 0;
	return stream->event(stream->ctx, data);
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

enum sw_reader sw_stream_reader(const char *state_dir, pid_t *pid)
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

int sw_stream_open(const struct sw_state *state, const char *state_dir, enum sw_reader reader,
		   sw_event_fn event, void *ctx, struct sw_stream **out, struct sw_error *error)
{
	struct sw_stream *stream = calloc(1, sizeof(*stream));
	int err;

	if (!stream)
		return -ENOMEM;
	stream->event = event;
	stream->ctx = ctx;
	stream->lock = take_lock(state_dir, reader, error);
	if (stream->lock < 0) {
		err = stream->lock;
		free(stream);
		return err;
	}
	stream->ring = ring_buffer__new(state->map[SW_MAP_events], deliver, stream, NULL);
	if (!stream->ring) {
		err = sw_fail(error, -errno, "cannot read the event ring: %s", strerror(errno));
		sw_stream_close(stream);
		return err;
	}
	*out = stream;
	return 0;
}

int sw_stream_poll(struct sw_stream *stream, int timeout_ms)
{
	return ring_buffer__poll(stream->ring, timeout_ms);
}

static __u32 map_id(int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return bpf_obj_get_info_by_fd(fd, &info, &size) ? 0 : info.id;
}

bool sw_stream_same(const struct sw_state *a, const struct sw_state *b)
{
	__u32 id = map_id(a->map[SW_MAP_events]);

	return id && id == map_id(b->map[SW_MAP_events]);
}

int sw_stream_fd(const struct sw_stream *stream)
{
	return ring_buffer__epoll_fd(stream->ring);
}

void sw_stream_close(struct sw_stream *stream)
{
	if (!stream)
		return;
	ring_buffer__free(stream->ring);
	close(stream->lock);
	free(stream);
}

/* Events carry boot time, for the datapath knows no other. */
static __u64 unix_ns(__u64 boottime_ns)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec - (sw_boottime_ns() - boottime_ns);
}

static const char *time_text(__u64 boottime_ns, char *out, size_t room)
{
	__u64 ns = unix_ns(boottime_ns);
	char seconds[32];

	sw_format_time(ns / 1000000000, seconds, sizeof(seconds));
	seconds[strlen(seconds) - 1] = '\0'; /* the Z goes behind the fraction */
	snprintf(out, room, "%s.%03lluZ", seconds, ns / 1000000 % 1000);
	return out;
}

json_t *sw_event_json(const struct sw_event *event, const struct sw_registry *registry)
{
	char when[48], src[64], dst[64];
	json_t *object;

	object = json_pack("{s:s s:s s:s s:s s:s s:i s:s s:s s:i}", "time",
			   time_text(event->time_ns, when, sizeof(when)), "interface",
			   registry->interface[event->interface % SW_MAX_INTERFACES].name, "role",
			   sw_role_name(event->role), "verdict", sw_verdict_name(event->verdict),
			   "reason", sw_reason_name(event->reason), "family",
			   event->family == SW_IPV4 ? 4 : 6, "src",
			   sw_format_address(event->family, event->src, src), "dst",
			   sw_format_address(event->family, event->dst, dst), "proto",
			   (int)event->protocol);
	if (event->dport) {
		json_object_set_new(object, "sport", json_integer(event->sport));
		json_object_set_new(object, "dport", json_integer(event->dport));
	}
	if (event->feed)
		json_object_set_new(object, "feed", json_string(registry->feed[event->feed].name));
	json_object_set_new(object, "length", json_integer(event->length));
	return object;
}

int sw_event_text(const json_t *event, char *out)
{
	const char *when, *interface, *verdict, *reason, *src, *dst, *feed = "";
	char port[32] = "";
	int dport = 0;

	if (json_unpack((json_t *)event, "{s:s s:s s:s s:s s:s s:s s?i s?s}", "time", &when,
			"interface", &interface, "verdict", &verdict, "reason", &reason, "src",
			&src, "dst", &dst, "dport", &dport, "feed", &feed))
		return -EINVAL;
	if (dport)
		snprintf(port, sizeof(port), " port %d", dport);
	snprintf(out, SW_EVENT_TEXT, "%s %s %s %s %s > %s%s%s%s", when, interface, verdict, reason,
		 src, dst, port, *feed ? " feed " : "", feed);
	return 0;
}

char *sw_event_log_path(const char *state_dir)
{
	char *path;

	return asprintf(&path, "%s/events.jsonl", state_dir) < 0 ? NULL : path;
}

static int rotate(const char *path)
{
	char *old;
	int err = 0;

	if (asprintf(&old, "%s.1", path) < 0)
		return -ENOMEM;
	if (rename(path, old))
		err = -errno;
	free(old);
	return err;
}

/* Whole lines or nothing: the next one begins where this one would have. */
static int append(int fd, const char *line, size_t size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	ssize_t done = write(fd, line, size);
	int err;

	if (done == (ssize_t)size)
		return 0;
	err = done < 0 ? -errno : -ENOSPC;
	if (done > 0 && end >= 0 && ftruncate(fd, end))
		err = -errno;
	return err;
}

int sw_event_log(const char *path, const char *line, size_t size)
{
	struct stat st;
	int fd, err = 0;

	if (!stat(path, &st) && st.st_size >= SW_EVENT_LOG_BYTES) {
		err = rotate(path);
		if (err)
			return err;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
	if (fd < 0)
		return -errno;
	err = append(fd, line, size);
	close(fd);
	return err;
}
