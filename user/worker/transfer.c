// SPDX-License-Identifier: GPL-2.0
#include "worker/transfer.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "worker/resolver.h"

#define GRACE_S 30	    /* for what comes before and after the transfer itself */
#define MEMORY (1ULL << 30) /* address space, most of which threads reserve and never touch */
#define CPU_S 120

struct fetching {
	struct sw_transfer transfer;
	struct sw_feed_config feed; /* of a transfer that is carried */
	char *root;
	struct sw_http *http; /* NULL: it is a file */
	struct sw_file file;
	struct sw_transferred said;
};

static bool is_file(const struct sw_feed_config *feed)
{
	return !strncasecmp(feed->url, "file://", 7);
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return at ? (int)(at - digits) : -1;
}

/* The path of a file URL (RFC 8089), percent-decoded in place (RFC 3986, 2.1). A % that begins
 * no byte of a path stands for itself. */
static void decode_path(char *path)
{
	const char *from = path;
	char *to = path;

	while (*from) {
		int high = *from == '%' ? hex_digit(from[1]) : -1;
		int low = high < 0 ? -1 : hex_digit(from[2]);

		if (low < 0 || high + low == 0) {
			*to++ = *from++;
			continue;
		}
		*to++ = (char)(high << 4 | low);
		from += 3;
	}
	*to = '\0';
}

static int map_file(const char *url, struct sw_file *file, struct sw_error *error)
{
	char *path = strdup(url + strlen("file://"));
	int err;

	if (!path)
		return -ENOMEM;
	decode_path(path);
	err = sw_file_map(path, file, error);
	free(path);
	return err;
}

/* Secrets and certificates are read by this process and stay in it. */
static int prepare(void *ctx, struct sw_error *error)
{
	struct fetching *f = ctx;
	const struct sw_feed_config *feed = f->transfer.feed;

	if (is_file(feed))
		return map_file(feed->url, &f->file, error);
	return sw_http_prepare(feed, f->transfer.before, &f->http, error);
}

static void name_version(const struct sw_file_id *id, char *out, size_t room)
{
	snprintf(out, room, "%llx-%llx-%llx-%llx", id->inode, id->size, id->modified_ns,
		 id->changed_ns);
}

static void send_file(struct fetching *f)
{
	const struct sw_transfer *transfer = &f->transfer;
	struct sw_transferred *said = &f->said;
	size_t done = 0;
	ssize_t got = 1;

	name_version(&f->file.id, said->etag, sizeof(said->etag));
	said->modified_s = f->file.modified_s;
	said->size = f->file.size;
	said->unchanged = transfer->before && !strcmp(transfer->before->etag, said->etag);
	if (said->unchanged)
		return;
	if (f->file.size > transfer->feed->fetch.max_size)
		said->err = sw_fail(&said->error, -EFBIG, "%s: has more than %llu bytes (max_size)",
				    transfer->feed->url, transfer->feed->fetch.max_size);
	while (!said->err && done < f->file.size) {
		got = write(SW_CHILD_PIPE, f->file.text + done, f->file.size - done);
		if (got > 0)
			done += got;
		else if (errno != EINTR)
			said->err = -EPIPE;
	}
}

static void work(void *ctx)
{
	struct fetching *f = ctx;

	if (f->http)
		sw_http_fetch(f->http, &f->said);
	else
		send_file(f);
	close(SW_CHILD_PIPE);
	sw_child_send(&f->said, sizeof(f->said));
}

static void carry(struct sw_wire *wire, void *ctx)
{
	struct fetching *f = ctx;
	struct sw_transfer *transfer = &f->transfer;

	if (!wire->reading)
		f->feed = *transfer->feed;
	sw_wire_feed(wire, &f->feed);
	transfer->state_dir = sw_wire_text(wire, transfer->state_dir);
	transfer->before = sw_wire_held(wire, transfer->before, sizeof(*transfer->before));
	if (wire->reading)
		transfer->feed = &f->feed;
}

const struct sw_child_kind sw_kind_transfer = {
	.name = "transfer",
	.size = sizeof(struct fetching),
	.carry = carry,
	.prepare = prepare,
	.work = work,
};

int sw_transfer_start(const struct sw_transfer *transfer, struct sw_child *child,
		      struct sw_error *error)
{
	struct fetching *f = calloc(1, sizeof(*f));
	struct sw_child_order order = {
		.kind = &sw_kind_transfer,
		.sandbox = { .network = true, .memory = MEMORY, .cpu_s = CPU_S },
		.pipe = transfer->pipe,
		.ctx = f,
	};
	int err = f ? 0 : -ENOMEM;

	if (!err) {
		f->transfer = *transfer;
		order.sandbox.network = !is_file(transfer->feed);
		if (order.sandbox.network)
			err = sw_resolver_root(transfer->state_dir, &f->root, error);
		else
			order.sandbox.memory += 2 * SW_FILE_MAX;
		order.sandbox.root = f->root;
	}
	if (!err)
		err = sw_child_start(&order, transfer->feed->fetch.timeout_s + GRACE_S, child,
				     error);
	if (f)
		free(f->root);
	free(f);
	return err;
}

static void tame(char *text, size_t room)
{
	char safe[sizeof(((struct sw_error *)0)->text)];

	text[room - 1] = '\0';
	sw_printable(safe, sizeof(safe), text);
	snprintf(text, room, "%s", safe);
}

int sw_transfer_take(struct sw_child *child, struct sw_transferred *said, struct sw_error *error)
{
	int err = sw_child_read(child, said, sizeof(*said), error);

	if (err)
		return err;
	tame(said->error.text, sizeof(said->error.text));
	tame(said->modified, sizeof(said->modified));
	said->etag[sizeof(said->etag) - 1] = '\0';
	if (!sw_is_printable(said->etag))
		said->etag[0] = '\0';
	if (said->err > 0 || said->err < -4095 || said->status > 999 || said->unchanged > 1)
		return sw_fail(error, -EBADMSG, "what the confined process sent is not used");
	return 0;
}
