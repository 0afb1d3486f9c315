// SPDX-License-Identifier: GPL-2.0
#include "worker/parse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file_clock.h"
#include "base/json.h"
#include "feed/copy_layout.h"
#include "feed/copy_make.h"
#include "feed/copy_source.h"
#include "worker/sent.h"

#define PARSE_S 120
#define MIB (1ULL << 20)
#define MEMORY (256 * MIB)
#define MEMORY_ENTRY 160 /* while they are read, sorted and laid out */
#define FIRST_ROOM MIB

struct parse {
	const struct sw_feed_config *feed;
	struct sw_feed_config config; /* the child's own, with its source */
	bool piped;
	struct sw_file file; /* if not */
	__u64 read_ns;
	struct sw_sent sent;
};

/* A list of `size` bytes has no more entries than half as many. */
static __u64 memory_for(const struct sw_feed_config *feed, __u64 size)
{
	__u64 entries =
		(__u64)sw_feed_most_entries(feed, SW_IPV4) + sw_feed_most_entries(feed, SW_IPV6);

	return MEMORY + 2 * size + MEMORY_ENTRY * (entries < size ? entries : size);
}

/* Bytes are copied with the rights of the parent, and looked at without them. */
static int prepare(void *ctx, struct sw_error *error)
{
	struct parse *parse = ctx;

	json_object_seed(0); /* which would open a file */
	if (parse->feed != &parse->config)
		parse->config = *parse->feed;
	parse->config.source = sw_copy_source(parse->feed); /* which needs the root as it is */
	if (!parse->config.source)
		return -ENOMEM;
	parse->read_ns = sw_wall_ns();
	return parse->piped ? 0 : sw_file_map(parse->feed->path, &parse->file, error);
}

static int grow(char **text, size_t *room, size_t most)
{
	size_t more = *room ? 2 * *room : FIRST_ROOM;
	void *grown;

	if (more > most)
		more = most;
	if (*room)
		grown = mremap(*text, *room, more, MREMAP_MAYMOVE);
	else
		grown = mmap(NULL, more, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			     0);
	if (grown == MAP_FAILED)
		return -ENOMEM;
	*text = grown;
	*room = more;
	return 0;
}

/* Who sends keeps to max_size; one byte more is room to see that it does. */
static int read_pipe(struct parse *parse, struct sw_error *error)
{
	size_t most = parse->feed->fetch.max_size + 1, room = 0, size = 0;
	char *text = NULL;
	ssize_t got = 1;
	int err = 0;

	while (got && !err) {
		if (size == room)
			err = size == most ? -EFBIG : grow(&text, &room, most);
		got = err ? 0 : read(SW_CHILD_PIPE, text + size, room - size);
		if (got < 0 && errno != EINTR)
			err = -errno;
		else if (got > 0)
			size += got;
	}
	if (err)
		return sw_fail(error, err, "%s: cannot be read: %s", parse->feed->url,
			       strerror(-err));
	if (size < room)
		munmap(text + ((size + 4095) & ~4095UL), room - ((size + 4095) & ~4095UL));
	parse->file = (struct sw_file){ .text = text, .size = size, .id = { .size = size } };
	return 0;
}

/* A JSON parser that lacked memory may have taken even the format for another. */
static int begin_copy(void *ctx, const struct sw_feed_report *report, __u64 size)
{
	struct sw_sent *sent = ctx;

	if (sw_json_starved())
		return -ENOMEM;
	sent->report = *report;
	sent->size = size;
	sw_child_send(sent, sizeof(*sent));
	return 0;
}

static int send_copy(void *ctx, const void *bytes, size_t size)
{
	(void)ctx;
	sw_child_send(bytes, size);
	return 0;
}

static void work(void *ctx)
{
	struct parse *parse = ctx;
	struct sw_sent *sent = &parse->sent;
	const struct sw_copy_out out = { begin_copy, send_copy, sent };
	struct sw_feed_report report = { 0 };

	if (parse->piped)
		sent->err = read_pipe(parse, &sent->error);
	if (!sent->err)
		sent->err = sw_feed_copy_make_into(&parse->config, &parse->file, parse->read_ns,
						   &out, &report, &sent->error);
	if (!sent->err)
		return;
	if (sent->size) /* who reads has begun to */
		_exit(1);
	if (sw_json_starved()) {
		sent->err = -ENOMEM;
		sent->error.text[0] = '\0';
	}
	sent->report = report;
	sw_child_send(sent, sizeof(*sent));
}

static void carry(struct sw_wire *wire, void *ctx)
{
	struct parse *parse = ctx;

	if (!wire->reading)
		parse->config = *parse->feed;
	sw_wire_feed(wire, &parse->config);
	SW_WIRE(wire, parse->piped);
	if (wire->reading)
		parse->feed = &parse->config;
}

const struct sw_child_kind sw_kind_parse = {
	.name = "parse",
	.size = sizeof(struct parse),
	.carry = carry,
	.prepare = prepare,
	.work = work,
};

static int begin_child(struct parse *parse, int pipe, __u64 size, __u32 seconds,
		       struct sw_child *child, struct sw_error *error)
{
	const struct sw_child_order order = {
		.kind = &sw_kind_parse,
		.sandbox = { .memory = memory_for(parse->feed, size), .cpu_s = PARSE_S },
		.pipe = pipe,
		.ctx = parse,
	};

	parse->piped = pipe >= 0;
	return sw_child_begin(&order, seconds, child, error);
}

static int take(const struct sw_feed_config *feed, struct sw_child *child,
		struct sw_feed_copy *copy, struct sw_feed_report *report, struct sw_error *error)
{
	struct sw_error why = { 0 };
	int err = sw_sent_take(feed, child, copy, report, &why);

	if (err == -ECHILD || err == -ETIMEDOUT || err == -EBADMSG)
		return sw_fail(error, -EINVAL, "%s: %s", sw_feed_source(feed), why.text);
	return err && why.text[0] ? sw_fail(error, err, "%s", why.text) : err;
}

int sw_parse_start(const struct sw_feed_config *feed, int pipe, __u32 seconds,
		   struct sw_child *child, struct sw_error *error)
{
	struct parse *parse = calloc(1, sizeof(*parse));
	int err = -ENOMEM;

	if (parse) {
		parse->feed = feed;
		err = begin_child(parse, pipe, feed->fetch.max_size, seconds + PARSE_S, child,
				  error);
	}
	if (!err) {
		err = sw_child_hear(child, error);
		if (err)
			sw_child_end(child);
	}
	free(parse); /* the child has its own */
	return err;
}

int sw_parse_take(const struct sw_feed_config *feed, struct sw_child *child,
		  struct sw_feed_copy *copy, struct sw_feed_report *report, struct sw_error *error)
{
	*copy = (struct sw_feed_copy){ 0 };
	*report = (struct sw_feed_report){ .format = feed->format };
	return take(feed, child, copy, report, error);
}

/* What the child says of the file is not believed; what the file is by now is. */
static int check_file(const struct sw_feed_config *feed, const struct sw_file_id *before,
		      const struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_file_id after;

	if (!memcmp(&copy->header->source, before, sizeof(*before)) ||
	    (!sw_file_identify(feed->path, &after) &&
	     !memcmp(&copy->header->source, &after, sizeof(after))))
		return 0;
	return sw_fail(error, -EINVAL,
		       "%s: changed while it was read (expected a file that is written elsewhere "
		       "and renamed into place)",
		       feed->path);
}

/* One of several that are parsed at once. */
struct begun {
	struct sw_begun begun;
	const struct sw_feed_config *feed;
	struct sw_child child;
	struct sw_file_id before;
	__u64 read_ns;
};

static void drop(struct sw_begun *begun)
{
	struct begun *b = (struct begun *)begun;

	sw_child_end(&b->child);
	free(b);
}

static int finish_child(struct begun *b, struct sw_feed_copy *copy, struct sw_feed_report *report,
			struct sw_error *error)
{
	int err;

	/* It may have waited for its turn. */
	b->child.until = sw_monotonic_ms() + PARSE_S * 1000ULL;
	err = sw_child_hear(&b->child, error);
	if (!err)
		err = take(b->feed, &b->child, copy, report, error);
	if (err)
		return err;
	((struct sw_copy_header *)copy->header)->read_ns = b->read_ns;
	err = check_file(b->feed, &b->before, copy, error);
	if (err)
		sw_feed_copy_close(copy);
	return err;
}

static int finish(struct sw_begun *begun, struct sw_feed_copy *copy, struct sw_feed_report *report,
		  struct sw_error *error)
{
	struct begun *b = (struct begun *)begun;
	int err;

	*copy = (struct sw_feed_copy){ 0 };
	*report = (struct sw_feed_report){ .format = b->feed->format };
	err = finish_child(b, copy, report, error);
	drop(begun);
	return err;
}

static int begin(const struct sw_feed_config *feed, struct begun **out, struct sw_error *error)
{
	struct parse *parse = calloc(1, sizeof(*parse));
	struct begun *b = calloc(1, sizeof(*b));
	int err = -ENOMEM;

	if (parse && b) {
		*b = (struct begun){ { finish, drop }, feed, SW_NO_CHILD, { 0 }, 0 };
		sw_file_identify(feed->path, &b->before); /* else the child says what is wrong */
		b->read_ns = sw_file_settle(feed->path, &b->before);
		parse->feed = feed;
		err = begin_child(parse, -1, b->before.size, PARSE_S, &b->child, error);
	}
	free(parse); /* the child has its own */
	if (err)
		free(b);
	else
		*out = b;
	return err;
}

struct sw_begun *sw_worker_begin(const struct sw_feed_config *feed)
{
	struct begun *b;

	return begin(feed, &b, NULL) ? NULL : &b->begun;
}

int sw_worker_read(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
		   struct sw_feed_report *report, struct sw_error *error)
{
	struct begun *b;
	int err;

	*copy = (struct sw_feed_copy){ 0 };
	*report = (struct sw_feed_report){ .format = feed->format };
	err = begin(feed, &b, error);
	return err ? err : finish(&b->begun, copy, report, error);
}
