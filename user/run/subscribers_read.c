// SPDX-License-Identifier: GPL-2.0
#include "run/subscribers_read.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "worker/child.h"

#define SECONDS 120
#define MEMORY (64ULL << 20)
#define HEAD 65536
#define CHUNK 64

/* What the child sends: chunks, of which one without any is the last, then how it ended. */
struct chunk {
	__u32 count;
	struct sw_held held[CHUNK];
};

struct ended {
	int err;
	struct sw_subscriber_report report;
	struct sw_error error;
};

struct parse {
	struct sw_subscribers_part part;
	struct sw_subscribers_source source; /* of a part that is carried */
	char *head;
	char *text;
	size_t head_size, size;
	struct chunk chunk;
	struct ended ended;
};

/* In the child. */

static int read_at(int fd, char *to, size_t size, __u64 offset, size_t *got)
{
	ssize_t more = 1;

	for (*got = 0; *got < size && more; *got += more) {
		more = pread(fd, to + *got, size - *got, offset + *got);
		if (more < 0 && errno != EINTR)
			return -errno;
		if (more < 0)
			more = 0;
	}
	return 0;
}

/* Bytes are copied with the rights of the parent, and looked at without them. */
static int prepare(void *ctx, struct sw_error *error)
{
	struct parse *parse = ctx;
	const struct sw_subscribers_part *part = &parse->part;
	const char *end;
	int err;

	parse->head = malloc(HEAD);
	parse->text = malloc(part->size ?: 1);
	if (!parse->head || !parse->text)
		return -ENOMEM;
	err = read_at(part->fd, parse->head, HEAD, 0, &parse->head_size);
	if (!err)
		err = read_at(part->fd, parse->text, part->size, part->offset, &parse->size);
	if (err)
		return sw_fail(error, err, "cannot be read: %s", strerror(-err));
	end = memchr(parse->head, '\n', parse->head_size);
	if (end)
		parse->head_size = end - parse->head;
	return 0;
}

static void send_chunk(struct parse *parse)
{
	sw_child_send(&parse->chunk.count, sizeof(parse->chunk.count));
	sw_child_send(parse->chunk.held, parse->chunk.count * sizeof(parse->chunk.held[0]));
	parse->chunk.count = 0;
}

static int put(void *ctx, const struct sw_held *held)
{
	struct parse *parse = ctx;

	parse->chunk.held[parse->chunk.count++] = *held;
	if (parse->chunk.count == CHUNK)
		send_chunk(parse);
	return 0;
}

static void work(void *ctx)
{
	struct parse *parse = ctx;
	const struct sw_subscribers_part *part = &parse->part;
	const struct sw_subscriber_text text = {
		.head = sw_trim((struct sw_span){ parse->head, parse->head_size }),
		.text = { parse->text, parse->size },
		.grown = part->offset > 0,
		.modified_ms = part->modified_ms,
		.account = part->source->account,
	};

	parse->ended.err =
		sw_subscriber_format(part->source->format)
			->parse(&text, put, parse, &parse->ended.report, &parse->ended.error);
	if (parse->chunk.count)
		send_chunk(parse);
	send_chunk(parse); /* an empty one */
	sw_child_send(&parse->ended, sizeof(parse->ended));
}

static void carry(struct sw_wire *wire, void *ctx)
{
	struct parse *parse = ctx;
	struct sw_subscribers_part *part = &parse->part;

	if (!wire->reading)
		parse->source = *part->source;
	SW_WIRE(wire, *part);
	SW_WIRE(wire, parse->source);
	parse->source.account = sw_wire_text(wire, parse->source.account);
	if (!wire->reading)
		return;
	part->source = &parse->source;
	part->fd = wire->pipe;
}

const struct sw_child_kind sw_kind_subscribers = {
	.name = "subscribers",
	.size = sizeof(struct parse),
	.carry = carry,
	.prepare = prepare,
	.work = work,
};

/* In the parent. */

static bool is_sound(struct sw_held *held)
{
	held->account[sizeof(held->account) - 1] = '\0';
	held->session[sizeof(held->session) - 1] = '\0';
	held->nas[sizeof(held->nas) - 1] = '\0';
	if (!sw_is_printable(held->nas) || held->since_ms > held->at_ms)
		return false;
	if (held->all)
		return held->ends && held->nas[0];
	if (held->prefix.family != SW_IPV4 && held->prefix.family != SW_IPV6)
		return false;
	if (held->prefix.length > sw_family_bits(held->prefix.family) ||
	    (held->prefix.family == SW_IPV4 && held->prefix.address >> 32))
		return false;
	return !sw_prefix_clear_host_bits(&held->prefix) && held->port_first <= held->port_last &&
	       sw_is_printable(held->account) && sw_is_printable(held->session) &&
	       (held->account[0] || held->ends);
}

static int take_chunks(struct sw_child *child, sw_held_emit emit, void *ctx, struct sw_error *error)
{
	struct sw_held held[CHUNK];
	__u32 count, i;
	int err;

	do {
		err = sw_child_read(child, &count, sizeof(count), error);
		if (!err && count > CHUNK)
			err = sw_fail(error, -EBADMSG, "the process that read it went wrong");
		if (!err)
			err = sw_child_read(child, held, count * sizeof(held[0]), error);
		for (i = 0; !err && i < count; i++) {
			if (is_sound(&held[i]))
				err = emit(ctx, &held[i]);
			else
				err = sw_fail(error, -EBADMSG,
					      "the process that read it went wrong");
		}
	} while (!err && count);
	return err;
}

static int take_end(struct sw_child *child, __u64 size, struct sw_subscriber_report *report,
		    struct sw_error *error)
{
	struct ended ended;
	int err = sw_child_read(child, &ended, sizeof(ended), error);

	if (err)
		return err;
	ended.error.text[sizeof(ended.error.text) - 1] = '\0';
	*report = ended.report;
	report->bad_text[sizeof(report->bad_text) - 1] = '\0';
	report->expected[sizeof(report->expected) - 1] = '\0';
	if (ended.err)
		return sw_fail(error, ended.err, "%s",
			       ended.error.text[0] ? ended.error.text : strerror(ENOMEM));
	if (report->used > size || !sw_is_printable(report->bad_text) ||
	    !sw_is_printable(report->expected))
		return sw_fail(error, -EBADMSG, "the process that read it went wrong");
	return 0;
}

int sw_subscribers_read(const struct sw_subscribers_part *part, sw_held_emit emit, void *ctx,
			struct sw_subscriber_report *report, struct sw_error *error)
{
	struct parse *parse = calloc(1, sizeof(*parse));
	const struct sw_child_order order = {
		.kind = &sw_kind_subscribers,
		.sandbox = { .memory = MEMORY, .cpu_s = SECONDS },
		.pipe = part->fd,
		.ctx = parse,
	};
	struct sw_child child = SW_NO_CHILD;
	int err = -ENOMEM;

	*report = (struct sw_subscriber_report){ 0 };
	if (!parse)
		return err;
	parse->part = *part;
	err = sw_child_start(&order, SECONDS, &child, error);
	if (!err)
		err = take_chunks(&child, emit, ctx, error);
	if (!err)
		err = take_end(&child, part->size, report, error);
	sw_child_end(&child);
	free(parse);
	return err;
}
