// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/names.h"
#include "config/words.h"

/* Users grep for these: they are not to change, and new ones go at the end. */
static void names_reasons(void **state)
{
	static const char *const names[] = {
		"clean",
		"not_ip",
		"malformed",
		"allow",
		"smtp_ok",
		"fragment_later",
		"cnc_src",
		"cnc_dst",
		"zombie_feed",
		"zombie_live",
		"rate_limit",
		"tiny_fragment",
		"ext_header_limit",
		"zombie_fragment",
		"smtp_closed",
		"not_judged",
		"protect_limit",
		"bounce",
	};
	int reason;

	(void)state;
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		assert_in_range(reason, 0, sizeof(names) / sizeof(names[0]) - 1);
		assert_string_equal(sw_reason_name(reason), names[reason]);
	}
	assert_string_equal(sw_reason_help(SW_RATE_LIMIT),
			    "new SMTP connection over the source's rate");
}

static void names_verdicts(void **state)
{
	(void)state;
	assert_string_equal(sw_verdict_name(SW_PASS), "pass");
	assert_string_equal(sw_verdict_name(SW_DROP), "drop");
	assert_string_equal(sw_verdict_name(SW_WOULD_DROP), "would_drop");
}

static void names_roles_and_kinds(void **state)
{
	(void)state;
	assert_string_equal(sw_role_name(SW_ACCESS), "access");
	assert_string_equal(sw_role_name(SW_UPSTREAM), "upstream");
	assert_string_equal(sw_kind_name(SW_KIND_CNC), "cnc");
	assert_string_equal(sw_kind_name(SW_KIND_ZOMBIE), "zombie");
	assert_string_equal(sw_kind_name(SW_KIND_ALLOW), "allow");
	assert_string_equal(sw_kind_name(SW_KIND_OWN), "own");
	assert_string_equal(sw_kind_name(SW_KIND_LIMIT), "limit");
	assert_string_equal(sw_kind_name(SW_KIND_PROTECT), "protect");
}

/* Numbers come out of pinned state, which a newer version may have written. */
static void survives_unknown_numbers(void **state)
{
	(void)state;
	assert_string_equal(sw_reason_name(200), "unknown");
	assert_string_equal(sw_reason_help(200), "unknown");
	assert_string_equal(sw_verdict_name(200), "unknown");
	assert_string_equal(sw_role_name(200), "unknown");
	assert_string_equal(sw_kind_name(200), "unknown");
	assert_string_equal(sw_format_name(200), "unknown");
	assert_string_equal(sw_xdp_mode_name(200), "unknown");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_reasons),
		cmocka_unit_test(names_verdicts),
		cmocka_unit_test(names_roles_and_kinds),
		cmocka_unit_test(survives_unknown_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
