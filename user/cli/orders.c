// SPDX-License-Identifier: GPL-2.0
#include "cli/orders.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/duration.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/address.h"

#define NAMED 5 /* lines, at most */
#define ORDERS_MAX (1 << 20)

struct reading {
	struct sw_orders *out;
	size_t room; /* of a text */
	size_t capacity;
	struct sw_order otherwise; /* what lines leave out */
};

void sw_orders_refuse(struct sw_orders *orders, __u32 line, const char *text, size_t size,
		      const char *why)
{
	char quoted[96];

	if (orders->bad++ >= NAMED)
		return;
	sw_quote(quoted, sizeof(quoted), text, size);
	if (orders->source)
		fprintf(stderr, "spamweir: %s:%u: `%s`: %s\n", orders->source, line, quoted, why);
	else
		sw_fail(&orders->refusal, -EINVAL, "`%s`: %s", quoted, why);
}

int sw_orders_refused(const struct sw_orders *orders, struct sw_error *error)
{
	if (!orders->source)
		return sw_fail(error, -EINVAL, "%s", orders->refusal.text);
	return sw_fail(error, -EINVAL, "%s: %u bad line%s in all; nothing was changed",
		       orders->source, orders->bad, orders->bad == 1 ? "" : "s");
}

/* NULL, or what is wrong with it. */
static const char *check_why(struct sw_span why, size_t room, char *text, size_t text_room)
{
	char copy[SW_ORDER_WHY];

	if (why.size >= room) {
		snprintf(text, text_room, "%zu bytes are kept at most, this has %zu", room - 1,
			 why.size);
		return text;
	}
	memcpy(copy, why.at, why.size);
	copy[why.size] = '\0';
	if (strlen(copy) == why.size && sw_is_printable(copy))
		return NULL;
	return "expected a line of UTF-8 text";
}

/* "90s" may be the time of an entry, "4711" is no time. */
static bool take_duration(struct sw_span word, __u64 *ns)
{
	char text[32];

	if (word.size >= sizeof(text) || !word.size || !isdigit((unsigned char)word.at[0]))
		return false;
	memcpy(text, word.at, word.size);
	text[word.size] = '\0';
	return !sw_duration_parse(text, ns);
}

/* NULL, or what is wrong with it. */
static const char *parse_line(struct reading *reading, struct sw_span line, struct sw_order *order,
			      char *text, size_t room)
{
	struct sw_span rest = line, word = sw_cut_word(&rest), behind;
	__u64 ns;

	if (sw_span_prefix(word, &order->prefix))
		return "expected an IPv4 or IPv6 address or prefix, then a time such as 90s, 1h or 2d, "
		       "then text, both if need be";
	behind = rest;
	word = sw_cut_word(&behind);
	if (take_duration(word, &ns)) {
		if (!ns || ns > SW_LONGEST_NS)
			return "expected a time of more than nothing and ten years at most";
		order->duration_ns = ns;
		rest = behind;
	}
	if (rest.size && *rest.at == '#')
		rest = sw_trim((struct sw_span){ rest.at + 1, rest.size - 1 });
	if (!rest.size)
		return NULL;
	order->why = rest;
	return check_why(rest, reading->room, text, room);
}

static int append(struct reading *reading, const struct sw_order *order)
{
	struct sw_orders *out = reading->out;

	if (out->count == reading->capacity &&
	    sw_grow((void **)&out->order, &reading->capacity, sizeof(*out->order), 1024))
		return -ENOMEM;
	out->order[out->count++] = *order;
	return 0;
}

static int parse_lines(struct reading *reading, size_t size, struct sw_error *error)
{
	const char *at = reading->out->text, *end = at + size, *newline;
	struct sw_order order = reading->otherwise;
	char text[96];
	const char *wrong;
	int err = 0;

	for (; at < end && !err; at = newline + 1) {
		struct sw_span line;

		newline = memchr(at, '\n', end - at);
		newline = newline ? newline : end;
		line = sw_trim((struct sw_span){ at, newline - at });
		order = (struct sw_order){ .line = order.line + 1,
					   .duration_ns = reading->otherwise.duration_ns,
					   .why = reading->otherwise.why };
		if (!line.size || *line.at == '#')
			continue;
		wrong = parse_line(reading, line, &order, text, sizeof(text));
		if (wrong)
			sw_orders_refuse(reading->out, order.line, line.at, line.size, wrong);
		else
			err = append(reading, &order);
		if (reading->out->count > ORDERS_MAX)
			err = sw_fail(error, -E2BIG, "%s: more than %u entries",
				      reading->out->source, ORDERS_MAX);
	}
	return err;
}

static int read_stdin(char **text, size_t *size, struct sw_error *error)
{
	size_t room = 1 << 16;
	char *grown;

	*text = malloc(room);
	*size = 0;
	while (*text && !feof(stdin)) {
		*size += fread(*text + *size, 1, room - *size, stdin);
		if (ferror(stdin))
			return sw_fail(error, -EIO, "cannot read standard input: %s",
				       strerror(errno));
		if (*size < room)
			continue;
		if (room > SW_FILE_MAX / 8)
			return sw_fail(error, -EFBIG, "standard input has more than %zu bytes",
				       room);
		room *= 2;
		grown = realloc(*text, room);
		if (!grown)
			return -ENOMEM;
		*text = grown;
	}
	return *text ? 0 : -ENOMEM;
}

static int read_file(const char *path, char **text, size_t *size, struct sw_error *error)
{
	struct sw_file file;
	int err = sw_file_map(path, &file, error);

	if (err)
		return err;
	*size = file.size;
	*text = malloc(file.size + 1);
	if (*text)
		memcpy(*text, file.text, file.size);
	sw_file_unmap(&file);
	return *text ? 0 : -ENOMEM;
}

static int read_many(const struct sw_options *options, struct reading *reading,
		     struct sw_error *error)
{
	struct sw_orders *out = reading->out;
	bool from_stdin = !strcmp(options->file, "-");
	size_t size = 0;
	int err;

	out->source = from_stdin ? "standard input" : options->file;
	if (from_stdin)
		err = read_stdin(&out->text, &size, error);
	else
		err = read_file(options->file, &out->text, &size, error);
	if (!err)
		err = parse_lines(reading, size, error);
	if (err)
		return err;
	if (out->bad)
		return sw_orders_refused(out, error);
	if (!out->count)
		return sw_fail(error, -EINVAL, "%s: there is no entry in it", out->source);
	return 0;
}

static int read_options(const struct sw_options *options, struct reading *reading,
			struct sw_error *error)
{
	struct sw_order *order = &reading->otherwise;
	const char *wrong;
	char text[96];

	if (options->duration) {
		if (sw_duration_parse(options->duration, &order->duration_ns) ||
		    !order->duration_ns)
			return sw_fail(error, -EINVAL,
				       "`--for %s`: expected a duration such as 90s, 1h or 2d",
				       options->duration);
		if (order->duration_ns > SW_LONGEST_NS)
			return sw_fail(error, -EINVAL,
				       "`--for %s`: ten years at most; without --for "
				       "there is no end",
				       options->duration);
	}
	if (!options->why)
		return 0;
	order->why = (struct sw_span){ options->why, strlen(options->why) };
	wrong = check_why(order->why, reading->room, text, sizeof(text));
	return wrong ? sw_fail(error, -EINVAL, "`--why`: %s", wrong) : 0;
}

int sw_orders_read(const struct sw_options *options, size_t room, struct sw_orders *out,
		   struct sw_error *error)
{
	struct reading reading = { .out = out, .room = room };
	int err;

	*out = (struct sw_orders){};
	if (options->arguments && options->file)
		return sw_fail(error, -EINVAL,
			       "`%s` and `--file %s`: expected an address, or a file with many, not "
			       "both",
			       options->argument[0], options->file);
	if (!options->arguments && !options->file)
		return sw_fail(error, -EINVAL, "expected an address, or `--file FILE` with many");
	err = read_options(options, &reading, error);
	if (err)
		return err;
	out->filed = options->file;
	if (out->filed)
		return read_many(options, &reading, error);
	err = sw_address_read(options->argument[0], &reading.otherwise.prefix, error);
	return err ? err : append(&reading, &reading.otherwise);
}

void sw_orders_free(struct sw_orders *orders)
{
	free(orders->order);
	free(orders->text);
	*orders = (struct sw_orders){};
}
