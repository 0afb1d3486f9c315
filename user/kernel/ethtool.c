// SPDX-License-Identifier: GPL-2.0
#include "kernel/ethtool.h"

#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int request(const char *name, unsigned long what, struct ifreq *request)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int err = 0;

	if (fd < 0)
		return -errno;
	snprintf(request->ifr_name, sizeof(request->ifr_name), "%s", name);
	if (ioctl(fd, what, request))
		err = -errno;
	close(fd);
	return err;
}

int sw_ethtool_ask(const char *name, void *command)
{
	struct ifreq with = { .ifr_data = command };

	return request(name, SIOCETHTOOL, &with);
}

void sw_ethtool_read_link(const char *name, struct sw_ethtool *out)
{
	struct ifreq with = {};

	*out = (struct sw_ethtool){};
	if (!request(name, SIOCGIFMTU, &with))
		out->mtu = with.ifr_mtu;
	out->silent = request(name, SIOCGIFFLAGS, &with);
	if (!out->silent) {
		out->up = with.ifr_flags & IFF_UP;
		out->carrier = with.ifr_flags & IFF_RUNNING;
	}
}

static void read_driver(const char *name, struct sw_ethtool *out)
{
	struct ethtool_drvinfo info = { .cmd = ETHTOOL_GDRVINFO };

	if (!sw_ethtool_ask(name, &info))
		snprintf(out->driver, sizeof(out->driver), "%.31s", info.driver);
}

static void read_queues(const char *name, struct sw_ethtool *out)
{
	struct ethtool_ringparam ring = { .cmd = ETHTOOL_GRINGPARAM };
	struct ethtool_channels channels = { .cmd = ETHTOOL_GCHANNELS };
	struct ethtool_rxnfc rules = { .cmd = ETHTOOL_GRXCLSRLCNT };

	if (!sw_ethtool_ask(name, &ring)) {
		out->ring = ring.rx_pending;
		out->ring_max = ring.rx_max_pending;
	}
	if (!sw_ethtool_ask(name, &channels)) {
		out->rx = channels.rx_count;
		out->tx = channels.tx_count;
		out->combined = channels.combined_count;
		out->combined_max = channels.max_combined;
	}
	if (!sw_ethtool_ask(name, &rules))
		out->rules = rules.rule_cnt;
}

/* The kernel's own numbers of features differ by version: they go by names. */
static int read_feature_names(const char *name, struct ethtool_gstrings **out)
{
	char buffer[sizeof(struct ethtool_sset_info) + sizeof(__u32)]
		__attribute__((aligned(8))) = {};
	struct ethtool_sset_info *ask = (void *)buffer;
	struct ethtool_gstrings *strings;
	__u32 count;
	int err;

	ask->cmd = ETHTOOL_GSSET_INFO;
	ask->sset_mask = 1ULL << ETH_SS_FEATURES;
	err = sw_ethtool_ask(name, ask);
	if (err || !ask->sset_mask)
		return err ? err : -EOPNOTSUPP;
	count = ask->data[0];
	strings = calloc(1, sizeof(*strings) + (size_t)count * ETH_GSTRING_LEN);
	if (!strings)
		return -ENOMEM;
	strings->cmd = ETHTOOL_GSTRINGS;
	strings->string_set = ETH_SS_FEATURES;
	strings->len = count;
	err = sw_ethtool_ask(name, strings);
	if (err)
		free(strings);
	else
		*out = strings;
	return err;
}

static void take_feature(const char *feature, bool active, bool fixed, struct sw_ethtool *out)
{
	if (!strcmp(feature, "rx-lro"))
		out->lro = active;
	if (!strcmp(feature, "rx-vlan-hw-parse"))
		out->rxvlan = active;
	if (!strcmp(feature, "rx-gro-hw")) {
		out->gro_hw = active;
		out->gro_hw_fixed = active && fixed;
	}
}

static void read_features(const char *name, struct sw_ethtool *out)
{
	struct ethtool_gstrings *names;
	struct ethtool_gfeatures *features;
	__u32 i, blocks;

	if (read_feature_names(name, &names))
		return;
	blocks = (names->len + 31) / 32;
	features = calloc(1, sizeof(*features) + blocks * sizeof(features->features[0]));
	if (features) {
		features->cmd = ETHTOOL_GFEATURES;
		features->size = blocks;
	}
	if (features && !sw_ethtool_ask(name, features)) {
		for (i = 0; i < names->len; i++) {
			const struct ethtool_get_features_block *block =
				&features->features[i / 32];
			char feature[ETH_GSTRING_LEN + 1] = "";

			memcpy(feature, names->data + i * ETH_GSTRING_LEN, ETH_GSTRING_LEN);
			take_feature(feature, block->active >> i % 32 & 1,
				     !(block->available >> i % 32 & 1), out);
		}
	}
	free(features);
	free(names);
}

void sw_ethtool_read(const char *name, struct sw_ethtool *out)
{
	sw_ethtool_read_link(name, out);
	read_driver(name, out);
	read_queues(name, out);
	read_features(name, out);
}
