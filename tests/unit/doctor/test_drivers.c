// SPDX-License-Identifier: GPL-2.0
/* The table of drivers: who is told what, when, on which kernel. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "doctor/checks.h"
#include "doctor/drivers.h"
#include "doctor/kernel_version.h"
#include "kernel/xdp_features.h"

#define V61 SW_LINUX(6, 1)
#define V612 SW_LINUX(6, 12)

/* Facts, and a word of each finding that is worse than ok, in their order. */
static const struct {
	const char *driver;
	unsigned kernel;
	struct sw_ethtool facts;
	unsigned vfs, cpus;
	const char *said[3];
	const char *mend; /* of the first */
} cases[] = {
	{ "virtio_net", V612, { .gro_hw = true, .gro_hw_fixed = true }, 0, 2, { "coalesced" }, NULL },
	{ "virtio_net", V612, { .gro_hw = true }, 0, 2, {}, NULL },
	{ "virtio_net", V61, { .mtu = 4065 }, 0, 2, { "beyond 4064" }, "ip link set e mtu 4064" },
	{ "virtio_net", V61, { .mtu = 4064 }, 0, 2, {}, NULL },
	{ "virtio_net", V612, { .mtu = 9000 }, 0, 2, {}, NULL },
	{ "virtio_net", V612, { .combined = 2, .combined_max = 3 }, 0, 2, { "XDP_TX" }, NULL },
	{ "virtio_net", V612, { .combined = 2, .combined_max = 4 }, 0, 2, {}, NULL },
	{ "mlx5_core", V612, { .lro = true }, 0, 2, { "LRO" }, "ethtool -K e lro off" },
	{ "mlx5_core",
	  V61,
	  { .mtu = 9000 },
	  0,
	  2,
	  { "striding" },
	  "ethtool --set-priv-flags e rx_striding_rq off" },
	{ "mlx5_core", V612, { .mtu = 9000 }, 0, 2, {}, NULL },
	{ "mlx4_en", V612, { .mtu = 3499 }, 0, 2, { "3498" }, "ip link set e mtu 3498" },
	{ "ixgbe",
	  V612,
	  { .lro = true, .mtu = 9000 },
	  2,
	  2,
	  { "SR-IOV", "RSC", "3046" },
	  "echo 0 > /sys/class/net/e/device/sriov_numvfs" },
	{ "ixgbe", V612, { .mtu = 1500 }, 0, 129, { "128 CPUs" }, NULL },
	{ "ixgbe", V612, { .mtu = 1500 }, 0, 128, {}, NULL },
	{ "igc", V612, { .mtu = 1501 }, 0, 2, { "1500" }, "ip link set e mtu 1500" },
	{ "i40e", V61, { .mtu = 9000 }, 0, 2, { "6.4" }, "ip link set e mtu 3046" },
	{ "i40e", V612, { .mtu = 9000 }, 0, 2, {}, NULL },
	{ "ice", V61, { .mtu = 9000 }, 0, 2, { "6.3" }, "ip link set e mtu 3046" },
	{ "ice", SW_LINUX(6, 3), { .mtu = 9000 }, 0, 2, {}, NULL },
	{ "ena", V612, { .mtu = 9001 }, 0, 2, { "3498" }, "ip link set e mtu 3498" },
	{ "ena",
	  V612,
	  { .combined = 5, .combined_max = 8 },
	  0,
	  2,
	  { "half" },
	  "ethtool -L e combined 4" },
	{ "ena", V612, { .combined = 4, .combined_max = 8 }, 0, 2, {}, NULL },
	{ "bnxt_en",
	  V612,
	  { .rx = 8, .tx = 8 },
	  0,
	  2,
	  { "combined" },
	  "ethtool -L e rx 0 tx 0 combined 8" },
	{ "bnxt_en", V612, { .combined = 8 }, 0, 2, {}, NULL },
	{ "hv_netvsc", V612, { .lro = true }, 0, 2, { "LRO" }, "ethtool -K e lro off" },
	{ "hv_netvsc", V612, { .mtu = 3507 }, 0, 2, { "3506" }, "ip link set e mtu 3506" },
	{ "vmxnet3", V61, {}, 0, 2, { "6.6" }, NULL },
	{ "vmxnet3", V612, {}, 0, 2, {}, NULL },
	{ "nobody", V61, { .lro = true, .mtu = 9000 }, 9, 999, {}, NULL },
};

#define CASES (sizeof(cases) / sizeof(*cases))

static const struct sw_interface_config nic_config = { .name = "e" };

static struct sw_nic_facts planted(size_t i)
{
	struct sw_nic_facts nic = {
		.name = "e",
		.config = &nic_config,
		.link = { .ifindex = 1, .name = "e" },
		.ethtool = cases[i].facts,
		.features_known = true,
		.features = SW_XDP_FEATURE_NATIVE,
		.vfs = cases[i].vfs,
		.cpus = cases[i].cpus,
		.kernel = cases[i].kernel,
	};

	snprintf(nic.ethtool.driver, sizeof(nic.ethtool.driver), "%s", cases[i].driver);
	return nic;
}

static void what_is_known_is_said(void **state)
{
	size_t i, said;

	(void)state;
	for (i = 0; i < CASES; i++) {
		struct sw_findings found = {};
		struct sw_nic_facts nic = planted(i);

		sw_check_driver(NULL, &nic, &found);
		for (said = 0; said < 3 && cases[i].said[said]; said++) {
			assert_true(said < found.count);
			assert_int_not_equal(found.finding[said].severity, SW_FOUND_OK);
			if (!strstr(found.finding[said].text, cases[i].said[said]))
				fail_msg("case %zu: %s", i, found.finding[said].text);
			assert_true(found.finding[said].mend[0]);
		}
		if (cases[i].mend)
			assert_string_equal(found.finding[0].mend, cases[i].mend);
		if (!said)
			assert_int_equal(found.finding[0].severity, SW_FOUND_OK);
		assert_int_equal(found.count, said ? said : 1);
		sw_findings_free(&found);
	}
}

/* Each row is of a case, and names where it is from. */
static void every_row_is_tried(void **state)
{
	bool tried[64] = {};
	size_t i, at, row;

	(void)state;
	assert_true(sw_trouble_count <= 64);
	for (i = 0; i < CASES; i++) {
		struct sw_nic_facts nic = planted(i);

		for (at = 0; sw_trouble_next(&nic, &at);)
			tried[at - 1] = true;
	}
	for (row = 0; row < sw_trouble_count; row++) {
		if (!tried[row])
			fail_msg("row %zu (%s) is of no case", row, sw_troubles[row].driver);
		assert_true(strlen(sw_troubles[row].source) > 10);
		assert_int_not_equal(sw_troubles[row].severity, SW_FOUND_OK);
	}
}

static void who_has_taken_a_program_has_not_refused_it(void **state)
{
	struct sw_findings found = {};
	struct sw_nic_facts nic = planted(0);

	(void)state;
	nic.native = true;
	sw_check_driver(NULL, &nic, &found);
	assert_int_equal(found.finding[0].severity, SW_FOUND_OK);
	sw_findings_free(&found);
}

static void whoever_insists_on_native_fails(void **state)
{
	const struct sw_interface_config native = { .name = "e", .xdp = SW_XDP_NATIVE };
	struct sw_findings found = {};
	struct sw_nic_facts nic = planted(0);

	(void)state;
	nic.config = &native;
	sw_check_driver(NULL, &nic, &found);
	assert_int_equal(found.finding[0].severity, SW_FOUND_FAILURE);
	sw_findings_free(&found);
}

static void a_kernel_that_does_not_tell(void **state)
{
	struct sw_findings found = {};
	struct sw_nic_facts nic = planted(CASES - 1);

	(void)state;
	nic.features_known = false;
	sw_check_driver(NULL, &nic, &found);
	assert_int_equal(found.finding[0].severity, SW_FOUND_NOTE);
	sw_findings_free(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_is_said),
		cmocka_unit_test(every_row_is_tried),
		cmocka_unit_test(who_has_taken_a_program_has_not_refused_it),
		cmocka_unit_test(whoever_insists_on_native_fails),
		cmocka_unit_test(a_kernel_that_does_not_tell),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
