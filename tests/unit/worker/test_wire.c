// SPDX-License-Identifier: GPL-2.0
/* What is written comes out the same, and of what is cut off or changed nothing is used. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "worker/wire.h"

static struct sw_fields_config fields = {
	.format = SW_FORMAT_CSV,
	.each = "data/list",
	.address = "ip",
	.until = "ends",
	.tag = { "port", "family" },
	.tags = 2,
	.where = { { "kind", { "cc", "bot" }, 2 }, { "sure", { "yes" }, 1 } },
	.wheres = 2,
	.delimiter = ';',
};

static struct sw_entry_config entry;

static const struct sw_feed_config feed = {
	.name = "bad",
	.path = "a/list",
	.url = "https://lists.example/x",
	.fetch = { 3600, 30, 1 << 20, "http://proxy:3128", "proxy-secret", "ca.pem", "headers",
		   "secret" },
	.routes = { .table = 7, .stale = "it is old" },
	.source = "/etc/a/list",
	.fields = &fields,
	.entry = &entry,
	.entries = 1,
	.min_count = 3,
	.line = 12,
};

static void write_it(struct sw_wire *wire)
{
	struct sw_feed_config copy = feed;

	*wire = (struct sw_wire){ 0 };
	sw_wire_feed(wire, &copy);
	assert_int_equal(wire->err, 0);
}

static void assert_fields_equal(const struct sw_fields_config *got)
{
	size_t i;

	assert_ptr_not_equal(got, &fields);
	assert_int_equal(got->format, fields.format);
	assert_int_equal(got->delimiter, ';');
	assert_string_equal(got->each, fields.each);
	assert_string_equal(got->address, fields.address);
	assert_string_equal(got->until, fields.until);
	assert_int_equal(got->tags, 2);
	for (i = 0; i < 2; i++)
		assert_string_equal(got->tag[i], fields.tag[i]);
	assert_int_equal(got->wheres, 2);
	assert_string_equal(got->where[0].name, "kind");
	assert_int_equal(got->where[0].values, 2);
	assert_string_equal(got->where[0].value[1], "bot");
	assert_string_equal(got->where[1].value[0], "yes");
}

static void a_feed_is_the_same(void **unused)
{
	struct sw_feed_config got = { 0 };
	struct sw_wire wire;

	(void)unused;
	write_it(&wire);
	wire.reading = true;
	sw_wire_feed(&wire, &got);
	assert_int_equal(wire.err, 0);
	assert_int_equal(wire.at, wire.size);
	assert_string_equal(got.name, "bad");
	assert_string_equal(got.path, "a/list");
	assert_string_equal(got.url, feed.url);
	assert_string_equal(got.source, feed.source);
	assert_string_equal(got.fetch.proxy, feed.fetch.proxy);
	assert_string_equal(got.fetch.proxy_credentials_file, "proxy-secret");
	assert_string_equal(got.fetch.ca_file, "ca.pem");
	assert_string_equal(got.fetch.headers_file, "headers");
	assert_string_equal(got.fetch.credentials_file, "secret");
	assert_int_equal(got.fetch.max_size, 1 << 20);
	assert_int_equal(got.routes.table, 7);
	assert_int_equal(got.line, 12);
	assert_fields_equal(got.fields);
	/* These stay where they are. */
	assert_null(got.routes.stale);
	assert_null(got.entry);
	assert_int_equal(got.entries, 0);
	free(got.fields);
	sw_wire_free(&wire);
}

/* The texts are read from a copy of its own, so that a read beyond it is seen. */
static int read_part(const struct sw_wire *whole, size_t size)
{
	struct sw_wire wire = { .reading = true, .bytes = malloc(size ?: 1), .size = size };
	struct sw_feed_config got = { 0 };
	int err;

	assert_non_null(wire.bytes);
	memcpy(wire.bytes, whole->bytes, size);
	sw_wire_feed(&wire, &got);
	err = wire.err;
	free(got.fields);
	sw_wire_free(&wire);
	return err;
}

static void what_is_cut_off_is_void(void **unused)
{
	struct sw_wire wire;
	size_t size;

	(void)unused;
	write_it(&wire);
	for (size = 0; size < wire.size; size++)
		assert_int_equal(read_part(&wire, size), -EBADMSG);
	assert_int_equal(read_part(&wire, wire.size), 0);
	sw_wire_free(&wire);
}

/* Whatever it says of sizes and counts, nothing beyond is touched. */
static void no_byte_leads_astray(void **unused)
{
	struct sw_wire wire;
	size_t i;
	char before;

	(void)unused;
	write_it(&wire);
	for (i = 0; i < wire.size; i++) {
		before = wire.bytes[i];
		wire.bytes[i] = ~before;
		read_part(&wire, wire.size);
		wire.bytes[i] = before;
	}
	sw_wire_free(&wire);
}

static char *text_of(const void *bytes, size_t size, int *err)
{
	struct sw_wire wire = { .reading = true, .bytes = (char *)bytes, .size = size };
	char *text = sw_wire_text(&wire, NULL);

	*err = wire.err;
	return text;
}

static void a_text_has_an_end(void **unused)
{
	struct {
		size_t size;
		char text[4];
	} message = { 4, "abc" };
	int err;

	(void)unused;
	assert_string_equal(text_of(&message, sizeof(size_t) + 4, &err), "abc");
	assert_int_equal(err, 0);
	message.text[3] = 'd';
	assert_null(text_of(&message, sizeof(size_t) + 4, &err));
	assert_int_equal(err, -EBADMSG);
	message.size = SIZE_MAX;
	assert_null(text_of(&message, sizeof(size_t) + 4, &err));
	assert_int_equal(err, -EBADMSG);
	message.size = 0;
	assert_null(text_of(&message, sizeof(size_t), &err));
	assert_int_equal(err, 0);
}

static void counts_have_limits(void **unused)
{
	size_t count = 8;
	struct sw_wire wire = { .reading = true, .bytes = (char *)&count, .size = sizeof(count) };
	size_t got = 0;

	(void)unused;
	sw_wire_count(&wire, &got, 8);
	assert_int_equal(wire.err, 0);
	assert_int_equal(got, 8);
	wire.at = 0;
	sw_wire_count(&wire, &got, 7);
	assert_int_equal(wire.err, -EBADMSG);
	assert_int_equal(got, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_feed_is_the_same),	cmocka_unit_test(what_is_cut_off_is_void),
		cmocka_unit_test(no_byte_leads_astray), cmocka_unit_test(a_text_has_an_end),
		cmocka_unit_test(counts_have_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
