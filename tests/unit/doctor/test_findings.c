// SPDX-License-Identifier: GPL-2.0
/* Findings, and the checks that can be had by planted facts alone. */
#include <net/if_arp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/checks.h"
#include "doctor/kernel_version.h"
#include "kernel/xdp_features.h"

static struct sw_findings found;

static int begin(void **state)
{
	(void)state;
	found = (struct sw_findings){ .check = "x" };
	return 0;
}

static int end(void **state)
{
	(void)state;
	sw_findings_free(&found);
	return 0;
}

/* There is one, of that severity, and it says so. */
static void assert_one(enum sw_found_severity severity, const char *says, const char *mend)
{
	assert_int_equal(found.count, 1);
	assert_int_equal(found.finding[0].severity, severity);
	assert_non_null(strstr(found.finding[0].text, says));
	assert_string_equal(found.finding[0].mend, mend);
	sw_findings_free(&found);
}

static void the_worst_come_first_and_in_their_order(void **state)
{
	static const char *const order[] = { "c", "f", "b", "e", "a", "d" };
	size_t i;

	(void)state;
	assert_int_equal(sw_findings_worst(&found), SW_FOUND_OK);
	sw_find(&found, SW_FOUND_OK, NULL, "a");
	sw_find(&found, SW_FOUND_WARNING, NULL, "b");
	sw_find(&found, SW_FOUND_FAILURE, NULL, "c");
	sw_find(&found, SW_FOUND_OK, NULL, "d");
	sw_find(&found, SW_FOUND_NOTE, NULL, "e");
	assert_int_equal(sw_findings_worst(&found), SW_FOUND_FAILURE);
	sw_find(&found, SW_FOUND_FAILURE, NULL, "f");
	sw_findings_sort(&found);
	for (i = 0; i < 6; i++)
		assert_string_equal(found.finding[i].text, order[i]);
}

static void an_error_brings_what_mends_it(void **state)
{
	struct sw_error error = { "no `a` there: `chmod 700 x`" };

	(void)state;
	sw_find_error(&found, SW_FOUND_FAILURE, "else", &error);
	assert_one(SW_FOUND_FAILURE, "no `a` there", "chmod 700 x");
	error = (struct sw_error){ "nothing to type" };
	sw_find_error(&found, SW_FOUND_FAILURE, "else", &error);
	assert_one(SW_FOUND_FAILURE, "nothing", "else");
	error = (struct sw_error){ "`" };
	sw_find_error(&found, SW_FOUND_FAILURE, NULL, &error);
	assert_one(SW_FOUND_FAILURE, "`", "");
}

static void more_findings_than_there_was_room_for(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 500; i++)
		sw_find(&found, SW_FOUND_OK, NULL, "%d", i);
	assert_int_equal(found.count, 500);
	assert_string_equal(found.finding[499].text, "499");
	assert_int_equal(found.err, 0);
}

static void versions_compare(void **state)
{
	(void)state;
	assert_int_equal(sw_kernel_version("6.1.0-23-amd64"), SW_LINUX(6, 1));
	assert_int_equal(sw_kernel_version("6.18.44-fc-v657"), SW_LINUX(6, 18));
	assert_int_equal(sw_kernel_version("7.3-rc7"), SW_LINUX(7, 3));
	assert_true(sw_kernel_version("6.9.1") < sw_kernel_version("6.10.0"));
	assert_true(sw_kernel_version("6.999.1") < sw_kernel_version("7.0"));
	assert_int_equal(sw_kernel_version("Linux"), 0);
	assert_int_equal(sw_kernel_version("6"), 0);
	assert_true(sw_kernel_version_running() > SW_LINUX(4, 0));
}

static void kernels(void **state)
{
	(void)state;
	sw_judge_kernel("5.10.0-28-amd64", true, &found);
	assert_one(SW_FOUND_FAILURE, "older than 6.1", "install Linux 6.1 or newer");
	sw_judge_kernel("6.1.0", false, &found);
	assert_one(SW_FOUND_NOTE, "types", "run a kernel that has CONFIG_DEBUG_INFO_BTF=y");
	sw_judge_kernel("6.1.0", true, &found);
	assert_one(SW_FOUND_OK, "Linux 6.1.0", "");
}

static void the_jit(void **state)
{
	(void)state;
	sw_judge_jit(0, 0, &found);
	assert_one(SW_FOUND_WARNING, "interpreted", "sysctl -w net.core.bpf_jit_enable=1");
	sw_judge_jit(1, 2, &found);
	assert_one(SW_FOUND_NOTE, "hardened", "sysctl -w net.core.bpf_jit_harden=1");
	sw_judge_jit(-1, -1, &found);
	assert_one(SW_FOUND_NOTE, "cannot be seen", "");
	sw_judge_jit(1, 1, &found);
	assert_one(SW_FOUND_OK, "machine code", "");
}

static void the_clock(void **state)
{
	(void)state;
	sw_judge_clock(0, 0, true, &found);
	assert_one(SW_FOUND_FAILURE, "1970-01-01", "timedatectl set-ntp true");
	sw_judge_clock(1800000000, 0, false, &found);
	assert_one(SW_FOUND_WARNING, "not synchronized", "timedatectl set-ntp true");
	sw_judge_clock(1800000000, 1800000060, true, &found);
	assert_one(SW_FOUND_OK, "synchronized", "");
	sw_judge_clock(1800000000, 1800000061, true, &found);
	assert_one(SW_FOUND_WARNING, "it was set back", "timedatectl set-ntp true");
}

static void what_the_verifier_walks(void **state)
{
	(void)state;
	sw_judge_verifier(0, &found);
	assert_one(SW_FOUND_OK, "takes spamweir's programs", "");
	sw_judge_verifier(900000, &found);
	assert_one(SW_FOUND_OK, "walks 900000 instructions, of 1000000", "");
	sw_judge_verifier(900001, &found);
	assert_int_equal(found.finding[0].severity, SW_FOUND_WARNING);
	assert_non_null(strstr(found.finding[0].text, "another kernel may refuse it"));
}

static void memory(void **state)
{
	const struct sw_footprint lists = { .tables = 100 << 20, .state = 50 << 20 };
	const char *mend =
		"take lists out, or lower their max_entries, or give the machine more memory";

	(void)state;
	sw_judge_memory(149 << 20, &lists, false, &found);
	assert_one(SW_FOUND_FAILURE, "150.0 MiB more", mend);
	sw_judge_memory(249 << 20, &lists, false, &found);
	assert_one(SW_FOUND_WARNING, "too few", mend);
	sw_judge_memory(250 << 20, &lists, false, &found);
	assert_one(SW_FOUND_OK, "100.0 MiB", "");
	sw_judge_memory(200 << 20, &lists, true, &found);
	assert_one(SW_FOUND_OK, "100.0 MiB", "");
	sw_judge_memory(99 << 20, &lists, true, &found);
	assert_one(SW_FOUND_FAILURE, "100.0 MiB more", mend);
}

static void room(void **state)
{
	(void)state;
	sw_judge_room("/d", 1000, 5, &found);
	assert_one(SW_FOUND_FAILURE, "full", "du -xhd1 /d, and make room");
	sw_judge_room("/d", 1ULL << 40, 0, &found);
	assert_one(SW_FOUND_FAILURE, "0 inodes", "du -xhd1 /d, and make room");
	sw_judge_room("/d", 10 << 20, 5, &found);
	assert_one(SW_FOUND_WARNING, "10 MiB left", "du -xhd1 /d, and make room");
	sw_judge_room("/d", 100 << 20, 5, &found);
	assert_one(SW_FOUND_OK, "100 MiB left", "");
}

static const struct sw_interface_config access_nic = { .name = "e" };

static struct sw_nic_facts nic(struct sw_ethtool ethtool)
{
	return (struct sw_nic_facts){
		.name = "e",
		.config = &access_nic,
		.link = { .ifindex = 1, .name = "e" },
		.ethtool = ethtool,
		.features_known = true,
		.features = SW_XDP_FEATURE_NATIVE,
		.cpus = 8,
	};
}

static void offloads(void **state)
{
	const struct sw_interface_config vlans = { .name = "e", .vlans = true };
	struct sw_nic_facts facts = nic((struct sw_ethtool){ .rxvlan = true });

	(void)state;
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_OK, "nothing", "");
	facts.config = &vlans;
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_WARNING, "VLAN tags", "ethtool -K e rxvlan off");
	facts = nic((struct sw_ethtool){ .lro = true });
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "LRO", "ethtool -K e lro off");
	facts = nic((struct sw_ethtool){ .gro_hw = true });
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "GRO_HW", "ethtool -K e rx-gro-hw off");
	facts = nic((struct sw_ethtool){ .rules = 3 });
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "3 rules", "ethtool -n e");
	facts = nic((struct sw_ethtool){});
	facts.vfs = 4;
	sw_check_offloads(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "4 virtual functions", "");
}

static void link_state(void **state)
{
	struct sw_nic_facts facts = nic((struct sw_ethtool){ .silent = true });

	(void)state;
	facts.link.type = ARPHRD_ETHER;
	sw_check_link(NULL, &facts, &found);
	assert_one(SW_FOUND_WARNING, "cannot be asked", "ip link show e");
	facts.ethtool = (struct sw_ethtool){};
	sw_check_link(NULL, &facts, &found);
	assert_one(SW_FOUND_WARNING, "is down", "ip link set e up");
	facts.ethtool.up = true;
	sw_check_link(NULL, &facts, &found);
	assert_one(SW_FOUND_WARNING, "no carrier", "ip -s link show e");
	facts.ethtool.carrier = true;
	sw_check_link(NULL, &facts, &found);
	assert_one(SW_FOUND_OK, "driver unknown", "");
}

static void queues(void **state)
{
	struct sw_nic_facts facts = nic((struct sw_ethtool){ .combined = 2, .combined_max = 64 });

	(void)state;
	sw_check_queues(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "2 of 8 CPUs", "ethtool -L e combined 8");
	facts = nic((struct sw_ethtool){ .combined = 4, .combined_max = 4 });
	sw_check_queues(NULL, &facts, &found);
	assert_one(SW_FOUND_OK, "", "");
	facts = nic((struct sw_ethtool){ .ring = 512, .ring_max = 8192 });
	sw_check_queues(NULL, &facts, &found);
	assert_one(SW_FOUND_NOTE, "512 frames of 8192", "ethtool -G e rx 4096");
	facts = nic((struct sw_ethtool){ .ring = 256, .ring_max = 256 });
	sw_check_queues(NULL, &facts, &found);
	assert_one(SW_FOUND_OK, "", "");
}

static void mtu(void **state)
{
	struct sw_nic_facts facts = nic((struct sw_ethtool){ .mtu = 9000 });

	(void)state;
	sw_check_mtu(NULL, &facts, &found);
	assert_one(SW_FOUND_WARNING, "9000", "ip link set e mtu 3498");
	facts.features |= SW_XDP_FEATURE_FRAGS;
	sw_check_mtu(NULL, &facts, &found);
	assert_one(SW_FOUND_OK, "9000", "");
	/* What the table of drivers says is said once. */
	facts = nic((struct sw_ethtool){ .driver = "ena", .mtu = 9001 });
	sw_check_mtu(NULL, &facts, &found);
	assert_int_equal(found.count, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		TEST(the_worst_come_first_and_in_their_order),
		TEST(an_error_brings_what_mends_it),
		TEST(more_findings_than_there_was_room_for),
		TEST(versions_compare),
		TEST(kernels),
		TEST(the_jit),
		TEST(the_clock),
		TEST(what_the_verifier_walks),
		TEST(memory),
		TEST(room),
		TEST(offloads),
		TEST(link_state),
		TEST(queues),
		TEST(mtu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
