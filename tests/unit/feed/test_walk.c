// SPDX-License-Identifier: GPL-2.0
/* JSON an element at a time: what a path leads to, and what is no JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "feed/walk.h"

static char got[512];

static int note(void *ctx, const struct sw_walk_element *element)
{
	(void)ctx;
	sprintf(got + strlen(got), "%u:%.*s ", element->line, (int)element->text.size,
		element->text.at);
	return 0;
}

static int walk(const char *path, const char *text, struct sw_walk_fault *fault)
{
	size_t size = strlen(text);
	char *copy = malloc(size + !size);
	int err;

	memcpy(copy, text, size);
	got[0] = '\0';
	err = sw_walk((struct sw_span){ copy, size }, path, note, NULL, fault);
	/* For the caller, who has the text too. */
	fault->at.at = err && fault->expected ? text + (fault->at.at - copy) : NULL;
	free(copy);
	return err;
}

static void leads(const char *path, const char *text, const char *expected)
{
	struct sw_walk_fault fault;

	assert_int_equal(walk(path, text, &fault), 0);
	assert_string_equal(got, expected);
}

static void fails(const char *path, const char *text, __u32 line, const char *at,
		  const char *expected)
{
	struct sw_walk_fault fault;

	assert_int_equal(walk(path, text, &fault), -EBADMSG);
	assert_int_equal(fault.line, line);
	if (!expected) {
		assert_null(fault.expected);
		return;
	}
	assert_string_equal(fault.expected, expected);
	assert_int_equal(fault.at.size, strlen(at));
	assert_memory_equal(fault.at.at, at, fault.at.size);
}

static void a_path_leads_to_elements(void **state)
{
	(void)state;
	leads("", "[1, \"a,]\" ,\n{\"b\":[2]}]", "1:1 1:\"a,]\" 2:{\"b\":[2]} ");
	leads("", " {\"b\":1}\n", "1:{\"b\":1} ");
	leads("a", "{\"x\":[1,{\"a\":7}],\n\"a\":[1,\n2]}", "2:1 3:2 ");
	leads("a.b", "{\"a\":{\"b\":3},\"b\":4}", "1:3 ");
	leads("*", "{\"1\":[1,2],\"2\":[3]}", "1:1 1:2 1:3 ");
	leads("a.*.b", "{\"a\":[{\"b\":1},{\"c\":2},{\"b\":[3,4]}]}", "1:1 1:3 1:4 ");
	leads("", "[]", "");
	leads("", "null", "");
	leads("a", "{\"a\":null}", "");
	leads("a", "{\"\\\"a\":1,\"a\":\"\\\\\"}", "1:\"\\\\\" ");
}

static void a_star_may_stand_for_nothing(void **state)
{
	(void)state;
	leads("*", "{}", "");
	leads("*", "[]", "");
	leads("a.*.b", "{\"a\":{}}", "");
	leads("a.*.b", "{\"a\":[ ]}", "");
}

static int note_key(void *ctx, const struct sw_walk_element *element)
{
	(void)ctx;
	sprintf(got + strlen(got), "%.*s=%.*s ", (int)element->key.size, element->key.at ?: "",
		(int)element->text.size, element->text.at);
	return 0;
}

static void leads_whole(const char *path, const char *text, const char *expected)
{
	struct sw_walk_fault fault;

	got[0] = '\0';
	assert_int_equal(sw_walk_whole((struct sw_span){ text, strlen(text) }, path, note_key, NULL,
				       &fault),
			 0);
	assert_string_equal(got, expected);
}

static void members_have_keys(void **state)
{
	(void)state;
	leads_whole("*", "{\"a\":{},\"b\":[1,2],\"c\":null,\"d\":7}",
		    "\"a\"={} \"b\"=[1,2] \"c\"=null \"d\"=7 ");
	leads_whole("*.*", "{\"x\":{\"a\":1},\"y\":{},\"z\":{\"b\":2}}", "\"a\"=1 \"b\"=2 ");
	leads_whole("*.y", "{\"a\":{\"y\":1},\"b\":{\"x\":1,\"y\":[2]}}", "\"a\"=1 \"b\"=[2] ");
	leads_whole("*", "[1,{\"a\":2}]", "=1 ={\"a\":2} ");
	leads_whole("*.*", "{\"a\":[1],\"b\":{\"c\":2}}", "=1 \"c\"=2 ");
}

static void what_is_no_json_is_shown(void **state)
{
	(void)state;
	fails("a", "{\"b\":[1]}", 1, "", NULL);
	fails("a", "7", 1, "", NULL);
	fails("*.a", "{\"b\":{}}", 1, "", NULL);
	fails("", "", 1, "", "the end of what was begun");
	fails("", "[1,", 1, "", "the end of what was begun");
	fails("", "[1 2]", 1, "2]", "a comma or a closing bracket");
	fails("", "[1]\n]", 2, "]", "nothing behind the end of the JSON");
	fails("", "[1][2]", 1, "[2]", "nothing behind the end of the JSON");
	fails("", "[\"a\n\"]", 1, "\"a", "a string that is closed");
	fails("", "[\"a\\\"]", 1, "", "a string that is closed");
	fails("a", "{\"a\":[{]}]}", 1, "]}]}", "a JSON value");
	fails("a", "{a:1}", 1, "a:1}", "a key in quotes");
	fails("a", "{\"a\" 1}", 1, "1}", "a colon behind the key");
	fails("a", "{\"a\":[1],\n\"a\":[2]}", 2, "[2]}", "a key that was not given before");
	fails("", "[@]", 1, "@]", "a JSON value");
}

static void depth_has_an_end(void **state)
{
	char text[600];

	(void)state;
	memset(text, '[', 599);
	text[599] = '\0';
	fails("", text, 1, text + 257, "no more than 256 levels of brackets");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_leads_to_elements),
		cmocka_unit_test(a_star_may_stand_for_nothing),
		cmocka_unit_test(members_have_keys),
		cmocka_unit_test(what_is_no_json_is_shown),
		cmocka_unit_test(depth_has_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
