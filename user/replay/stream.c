// SPDX-License-Identifier: GPL-2.0
#include "replay/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/array.h"

#define GZIP_WINDOW (15 + 16) /* zlib's largest, in a gzip wrapping */

struct sw_stream {
	int fd;
	int err;
	const char *damage;
	bool is_gzip;
	bool in_member; /* of which gzip data may have several */
	z_stream inflate;
	unsigned char *at; /* of what was read and not yet taken */
	size_t left;
	unsigned char ahead[SW_STREAM_PEEK]; /* the first bytes, once more */
	size_t ahead_at, ahead_size, peeked;
	unsigned char buffer[1 << 16];
};

/* What others compress by. Their magic numbers are those of file(1). */
static const struct {
	const char *magic;
	const char *name;
	const char *command;
} unread[] = {
	{ "\xfd"
	  "7zXZ",
	  "xz", "xz -dc" },
	{ "\x28\xb5\x2f\xfd", "zstd", "zstd -dc" },
	{ "BZh", "bzip2", "bzip2 -dc" },
	{ "\x04\x22\x4d\x18", "lz4", "lz4 -dc" },
	{ "PK\x03\x04", "zip", "unzip -p" },
};

/* One read(2), so that what a pipe has is not waited behind. */
static void fill(struct sw_stream *stream)
{
	ssize_t got;

	do {
		got = read(stream->fd, stream->buffer, sizeof(stream->buffer));
	} while (got < 0 && errno == EINTR);
	if (got < 0)
		stream->err = -errno;
	stream->at = stream->buffer;
	stream->left = got > 0 ? got : 0;
}

static size_t take_plain(struct sw_stream *stream, void *out, size_t size)
{
	if (!stream->left)
		fill(stream);
	if (size > stream->left)
		size = stream->left;
	memcpy(out, stream->at, size);
	stream->at += size;
	stream->left -= size;
	return size;
}

static size_t damaged(struct sw_stream *stream, const char *how)
{
	if (!stream->err)
		stream->damage = how;
	return 0;
}

/* Whether there is more to inflate. Behind one member another may stand. */
static bool next_input(struct sw_stream *stream)
{
	if (!stream->left)
		fill(stream);
	if (!stream->left) {
		if (stream->in_member)
			damaged(stream, "its gzip data are cut short");
		return false;
	}
	if (stream->in_member)
		return true;
	if (*stream->at != 0x1f) {
		damaged(stream, "something that is no gzip follows the gzip data");
		return false;
	}
	stream->in_member = inflateReset(&stream->inflate) == Z_OK;
	return stream->in_member;
}

static size_t take_inflated(struct sw_stream *stream, void *out, size_t size)
{
	z_stream *inflater = &stream->inflate;
	int end;

	inflater->next_out = out;
	inflater->avail_out = size;
	while (inflater->avail_out == size) {
		if (!next_input(stream))
			break;
		inflater->next_in = stream->at;
		inflater->avail_in = stream->left;
		end = inflate(inflater, Z_NO_FLUSH);
		stream->at = inflater->next_in;
		stream->left = inflater->avail_in;
		if (end == Z_STREAM_END) {
			stream->in_member = false;
		} else if (end == Z_MEM_ERROR) {
			stream->err = -ENOMEM;
		} else if (end != Z_OK && end != Z_BUF_ERROR) {
			damaged(stream, "its gzip data are damaged");
		}
		if (stream->err || stream->damage)
			break;
	}
	return size - inflater->avail_out;
}

/* Some bytes; none: the stream ends here. */
static size_t take(struct sw_stream *stream, void *out, size_t size)
{
	size_t ahead = stream->ahead_size - stream->ahead_at;

	if (ahead) {
		if (size > ahead)
			size = ahead;
		memcpy(out, stream->ahead + stream->ahead_at, size);
		stream->ahead_at += size;
		return size;
	}
	if (!size || stream->err || stream->damage)
		return 0;
	return stream->is_gzip ? take_inflated(stream, out, size) : take_plain(stream, out, size);
}

ssize_t sw_stream_read(struct sw_stream *stream, void *out, size_t size)
{
	char skipped[4096];
	size_t done = 0, got, want;

	while (done < size) {
		want = size - done;
		if (!out && want > sizeof(skipped))
			want = sizeof(skipped);
		got = take(stream, out ? (char *)out + done : skipped, want);
		if (!got)
			break;
		done += got;
	}
	return stream->err ? stream->err : (ssize_t)done;
}

static int begin_inflating(struct sw_stream *stream, const char *path, struct sw_error *error)
{
	int end;

	if (stream->left < 2 || stream->at[0] != 0x1f || stream->at[1] != 0x8b)
		return 0;
	end = inflateInit2(&stream->inflate, GZIP_WINDOW);
	if (end != Z_OK)
		return sw_fail(error, -ENOMEM, "%s: no memory to read gzip", path);
	stream->is_gzip = stream->in_member = true;
	return 0;
}

static int refuse_others(const struct sw_stream *stream, const char *path, struct sw_error *error)
{
	size_t i;

	for (i = 0; i < SW_COUNT(unread); i++) {
		size_t size = strlen(unread[i].magic);

		if (stream->peeked < size || memcmp(stream->ahead, unread[i].magic, size))
			continue;
		return sw_fail(
			error, -EINVAL,
			"%s: is compressed by %s (expected a capture, or one compressed by gzip): "
			"`%s FILE | spamweir replay - ...`",
			path, unread[i].name, unread[i].command);
	}
	return 0;
}

/* A pipe may bring its first bytes one by one. */
static int look_ahead(struct sw_stream *stream, const char *path, struct sw_error *error)
{
	ssize_t got;
	int err;

	fill(stream);
	while (stream->left == 1 && !stream->err) {
		got = read(stream->fd, stream->buffer + 1, sizeof(stream->buffer) - 1);
		if (got < 0 && errno != EINTR)
			stream->err = -errno;
		if (!got)
			break;
		if (got > 0)
			stream->left += got;
	}
	err = begin_inflating(stream, path, error);
	if (err)
		return err;
	got = sw_stream_read(stream, stream->ahead, sizeof(stream->ahead));
	if (got < 0)
		return sw_fail(error, got, "%s: cannot read: %s", path, strerror(-got));
	stream->ahead_size = stream->peeked = got;
	return refuse_others(stream, path, error);
}

int sw_stream_open(const char *path, struct sw_stream **out, struct sw_error *error)
{
	struct sw_stream *stream = calloc(1, sizeof(*stream));
	int err;

	if (!stream)
		return -ENOMEM;
	if (!strcmp(path, "-"))
		stream->fd = STDIN_FILENO;
	else
		stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (stream->fd < 0)
		err = sw_fail(error, -errno, "%s: cannot open: %s", path, strerror(errno));
	else
		err = look_ahead(stream, path, error);
	if (err) {
		sw_stream_close(stream);
		return err;
	}
	*out = stream;
	return 0;
}

void sw_stream_close(struct sw_stream *stream)
{
	if (!stream)
		return;
	if (stream->is_gzip)
		inflateEnd(&stream->inflate);
	if (stream->fd > STDIN_FILENO)
		close(stream->fd);
	free(stream);
}

size_t sw_stream_peek(const struct sw_stream *stream, unsigned char out[SW_STREAM_PEEK])
{
	memcpy(out, stream->ahead, stream->peeked);
	return stream->peeked;
}

const char *sw_stream_damage(const struct sw_stream *stream)
{
	return stream->damage;
}

int sw_stream_failed(const struct sw_stream *stream)
{
	return stream->err;
}

static ssize_t read_for_stdio(void *cookie, char *out, size_t size)
{
	struct sw_stream *stream = cookie;
	size_t got = take(stream, out, size);

	if (!got && stream->err) {
		errno = -stream->err;
		return -1;
	}
	return got;
}

FILE *sw_stream_file(struct sw_stream *stream)
{
	return fopencookie(stream, "r", (cookie_io_functions_t){ .read = read_for_stdio });
}
