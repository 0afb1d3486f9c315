// SPDX-License-Identifier: GPL-2.0
/* A generation that is patched, of which few pages are mapped. Files in memory stand for maps. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "kernel/gate.h"
#include "kernel/generation.h"

#define RUNNING 41
#define NET 0xc00002 /* a /24 */

static const struct sw_layout layout = { .nets = 100, .leaves = 8, .dirs = 16, .bounds = 8 };

static int make_file(size_t size)
{
	int fd = memfd_create("map", MFD_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	return fd;
}

/* One that lists something in a /24, and says so where nothing opens its pages. */
static int make_generation(void)
{
	int fd = make_file(sw_policy_size(&layout));
	__u64 bit = 1ULL << NET % 64;
	size_t at = offsetof(struct sw_policy, v4[SW_SET_CNC].touched) + NET / 64 * sizeof(bit);

	assert_int_equal(pwrite(fd, &bit, sizeof(bit), at), sizeof(bit));
	return fd;
}

/* What is more than the gate needs cannot be told from few words: all are compared. */
static void a_gate_that_is_not_exact(void **state)
{
	int gate_map = make_file(sizeof(struct sw_gate));
	struct sw_gate *gate = sw_gate_open(gate_map);
	struct sw_generation generation = SW_NO_GENERATION;
	struct sw_gate_change change = {};
	struct sw_regions regions = {};
	struct sw_error error = {};

	(void)state;
	assert_non_null(gate);
	assert_int_equal(sw_generation_patch(make_generation(), sw_policy_size(&layout),
					     &generation),
			 0);
	assert_int_equal(sw_gate_change_begin(gate_map, generation.policy, &regions, RUNNING,
					      &change),
			 -ESTALE);
	/* There is no map to put it into. */
	assert_int_equal(sw_generation_publish(&generation, -1, gate_map, &change, &error), -EBADF);
	assert_int_equal(gate->net4[NET / 64], 1ULL << NET % 64);
	assert_int_equal(gate->exact, 0);
	sw_generation_close(&generation);
	sw_gate_close(gate);
	close(gate_map);
}

static void read_page(struct sw_parts *parts, const struct sw_generation *generation, size_t page)
{
	const char *at = (const char *)generation->policy + page * 4096;

	assert_int_equal(parts->open(parts->ctx,
				     (struct sw_part){ page * 4096 + 7, page * 4096 + 9 }),
			 0);
	assert_int_equal(*at, (char)page);
}

/* From some number on all are, and what was written to those before is still there. */
static void many_pages_are_mapped_at_once(void **state)
{
	size_t size = sw_policy_size(&layout), page;
	struct sw_generation generation = SW_NO_GENERATION;
	int fd = make_file(size);
	struct sw_parts parts;
	char number;

	(void)state;
	for (page = 1; page < size / 4096; page++) {
		number = page;
		assert_int_equal(pwrite(fd, &number, 1, page * 4096), 1);
	}
	assert_int_equal(sw_generation_patch(fd, size, &generation), 0);
	parts = sw_generation_reaches(&generation);
	((char *)generation.policy)[8] = 77;
	for (page = 20; page < 520; page++)
		read_page(&parts, &generation, page);
	assert_non_null(generation.within);
	for (; page < 1000; page++)
		read_page(&parts, &generation, page);
	assert_null(generation.within);
	assert_int_equal(((char *)generation.policy)[8], 77);
	assert_int_equal(((char *)generation.policy)[1500 * 4096], (char)1500);
	sw_generation_close(&generation);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gate_that_is_not_exact),
		cmocka_unit_test(many_pages_are_mapped_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
