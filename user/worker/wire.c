// SPDX-License-Identifier: GPL-2.0
#include "worker/wire.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void put(struct sw_wire *wire, const void *bytes, size_t size)
{
	char *grown = wire->err ? NULL : realloc(wire->bytes, wire->size + size);

	if (!grown) {
		wire->err = wire->err ?: -ENOMEM;
		return;
	}
	memcpy(grown + wire->size, bytes, size);
	wire->bytes = grown;
	wire->size += size;
}

/* The next `size` bytes where they lie; NULL: there are not so many. */
static char *get(struct sw_wire *wire, size_t size)
{
	char *at = wire->bytes + wire->at;

	if (!wire->err && size > wire->size - wire->at)
		wire->err = -EBADMSG;
	if (wire->err)
		return NULL;
	wire->at += size;
	return at;
}

void sw_wire_bytes(struct sw_wire *wire, void *bytes, size_t size)
{
	const char *from;

	if (!wire->reading) {
		put(wire, bytes, size);
		return;
	}
	from = get(wire, size);
	if (from)
		memcpy(bytes, from, size);
	else
		memset(bytes, 0, size);
}

char *sw_wire_text(struct sw_wire *wire, const char *text)
{
	size_t size = !wire->reading && text ? strlen(text) + 1 : 0;
	char *at;

	SW_WIRE(wire, size);
	if (!wire->reading) {
		if (size)
			put(wire, text, size);
		return (char *)text;
	}
	at = size ? get(wire, size) : NULL;
	if (at && at[size - 1]) {
		wire->err = -EBADMSG;
		return NULL;
	}
	return at;
}

void *sw_wire_held(struct sw_wire *wire, const void *at, size_t size)
{
	__u8 there = !!at; /* a bool cannot be read from anywhere */
	void *held;

	SW_WIRE(wire, there);
	if (!there || wire->err)
		return NULL;
	if (!wire->reading) {
		put(wire, at, size);
		return (void *)at;
	}
	held = calloc(1, size);
	if (held)
		sw_wire_bytes(wire, held, size);
	else
		wire->err = -ENOMEM;
	return held;
}

void sw_wire_count(struct sw_wire *wire, size_t *count, size_t most)
{
	SW_WIRE(wire, *count);
	if (*count <= most)
		return;
	wire->err = wire->err ?: -EBADMSG;
	*count = 0;
}

void sw_wire_free(struct sw_wire *wire)
{
	free(wire->bytes);
	*wire = (struct sw_wire){ 0 };
}

void sw_wire_fetch(struct sw_wire *wire, struct sw_fetch_config *fetch)
{
	SW_WIRE(wire, *fetch);
	fetch->proxy = sw_wire_text(wire, fetch->proxy);
	fetch->proxy_credentials_file = sw_wire_text(wire, fetch->proxy_credentials_file);
	fetch->ca_file = sw_wire_text(wire, fetch->ca_file);
	fetch->headers_file = sw_wire_text(wire, fetch->headers_file);
	fetch->credentials_file = sw_wire_text(wire, fetch->credentials_file);
}

static void carry_where(struct sw_wire *wire, struct sw_where_config *where)
{
	size_t i;

	where->name = sw_wire_text(wire, where->name);
	sw_wire_count(wire, &where->values, SW_WHERE_VALUES);
	for (i = 0; i < where->values; i++)
		where->value[i] = sw_wire_text(wire, where->value[i]);
}

static void carry_fields(struct sw_wire *wire, struct sw_fields_config *fields)
{
	size_t i;

	fields->each = sw_wire_text(wire, fields->each);
	fields->address = sw_wire_text(wire, fields->address);
	fields->until = sw_wire_text(wire, fields->until);
	sw_wire_count(wire, &fields->tags, SW_FIELD_TAGS);
	for (i = 0; i < fields->tags; i++)
		fields->tag[i] = sw_wire_text(wire, fields->tag[i]);
	sw_wire_count(wire, &fields->wheres, SW_FIELD_WHERES);
	for (i = 0; i < fields->wheres; i++)
		carry_where(wire, &fields->where[i]);
}

void sw_wire_feed(struct sw_wire *wire, struct sw_feed_config *feed)
{
	feed->entry = NULL;
	feed->entries = 0;
	feed->routes.stale = NULL;
	SW_WIRE(wire, *feed);
	sw_wire_fetch(wire, &feed->fetch);
	feed->name = sw_wire_text(wire, feed->name);
	feed->path = sw_wire_text(wire, feed->path);
	feed->url = sw_wire_text(wire, feed->url);
	feed->source = sw_wire_text(wire, feed->source);
	feed->fields = sw_wire_held(wire, feed->fields, sizeof(*feed->fields));
	if (feed->fields)
		carry_fields(wire, feed->fields);
}
