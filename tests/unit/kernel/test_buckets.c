// SPDX-License-Identifier: GPL-2.0
/* From the limiter's slots back to sources. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kernel/buckets.h"

static void slots_lead_back_to_their_source(void **state)
{
	unsigned round, i, role;

	(void)state;
	srandom(20261129);
	for (round = 0; round < 200; round++) {
		const struct sw_seed seed = {
			.mul = { random() << 1 | 1, random() << 1 | 1 },
			.xor = { random() << 1, random() << 1 },
		};

		for (i = 0; i < 500; i++) {
			__u32 address = random() << 16 ^ random();

			role = i & 1;
			struct sw_home home = sw_home4(&seed, address, role);

			assert_int_equal(sw_limit_source4(&seed, home.bucket, home.tag), address);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slots_lead_back_to_their_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
