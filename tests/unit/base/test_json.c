// SPDX-License-Identifier: GPL-2.0
/* JSON that is built while memory runs out is whole or nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static long left = -1;	  /* allocations that succeed yet; below 0: all do */
static long taken;	  /* and not given back */
static void *given[1024]; /* for who looks for leaks: what a parse loses is no surprise */
static size_t gifts;

static void *allocate(size_t size)
{
	if (!left) {
		errno = ENOMEM;
		return NULL;
	}
	left -= left > 0;
	taken++;
	return given[gifts++ % 1024] = malloc(size);
}

static void release(void *memory)
{
	taken -= memory != NULL;
	free(memory);
}

static json_t *build(void)
{
	json_t *object = json_object(), *list = json_array(), *inner;
	int i;

	for (i = 0; i < 20; i++) {
		inner = json_pack("{s:i s:s}", "i", i, "text", "a line that is not short");
		sw_json_set(&inner, "more", sw_json_text("more"));
		sw_json_append(&list, inner);
	}
	sw_json_set(&object, "name", json_string("all"));
	sw_json_set(&object, "list", list);
	sw_json_set(&object, "last", json_true());
	return object;
}

static void a_document_is_whole_or_nothing(void **state)
{
	json_t *whole, *got = NULL;
	long allowed;

	(void)state;
	json_set_alloc_funcs(allocate, release);
	whole = build();
	assert_int_equal(json_array_size(json_object_get(whole, "list")), 20);
	for (allowed = 0; !got; allowed++) {
		long before = taken;

		left = allowed;
		got = build();
		left = -1;
		if (!got)
			assert_int_equal(taken, before); /* nothing is left behind */
	}
	assert_true(allowed > 100);
	assert_true(json_equal(whole, got));
	json_decref(whole);
	json_decref(got);
	assert_int_equal(taken, 0);
	json_set_alloc_funcs(malloc, free);
}

/* Of tokens of 16 bytes or more libjansson grows its own copy. */
static void who_parses_knows_bad_text_from_no_memory(void **state)
{
	static const char *const text[] = {
		"{\"cidr\":\"192.0.2.0/24\",\"list\":[1,2.5,{\"x\":null}]}",
		"{\"a name that is not short\":\"2001:db8:18:19:20:21:22:23\"}",
		"[123456789012345678]",
		"[1.234567890123456789012345]",
		"[7,12345678901234567890123]",
	};
	json_t *whole, *got;
	long allowed;
	size_t i;
	int err;

	(void)state;
	assert_int_equal(sw_json_parse("{", 1, &got), -EINVAL);
	assert_null(got);
	assert_int_equal(sw_json_parse("1e999", 5, &got), -EINVAL);
	assert_false(sw_json_starved());
	for (i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		assert_int_equal(sw_json_parse(text[i], strlen(text[i]), &whole), 0);
		for (allowed = 0, err = -ENOMEM; err; allowed++) {
			json_set_alloc_funcs(allocate, release);
			left = allowed;
			err = sw_json_parse(text[i], strlen(text[i]), &got);
			left = -1;
			json_set_alloc_funcs(malloc, free);
			assert_true(!err || err == -ENOMEM);
		}
		assert_true(allowed > 4);
		assert_true(json_equal(whole, got));
		json_decref(whole);
		json_decref(got);
	}
	assert_true(sw_json_starved());
}

static void an_integer_that_does_not_fit_is_a_real(void **state)
{
	static const char text[] = "{\"port\":443,\"id\":18446744073709551616}";
	json_t *got;

	(void)state;
	assert_int_equal(sw_json_parse(text, strlen(text), &got), 0);
	assert_true(json_real_value(json_object_get(got, "port")) == 443);
	assert_true(json_real_value(json_object_get(got, "id")) == 18446744073709551616.0);
	json_decref(got);
	assert_int_equal(sw_json_parse("[18446744073709551616,1e999]", 28, &got), -EINVAL);
	assert_int_equal(sw_json_parse("9223372036854775807", 19, &got), -EINVAL);
	assert_int_equal(sw_json_parse("[9223372036854775807]", 21, &got), 0);
	assert_true(json_integer_value(json_array_get(got, 0)) == 9223372036854775807);
	json_decref(got);
}

static void any_text_is_a_string(void **state)
{
	json_t *text = sw_json_text("gr\u00f6\u00dfe"), *bytes = sw_json_text("a\xff\n");

	(void)state;
	assert_string_equal(json_string_value(text), "gr\u00f6\u00dfe");
	assert_string_equal(json_string_value(bytes), "a\\xff\\x0a");
	json_decref(text);
	json_decref(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_document_is_whole_or_nothing),
		cmocka_unit_test(who_parses_knows_bad_text_from_no_memory),
		cmocka_unit_test(an_integer_that_does_not_fit_is_a_real),
		cmocka_unit_test(any_text_is_a_string),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
