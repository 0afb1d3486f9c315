// SPDX-License-Identifier: GPL-2.0
#include "stream.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
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

static int take_lock(const char *state_dir, struct sw_error *error)
{
	char *path;
	int fd, err;

	if (mkdir(state_dir, 0755) && errno != EEXIST)
		return sw_fail(error, -errno, "%s: %s", state_dir, strerror(errno));
	if (asprintf(&path, "%s/events.lock", state_dir) < 0)
		return -ENOMEM;
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	else if (flock(fd, LOCK_EX | LOCK_NB))
		err = errno == EWOULDBLOCK ? -EBUSY :
					     sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	else
		err = 0;
	free(path);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

int sw_stream_open(const struct sw_state *state, const char *state_dir, sw_event_fn event,
		   void *ctx, struct sw_stream **out, struct sw_error *error)
{
	struct sw_stream *stream = calloc(1, sizeof(*stream));
	int err;

	if (!stream)
		return -ENOMEM;
	stream->event = event;
	stream->ctx = ctx;
	stream->lock = take_lock(state_dir, error);
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

char *sw_event_text(const struct sw_event *event, const struct sw_registry *registry, char *out)
{
	char when[48], src[64], dst[64], ports[32] = "";

	if (event->dport)
		snprintf(ports, sizeof(ports), " port %u", event->dport);
	snprintf(out, SW_EVENT_TEXT, "%s %s %s %s %s > %s%s%s%s",
		 time_text(event->time_ns, when, sizeof(when)),
		 registry->interface[event->interface % SW_MAX_INTERFACES].name,
		 sw_verdict_name(event->verdict), sw_reason_name(event->reason),
		 sw_format_address(event->family, event->src, src),
		 sw_format_address(event->family, event->dst, dst), ports, event->feed ? " feed " : "",
		 event->feed ? registry->feed[event->feed].name : "");
	return out;
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
	if (write(fd, line, size) != (ssize_t)size)
		err = -EIO;
	close(fd);
	return err;
}
