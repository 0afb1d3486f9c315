// SPDX-License-Identifier: GPL-2.0
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"

static void this_process_is_known_by_its_mark(void **state)
{
	__u64 mark = sw_process_mark(getpid());

	(void)state;
	assert_int_not_equal(mark, 0);
	assert_int_equal(sw_process_mark(getpid()), mark);
	assert_int_equal(sw_process_marked(mark), getpid());
}

static void a_name_may_have_anything_in_it(void **state)
{
	__u64 mark = sw_process_mark(getpid());

	(void)state;
	prctl(PR_SET_NAME, "a) Z (b) 1 2");
	assert_int_equal(sw_process_mark(getpid()), mark);
}

static void another_with_its_number_is_not_it(void **state)
{
	__u64 mark = sw_process_mark(getpid());

	(void)state;
	assert_int_equal(sw_process_marked(mark + (1 << 22)), 0);
	assert_int_equal(sw_process_marked(0), 0);
	assert_int_equal(sw_process_mark(0), 0);
	assert_int_equal(sw_process_mark(-1), 0);
}

static void one_that_has_ended_is_not_there_heard_of_or_not(void **state)
{
	pid_t child = fork();
	siginfo_t info;
	__u64 mark;

	(void)state;
	if (!child) {
		pause();
		_exit(0);
	}
	mark = sw_process_mark(child);
	assert_int_equal(sw_process_marked(mark), child);
	kill(child, SIGKILL);
	assert_int_equal(waitid(P_PID, child, &info, WEXITED | WNOWAIT), 0);
	assert_int_equal(sw_process_marked(mark), 0);
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(sw_process_marked(mark), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_process_is_known_by_its_mark),
		cmocka_unit_test(a_name_may_have_anything_in_it),
		cmocka_unit_test(another_with_its_number_is_not_it),
		cmocka_unit_test(one_that_has_ended_is_not_there_heard_of_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
