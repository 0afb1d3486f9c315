// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/audit.h"
#include "store/lists_copy.h"
#include "store/publishes.h"
#include "store/zombies.h"

static char directory[64];

static int make_place(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/spamweir-store-XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	strcat(directory, "/state");
	return 0;
}

static int remove_place(void **state)
{
	char command[128];

	(void)state;
	*strrchr(directory, '/') = '\0';
	snprintf(command, sizeof(command), "rm -rf '%s'", directory);
	return system(command);
}

static struct sw_store *open_store(int flags)
{
	struct sw_error error = {};
	struct sw_store *store;

	if (sw_store_open(directory, flags, &store, &error))
		fail_msg("%s", error.text);
	return store;
}

static void assert_refused(int flags, int err, const char *text)
{
	struct sw_error error = {};
	struct sw_store *store;

	assert_int_equal(sw_store_open(directory, flags, &store, &error), err);
	assert_null(store);
	if (!strstr(error.text, text))
		fail_msg("\"%s\" lacks \"%s\"", error.text, text);
}

static mode_t mode_of(const char *name)
{
	char path[128];
	struct stat st;

	snprintf(path, sizeof(path), "%s%s", directory, name);
	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static void spoil(const char *name, long at, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = fopen(path, "r+");
	assert_non_null(file);
	fseek(file, at, SEEK_SET);
	fputs(text, file);
	fclose(file);
}

static void keeps_values(void **state)
{
	struct sw_store *store;
	char text[8];
	__s64 number;

	(void)state;
	assert_refused(0, -ENOENT, directory);
	store = open_store(SW_STORE_CREATE);
	assert_int_equal(mode_of(""), 0700);
	assert_int_equal(mode_of("/" SW_STORE_FILE), 0600);
	assert_int_equal(sw_store_get_number(store, "n", 7, &number, NULL), 0);
	assert_int_equal(number, 7);
	assert_int_equal(sw_store_put_number(store, "n", -1, NULL), 0);
	assert_int_equal(sw_store_put_text(store, "t", "a long text", NULL), 0);
	sw_store_close(store);
	store = open_store(SW_STORE_CHECK);
	assert_int_equal(sw_store_get_number(store, "n", 7, &number, NULL), 0);
	assert_int_equal(number, -1);
	assert_int_equal(sw_store_get_text(store, "t", text, sizeof(text), NULL), 0);
	assert_string_equal(text, "a long ");
	assert_int_equal(sw_store_begin(store, NULL), 0);
	assert_int_equal(sw_store_put_number(store, "n", 5, NULL), 0);
	sw_store_rollback(store);
	assert_int_equal(sw_store_get_number(store, "n", 7, &number, NULL), 0);
	assert_int_equal(number, -1);
	sw_store_close(store);
}

static void sets_aside_what_is_damaged(void **state)
{
	__s64 number;
	struct sw_store *store = open_store(SW_STORE_CREATE);

	(void)state;
	sw_store_put_number(store, "n", 1, NULL);
	sw_store_close(store);
	spoil(SW_STORE_FILE, 0, "not a database");
	assert_refused(0, -EUCLEAN, "not a database");
	store = open_store(SW_STORE_CREATE);
	assert_int_equal(sw_store_get_number(store, "n", 7, &number, NULL), 0);
	assert_int_equal(number, 7);
	sw_store_close(store);
}

/* Whoever finds it damaged sets it aside, and once. */
static void sets_aside_once_what_is_shared(void **state)
{
	struct sw_store *first = open_store(SW_STORE_CREATE), *second, *fresh;
	__s64 number;
	int i;

	(void)state;
	for (i = 0; i < 2000; i++) {
		char name[16];

		snprintf(name, sizeof(name), "%d", i);
		assert_int_equal(sw_store_put_number(first, name, i, NULL), 0);
	}
	sw_store_close(first);
	first = open_store(0);
	sw_store_share(first);
	second = open_store(0);
	assert_ptr_equal(first, second);
	for (i = 1; i < 20; i++) /* all pages but the first */
		spoil(SW_STORE_FILE, i * 4096L, "no page of a database begins like this");
	assert_int_equal(sw_store_get_number(second, "1999", 7, &number, NULL), -EUCLEAN);
	sw_store_close(second);
	fresh = open_store(SW_STORE_CREATE);
	assert_ptr_not_equal(first, fresh);
	assert_int_equal(sw_store_put_number(fresh, "n", 5, NULL), 0);
	sw_store_close(fresh);
	sw_store_close(first);
	first = open_store(0);
	assert_int_equal(sw_store_get_number(first, "n", 7, &number, NULL), 0);
	assert_int_equal(number, 5);
	sw_store_close(first);
}

/* Not what another process, or a transaction, has. */
static void shares_what_is_free(void **state)
{
	struct sw_store *first = open_store(SW_STORE_CREATE), *second;
	int status;

	(void)state;
	second = open_store(0);
	assert_ptr_not_equal(first, second);
	sw_store_close(second);
	sw_store_share(first);
	assert_int_equal(sw_store_begin(first, NULL), 0);
	second = open_store(SW_STORE_LOOK);
	assert_ptr_not_equal(first, second);
	sw_store_close(second);
	sw_store_rollback(first);
	if (!fork())
		_exit(open_store(0) == first);
	assert_true(wait(&status) > 0);
	assert_int_equal(status, 0);
	second = open_store(0);
	assert_ptr_equal(first, second);
	sw_store_close(first);
	assert_int_equal(sw_store_put_number(second, "n", 5, NULL), 0);
	sw_store_close(second);
	first = open_store(0);
	second = open_store(0);
	assert_ptr_not_equal(first, second);
	sw_store_close(first);
	sw_store_close(second);
}

static void leaves_alone_what_is_not_its_own(void **state)
{
	(void)state;
	sw_store_close(open_store(SW_STORE_CREATE));
	chmod(directory, 0770);
	assert_refused(SW_STORE_CREATE, -EPERM, "others than root may write");
	chmod(directory, 0700);
	spoil(SW_STORE_FILE, 63, "\x63"); /* user_version, big-endian at 60 */
	assert_refused(SW_STORE_CREATE, -EPROTO, "later spamweir (schema 99");
	spoil(SW_STORE_FILE, 63, "\x03");
	spoil(SW_STORE_FILE, 68, "ABCD"); /* application_id */
	assert_refused(SW_STORE_CREATE, -EPROTO, "another program");
}

static struct sw_kept_zombie zombie(const char *text, __s64 until_ms)
{
	struct sw_kept_zombie out = { .since_ms = 1000,
				      .until_ms = until_ms,
				      .origin = "operator" };

	assert_int_equal(sw_prefix_parse(text, strlen(text), &out.prefix), 0);
	return out;
}

static int count_one(void *ctx, const struct sw_kept_zombie *kept)
{
	(void)kept;
	++*(int *)ctx;
	return 0;
}

static int count_zombies(struct sw_store *store, bool unsettled)
{
	int count = 0;

	assert_int_equal(sw_zombies_each(store, unsettled, count_one, &count, NULL), 0);
	return count;
}

static void keeps_zombies_until_settled(void **state)
{
	struct sw_kept_zombie two[] = { zombie("192.0.2.1", 5000),
					zombie("2001:db8::/64", SW_KEPT_FOREVER) };
	struct sw_store *store = open_store(SW_STORE_CREATE);
	struct sw_kept_zombie found;
	__u64 count;
	__s64 op;

	(void)state;
	assert_int_equal(sw_zombies_next_op(store, &op, NULL), 0);
	assert_int_equal(sw_zombies_put(store, two, 2, op, NULL), 0);
	assert_int_equal(count_zombies(store, true), 2);
	assert_int_equal(sw_zombies_settle(store, op, NULL), 0);
	assert_int_equal(count_zombies(store, true), 0);
	assert_int_equal(sw_zombies_find(store, &two[1].prefix, &found, NULL), 1);
	assert_true(found.until_ms == SW_KEPT_FOREVER);
	assert_int_equal(sw_zombies_count(store, 4999, &count, NULL), 0);
	assert_int_equal(count, 2);
	assert_int_equal(sw_zombies_count(store, 5000, &count, NULL), 0);
	assert_int_equal(count, 1);
	assert_int_equal(sw_zombies_next_op(store, &op, NULL), 0);
	assert_int_equal(sw_zombies_lift(store, &two[1].prefix, 1, op, NULL), 0);
	assert_int_equal(sw_zombies_find(store, &two[1].prefix, &found, NULL), 0);
	assert_int_equal(count_zombies(store, true), 1); /* for the kernel to be told */
	assert_int_equal(sw_zombies_settle(store, op, NULL), 0);
	assert_int_equal(count_zombies(store, false), 1);
	sw_store_close(store);
}

static struct sw_ordered listed(enum sw_list list, const char *text, __s64 until_ms)
{
	struct sw_ordered out = { .list = list,
				  .since_ms = 1,
				  .until_ms = until_ms,
				  .name = "root",
				  .why = "ticket 4711" };

	assert_int_equal(sw_prefix_parse(text, strlen(text), &out.prefix), 0);
	return out;
}

static int take_listed(void *ctx, const struct sw_ordered *entry)
{
	struct sw_ordered **next = ctx;

	*(*next)++ = *entry;
	return 0;
}

static void copies_lists(void **state)
{
	const struct sw_ordered put[] = { listed(SW_LIST_ALLOW, "192.0.2.0/24", SW_LISTED_FOREVER),
					  listed(SW_LIST_BLOCK, "2001:db8::1", 9000),
					  { .list = SW_LIST_BOUNCES,
					    .prefix = { 0xc0000219, SW_IPV4, 32 },
					    .since_ms = 1,
					    .until_ms = SW_LISTED_FOREVER,
					    .interval_ns = 2000000000 } };
	struct sw_store *store = open_store(SW_STORE_CREATE);
	struct sw_ordered got[4] = {}, *next = got;

	(void)state;
	assert_int_equal(sw_lists_read_copy(directory, 0, take_listed, &next, NULL), -ENOENT);
	assert_int_equal(sw_lists_put(store, put, 3, NULL), 0);
	assert_int_equal(sw_lists_copy(store, directory, NULL), 0);
	sw_store_close(store);
	assert_int_equal(sw_lists_read_copy(directory, 0, take_listed, &next, NULL), 0);
	assert_int_equal(next - got, 3);
	assert_int_equal(got[2].list, SW_LIST_BOUNCES);
	assert_int_equal(got[2].interval_ns, 2000000000);
	assert_int_equal(got[0].list, SW_LIST_ALLOW);
	assert_int_equal(got[1].list, SW_LIST_BLOCK);
	assert_int_equal(got[1].until_ms, 9000);
	assert_string_equal(got[1].why, "ticket 4711");
	next = got;
	assert_int_equal(sw_lists_read_copy(directory, 9000, take_listed, &next, NULL), 0);
	assert_int_equal(next - got, 2);
	spoil(SW_LISTS_FILE, 30, "\n");
	next = got;
	assert_int_equal(sw_lists_read_copy(directory, 0, take_listed, &next, NULL), -EINVAL);
	assert_int_equal(next - got, 0);
}

static int see_publish(void *ctx, const struct sw_publish *publish)
{
	struct sw_publish *out = ctx;

	*out = *publish;
	assert_int_equal(publish->feeds, 1);
	assert_string_equal(publish->feed[0].name, "nets");
	return 1;
}

static int see_audit(void *ctx, const struct sw_audit *row)
{
	*(struct sw_audit *)ctx = *row;
	return 1;
}

static void records(void **state)
{
	struct sw_publish_feed feed = { .name = "nets", .kind = "cnc", .entries = 3, .added = 2 };
	const struct sw_publish publish = { .generation = 4,
					    .at_ms = 5,
					    .monitor = 1,
					    .feed = &feed,
					    .feeds = 1,
					    .person = { .login_uid = 1000, .name = "alice" } };
	struct sw_store *store = open_store(SW_STORE_CREATE);
	struct sw_publish last;
	struct sw_audit row;

	(void)state;
	assert_int_equal(sw_publishes_add(store, &publish, NULL), 0);
	assert_int_equal(sw_publishes_each(store, 9, see_publish, &last, NULL), 1);
	assert_int_equal(last.generation, 4);
	assert_int_equal(last.monitor, 1);
	assert_int_equal(last.former, -1);
	assert_int_equal(last.person.login_uid, 1000);
	assert_string_equal(last.person.name, "alice");
	assert_int_equal(sw_audit_add(store, "zombie add", 4, NULL), 0);
	assert_int_equal(sw_audit_each(store, 9, see_audit, &row, NULL), 1);
	assert_string_equal(row.verb, "zombie add");
	assert_int_equal(row.generation, 4);
	sw_store_close(store);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keeps_values),
		TEST(sets_aside_what_is_damaged),
		TEST(sets_aside_once_what_is_shared),
		TEST(shares_what_is_free),
		TEST(leaves_alone_what_is_not_its_own),
		TEST(keeps_zombies_until_settled),
		TEST(copies_lists),
		TEST(records),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
