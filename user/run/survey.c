// SPDX-License-Identifier: GPL-2.0
#include "run/survey.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/if_vlan.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/array.h"
#include "base/text.h"
#include "kernel/hosts.h"
#include "route/ways.h"

static struct sw_survey_nic *find(struct sw_survey *survey, unsigned ifindex)
{
	size_t i;

	for (i = 0; ifindex && i < survey->nics; i++) {
		if (survey->nic[i].link.ifindex == ifindex)
			return &survey->nic[i];
	}
	return NULL;
}

static __u16 vlan_of(const char *name)
{
	struct vlan_ioctl_args question = { .cmd = GET_VLAN_VID_CMD };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	__u16 vlan = 0;

	if (fd < 0)
		return 0;
	strncpy(question.device1, name, sizeof(question.device1) - 1);
	if (!ioctl(fd, SIOCGIFVLAN, &question))
		vlan = question.u.VID;
	close(fd);
	return vlan;
}

/* Every device has one address of the family AF_PACKET. */
static int list_nics(struct sw_survey *survey)
{
	struct ifaddrs *list, *each;

	if (getifaddrs(&list))
		return -errno;
	for (each = list; each && survey->nics < SW_SURVEY_NICS; each = each->ifa_next) {
		struct sw_survey_nic *nic = &survey->nic[survey->nics];

		if (!each->ifa_addr || each->ifa_addr->sa_family != AF_PACKET ||
		    each->ifa_flags & IFF_LOOPBACK || sw_has_control(each->ifa_name) ||
		    sw_link_by_name(each->ifa_name, &nic->link))
			continue;
		nic->up = each->ifa_flags & IFF_UP;
		if (!strcmp(nic->link.kind, "vlan"))
			nic->vlan = vlan_of(nic->link.name);
		survey->nics++;
	}
	freeifaddrs(list);
	return 0;
}

static const char *why_unfit(struct sw_survey *survey, const struct sw_survey_nic *nic)
{
	static const char *const virtual[] = { "dummy",	  "ifb",    "vrf",    "macvlan",
					       "macvtap", "ipvlan", "macsec", "vxlan" };
	const struct sw_survey_nic *master = find(survey, nic->link.master);
	size_t i;

	if (!sw_link_has_ethernet(&nic->link))
		return "its frames have no Ethernet headers";
	if (master && !strcmp(master->link.kind, "bond"))
		return "it is part of a bond, which has its program";
	if (!strcmp(nic->link.kind, "bridge"))
		return "it is a bridge: its ports are named";
	if (nic->vlan && find(survey, nic->link.lower))
		return "it is a VLAN of another, where it is judged";
	for (i = 0; i < SW_COUNT(virtual); i++) {
		if (!strcmp(nic->link.kind, virtual[i]))
			return "it lies on others or on nothing: what comes in there is judged below";
	}
	return nic->up ? NULL : "it is down";
}

/* What is true of a VLAN or of a bridge is true of what is below. */
static void pass_down(struct sw_survey *survey)
{
	struct sw_survey_nic *below, *above;
	size_t i;

	for (i = 0; i < survey->nics; i++) {
		above = &survey->nic[i];
		below = above->vlan ? find(survey, above->link.lower) : NULL;
		if (below) {
			below->upstream |= above->upstream;
			below->access |= above->access;
		}
	}
	for (i = 0; i < survey->nics; i++) {
		below = &survey->nic[i];
		above = find(survey, below->link.master);
		if (above && !strcmp(above->link.kind, "bridge")) {
			below->upstream |= above->upstream;
			below->access |= above->access;
		}
	}
}

static void find_upstream(struct sw_survey *survey)
{
	unsigned ifindex[SW_WAYS_OUT];
	size_t ways = sw_ways_out(ifindex), i;
	struct sw_survey_nic *nic;

	for (i = 0; i < ways; i++) {
		nic = find(survey, ifindex[i]);
		if (nic)
			nic->upstream = true;
	}
}

/* Link-local, multicast and loopback space is nobody's own. */
static bool may_be_own(const struct sw_prefix *prefix)
{
	unsigned top = prefix->family == SW_IPV4 ? prefix->address >> 24 : prefix->address >> 112;

	if (!prefix->length)
		return false;
	if (prefix->family == SW_IPV4)
		return top && top != 127 && top < 224 && prefix->address >> 16 != 0xa9fe;
	return (top & 0xffc0) != 0xfe80 && top < 0xff00 && prefix->address > 1;
}

/* They come in order, the wider first. */
static void add_own(struct sw_survey *survey, const struct sw_prefix *prefix)
{
	const struct sw_prefix *last = survey->owns ? &survey->own[survey->owns - 1] : NULL;

	if (last && last->family == prefix->family && prefix->address <= sw_prefix_last(last) &&
	    prefix->address >= last->address)
		return;
	if (survey->owns == SW_SURVEY_PREFIXES)
		survey->more_own = true;
	else
		survey->own[survey->owns++] = *prefix;
}

static int take_routes(struct sw_survey *survey, const struct sw_routes *routes)
{
	struct sw_survey_nic *nic;
	size_t i;

	for (i = 0; i < routes->count; i++) {
		const struct sw_route *route = &routes->route[i];

		nic = find(survey, route->ifindex);
		if (!nic || nic->upstream || route->type != RTN_UNICAST ||
		    !may_be_own(&route->prefix))
			continue;
		nic->access = true;
		add_own(survey, &route->prefix);
	}
	return 0;
}

static int find_own(struct sw_survey *survey, struct sw_error *error)
{
	struct sw_routes home;
	int err = sw_ways_home(&home, error);

	if (!err)
		err = take_routes(survey, &home);
	sw_routes_free(&home);
	return err;
}

int sw_survey_take(const char *resolv_conf, struct sw_survey *out, struct sw_error *error)
{
	size_t i;
	int err;

	*out = (struct sw_survey){};
	err = list_nics(out);
	if (err)
		return sw_fail(error, err, "cannot list the NICs: %s", strerror(-err));
	find_upstream(out);
	err = find_own(out, error);
	if (!err)
		err = sw_hosts_read(resolv_conf, &out->hosts, error);
	if (err)
		return err;
	pass_down(out);
	for (i = 0; i < out->nics; i++)
		out->nic[i].unfit = why_unfit(out, &out->nic[i]);
	return 0;
}

void sw_survey_free(struct sw_survey *survey)
{
	free(survey->hosts.host);
	survey->hosts.host = NULL;
}
