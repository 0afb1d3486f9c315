// SPDX-License-Identifier: GPL-2.0
/*
 * A row is what somebody has read in the driver's source, or seen. Our program takes frames of
 * several buffers (xdp.frags), so that a limit of the MTU that holds for others only is none
 * here. A warning is of a driver that says that it has no native XDP then, so that a program
 * goes over to generic mode; a failure, of one that refuses it for good.
 */
#include "doctor/drivers.h"

#include <string.h>

#include "base/array.h"
#include "doctor/kernel_version.h"

#define MTU "ip link set %1$s mtu %2$u"
#define LRO_OFF "ethtool -K %1$s lro off"

const struct sw_trouble sw_troubles[] = {
	{ "virtio_net", 0, 0, SW_WHEN_GRO_HW_FIXED, 0, SW_FOUND_WARNING,
	  "the host hands it coalesced frames (rx-gro-hw) and lets nobody turn that off, so that "
	  "virtio_net refuses a native program",
	  "on the host, offer ctrl_guest_offloads (QEMU: -device "
	  "virtio-net-pci,ctrl_guest_offloads=on), or no guest_tso4, guest_tso6, guest_ecn and guest_ufo",
	  "virtnet_xdp_set() in drivers/net/virtio_net.c" },
	{ "virtio_net", 0, SW_LINUX(6, 3), SW_WHEN_MTU_ABOVE, 4064, SW_FOUND_FAILURE,
	  "before Linux 6.3 virtio_net refuses a native program with an MTU beyond %u, and does not "
	  "let go of one if the MTU was raised since",
	  MTU, "virtnet_xdp_set() in drivers/net/virtio_net.c; seen on 6.1" },
	{ "virtio_net", SW_LINUX(5, 13), 0, SW_WHEN_NO_CHANNEL_A_CPU, 0, SW_FOUND_NOTE,
	  "it has no queue left for each CPU to answer by (XDP_TX), so that refused bounces are "
	  "answered through queues that are shared behind a lock",
	  "on the host, give it twice as many queues as CPUs (QEMU: queues=N, vectors=2N+2)",
	  "virtnet_xdp_set() in drivers/net/virtio_net.c" },
	{ "mlx5_core", 0, 0, SW_WHEN_LRO, 0, SW_FOUND_FAILURE,
	  "mlx5 refuses a program while LRO is on", LRO_OFF,
	  "mlx5e_xdp_allowed() in drivers/net/ethernet/mellanox/mlx5/core/en_main.c" },
	{ "mlx5_core", 0, SW_LINUX(6, 4), SW_WHEN_MTU_ABOVE, 3498, SW_FOUND_FAILURE,
	  "before Linux 6.4 mlx5 refuses a program with an MTU beyond %u while its receive queue is "
	  "a striding one",
	  "ethtool --set-priv-flags %1$s rx_striding_rq off",
	  "\"XDP is not allowed with striding RQ and MTU\" in mlx5/core/en_main.c" },
	{ "mlx4_en", 0, 0, SW_WHEN_MTU_ABOVE, 3498, SW_FOUND_FAILURE,
	  "mlx4 refuses a program with an MTU beyond %u", MTU,
	  "MLX4_EN_MAX_XDP_MTU in drivers/net/ethernet/mellanox/mlx4/en_netdev.c" },
	{ "ixgbe", 0, 0, SW_WHEN_VFS, 0, SW_FOUND_FAILURE,
	  "ixgbe refuses a program while SR-IOV is on",
	  "echo 0 > /sys/class/net/%1$s/device/sriov_numvfs",
	  "ixgbe_xdp_setup() in drivers/net/ethernet/intel/ixgbe/ixgbe_main.c" },
	{ "ixgbe", 0, 0, SW_WHEN_LRO, 0, SW_FOUND_FAILURE,
	  "ixgbe refuses a program while LRO (RSC) is on", LRO_OFF,
	  "ixgbe_xdp_setup() in drivers/net/ethernet/intel/ixgbe/ixgbe_main.c" },
	{ "ixgbe", 0, 0, SW_WHEN_MTU_ABOVE, 3046, SW_FOUND_FAILURE,
	  "ixgbe refuses a program if a frame does not fit a buffer of 3 KiB, which is an MTU beyond %u",
	  MTU, "ixgbe_xdp_setup() in drivers/net/ethernet/intel/ixgbe/ixgbe_main.c" },
	{ "ixgbe", 0, 0, SW_WHEN_CPUS_ABOVE, 128, SW_FOUND_FAILURE,
	  "ixgbe refuses a program with more than %u CPUs",
	  "accept the slow path with `xdp: generic`",
	  "ixgbe_xdp_setup() in drivers/net/ethernet/intel/ixgbe/ixgbe_main.c" },
	{ "igc", 0, 0, SW_WHEN_MTU_ABOVE, 1500, SW_FOUND_WARNING,
	  "igc has no native XDP with an MTU beyond %u", MTU,
	  "igc_xdp_set_prog() in drivers/net/ethernet/intel/igc/igc_xdp.c" },
	{ "i40e", 0, SW_LINUX(6, 4), SW_WHEN_MTU_ABOVE, 3046, SW_FOUND_FAILURE,
	  "before Linux 6.4 i40e refuses a program with an MTU beyond %u", MTU,
	  "i40e_xdp_setup() in drivers/net/ethernet/intel/i40e/i40e_main.c" },
	{ "ice", 0, SW_LINUX(6, 3), SW_WHEN_MTU_ABOVE, 3046, SW_FOUND_FAILURE,
	  "before Linux 6.3 ice refuses a program with an MTU beyond %u", MTU,
	  "ice_xdp_setup_prog() in drivers/net/ethernet/intel/ice/ice_main.c" },
	{ "ena", 0, 0, SW_WHEN_MTU_ABOVE, 3498, SW_FOUND_FAILURE,
	  "ena refuses a program with an MTU beyond %u", MTU,
	  "ENA_XDP_MAX_MTU in drivers/net/ethernet/amazon/ena/ena_xdp.h" },
	{ "ena", 0, 0, SW_WHEN_CHANNELS_OVER_HALF, 0, SW_FOUND_FAILURE,
	  "ena refuses a program while it uses more than half of the channels that it can have",
	  "ethtool -L %1$s combined %2$u",
	  "ENA_XDP_NO_ENOUGH_QUEUES in drivers/net/ethernet/amazon/ena/ena_xdp.c" },
	{ "bnxt_en", 0, 0, SW_WHEN_CHANNELS_APART, 0, SW_FOUND_WARNING,
	  "bnxt has native XDP with combined channels only",
	  "ethtool -L %1$s rx 0 tx 0 combined %2$u",
	  "bnxt_xdp_set() in drivers/net/ethernet/broadcom/bnxt/bnxt_xdp.c" },
	{ "hv_netvsc", 0, 0, SW_WHEN_LRO, 0, SW_FOUND_WARNING,
	  "hv_netvsc has no native XDP while LRO is on", LRO_OFF,
	  "netvsc_xdp_set() in drivers/net/hyperv/netvsc_bpf.c" },
	{ "hv_netvsc", 0, 0, SW_WHEN_MTU_ABOVE, 3506, SW_FOUND_WARNING,
	  "hv_netvsc has no native XDP with an MTU beyond %u", MTU,
	  "netvsc_xdp_set() in drivers/net/hyperv/netvsc_bpf.c" },
	{ "vmxnet3", 0, SW_LINUX(6, 6), SW_WHEN_ALWAYS, 0, SW_FOUND_WARNING,
	  "vmxnet3 has native XDP since Linux 6.6 only",
	  "run Linux 6.6 or newer, or accept the slow path with `xdp: generic`",
	  "\"vmxnet3: Add XDP support\", Linux 6.6" },
};

const size_t sw_trouble_count = SW_COUNT(sw_troubles);

static bool has(const struct sw_trouble *trouble, const struct sw_nic_facts *nic)
{
	const struct sw_ethtool *ethtool = &nic->ethtool;

	switch (trouble->when) {
	case SW_WHEN_ALWAYS:
		return true;
	case SW_WHEN_MTU_ABOVE:
		return ethtool->mtu > trouble->limit;
	case SW_WHEN_LRO:
		return ethtool->lro;
	case SW_WHEN_GRO_HW_FIXED:
		return ethtool->gro_hw_fixed;
	case SW_WHEN_VFS:
		return nic->vfs;
	case SW_WHEN_CPUS_ABOVE:
		return nic->cpus > trouble->limit;
	case SW_WHEN_CHANNELS_OVER_HALF:
		return 2 * ethtool->combined > ethtool->combined_max;
	case SW_WHEN_CHANNELS_APART:
		return ethtool->rx && ethtool->tx && !ethtool->combined;
	case SW_WHEN_NO_CHANNEL_A_CPU:
		return ethtool->combined && ethtool->combined + nic->cpus > ethtool->combined_max;
	}
	return false;
}

const struct sw_trouble *sw_trouble_next(const struct sw_nic_facts *nic, size_t *at)
{
	while (*at < sw_trouble_count) {
		const struct sw_trouble *trouble = &sw_troubles[(*at)++];

		if (!strcmp(trouble->driver, nic->ethtool.driver) &&
		    (!trouble->since || nic->kernel >= trouble->since) &&
		    (!trouble->before || nic->kernel < trouble->before) && has(trouble, nic))
			return trouble;
	}
	return NULL;
}

unsigned sw_trouble_number(const struct sw_trouble *trouble, const struct sw_nic_facts *nic)
{
	unsigned half = nic->ethtool.combined_max / 2;

	switch (trouble->when) {
	case SW_WHEN_CHANNELS_OVER_HALF:
		return half ? half : 1;
	case SW_WHEN_CHANNELS_APART:
		return nic->ethtool.rx;
	default:
		return trouble->limit;
	}
}
