// SPDX-License-Identifier: GPL-2.0
/* What `doctor` makes of its findings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/doctor_output.h"

static void the_exit_code_is_of_the_worst(void **state)
{
	(void)state;
	assert_int_equal(sw_doctor_exit(SW_FOUND_OK), 0);
	assert_int_equal(sw_doctor_exit(SW_FOUND_NOTE), 0);
	assert_int_equal(sw_doctor_exit(SW_FOUND_WARNING), 3);
	assert_int_equal(sw_doctor_exit(SW_FOUND_FAILURE), 1);
}

static void json_has_null_for_what_is_not(void **state)
{
	struct sw_findings findings = { .check = "kernel" };
	json_t *object, *first;

	(void)state;
	sw_find(&findings, SW_FOUND_WARNING, NULL, "bad\xff name");
	object = sw_doctor_json(&findings);
	assert_non_null(object);
	assert_string_equal(json_string_value(json_object_get(object, "severity")), "warning");
	first = json_array_get(json_object_get(object, "findings"), 0);
	assert_true(json_is_null(json_object_get(first, "interface")));
	assert_true(json_is_null(json_object_get(first, "mend")));
	assert_string_equal(json_string_value(json_object_get(first, "text")), "bad\\xff name");
	json_decref(object);
	sw_findings_free(&findings);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_exit_code_is_of_the_worst),
		cmocka_unit_test(json_has_null_for_what_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
