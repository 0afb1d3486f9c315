// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>

#include "policy/own.h"
#include "route/ways.h"
#include "vlan_roles.h"

struct looking {
	const struct sw_patient *patient;
	struct sw_findings *out;
	unsigned out_by[SW_WAYS_OUT]; /* packets for the Internet leave by these */
	size_t ways;
	struct sw_routes home;
	struct sw_own own;
	bool has_own;
	size_t found;
};

/* Whether it is the NIC, a device on it, or the bond that the NIC is part of. The ports of a
 * bridge are all alike. */
static bool is_way_of(unsigned ifindex, const struct sw_link *nic)
{
	struct sw_link device;

	if (!ifindex || ifindex == nic->ifindex)
		return ifindex;
	if (sw_link_by_index(ifindex, &device))
		return false;
	return device.lower == nic->ifindex ||
	       (nic->master == ifindex && !strcmp(device.kind, "bond"));
}

static bool faces_internet(const struct looking *l, const struct sw_link *nic)
{
	size_t i;

	for (i = 0; i < l->ways; i++) {
		if (is_way_of(l->out_by[i], nic))
			return true;
	}
	return false;
}

/* The net of a link between two routers is often of one's own space, on either side. */
static bool is_link_net(const struct sw_prefix *prefix)
{
	return prefix->length >= sw_family_bits(prefix->family) - 2 &&
	       prefix->length < sw_family_bits(prefix->family);
}

/* A route by that NIC into own space; NULL: there is none. */
static const struct sw_route *find_home(const struct looking *l, const struct sw_link *nic)
{
	size_t i;

	for (i = 0; l->has_own && i < l->home.count; i++) {
		const struct sw_route *route = &l->home.route[i];

		if (route->type == RTN_UNICAST && route->prefix.length &&
		    !is_link_net(&route->prefix) && sw_own_overlaps(&l->own, &route->prefix) &&
		    is_way_of(route->ifindex, nic))
			return route;
	}
	return NULL;
}

/* Of a NIC with `vlans` the tag decides, which no route tells. */
static void look_at(struct looking *l, const struct sw_interface_config *config)
{
	const struct sw_route *home;
	char text[SW_PREFIX_TEXT];
	struct sw_link nic;
	bool faces;

	if (config->vlans || sw_link_by_name(config->name, &nic))
		return;
	faces = faces_internet(l, &nic);
	home = config->role == SW_UPSTREAM && !faces ? find_home(l, &nic) : NULL;
	if (config->role == SW_ACCESS && faces)
		sw_find(l->out, SW_FOUND_WARNING, "ip route get 198.41.0.4",
			"%s has the role access, but packets for the Internet leave by it: are the "
			"roles swapped?",
			config->name);
	else if (home)
		sw_find(l->out, SW_FOUND_WARNING, "ip route",
			"%s has the role upstream, but a route leads by it to %s, which is own space: "
			"are the roles swapped?",
			config->name, sw_prefix_format(&home->prefix, text));
	l->found += (config->role == SW_ACCESS && faces) || home;
}

/* Whether anything that comes in has that role. */
static bool is_judged(const struct sw_config *config, enum sw_role role)
{
	size_t i;
	__u16 vid;

	for (i = 0; i < config->interfaces; i++) {
		const struct sw_interface_config *nic = &config->interface[i];

		if (nic->role == role)
			return true;
		for (vid = 1; nic->vlans && vid <= SW_VLAN_LAST; vid++) {
			if (sw_role_in_vlan(nic->vlan, vid, nic->role) == role)
				return true;
		}
	}
	return false;
}

static void look_for_sides(struct looking *l)
{
	static const char *const mend = "name the NIC in `interfaces`, or see `vlans` in "
					"spamweir.yaml(5)";
	const struct sw_config *config = l->patient->config;
	bool access = is_judged(config, SW_ACCESS), upstream = is_judged(config, SW_UPSTREAM);

	if (!access)
		sw_find(l->out, SW_FOUND_NOTE, mend,
			"no NIC has the role access: what subscribers send is not judged");
	if (!upstream)
		sw_find(l->out, SW_FOUND_NOTE, mend,
			"no NIC has the role upstream: what the Internet sends is not judged, and "
			"who is a suspect is told without the answers of mail servers");
	l->found += !access + !upstream;
}

static bool is_foreign(const struct sw_feed_config *feed)
{
	return (feed->kind == SW_KIND_CNC || feed->kind == SW_KIND_ZOMBIE) && !feed->may_list_own;
}

static void look_for_own(struct looking *l)
{
	const struct sw_config *config = l->patient->config;
	const struct sw_feed_config *foreign = NULL;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (config->feed[i].kind == SW_KIND_OWN)
			return;
		if (is_foreign(&config->feed[i]) && sw_feed_has_list(&config->feed[i]) && !foreign)
			foreign = &config->feed[i];
	}
	if (!foreign)
		return;
	sw_find(l->out, SW_FOUND_WARNING,
		"add `- { name: home, kind: own, entries: [YOUR PREFIXES] }` to `feeds`",
		"no feed is of kind own: a list such as %s can cut off your subscribers",
		foreign->name);
	l->found++;
}

/* Of the lists, or else of what stands in the configuration. -ENOMEM. */
static int build_own(struct looking *l)
{
	const struct sw_config *config = l->patient->config;
	struct sw_rule_list list = {};
	size_t i, j, k;
	int err = 0;

	if (l->patient->rules)
		return sw_own_build(&l->patient->rules->kind[SW_KIND_OWN], &l->own);
	for (i = 0; i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		for (j = 0; feed->kind == SW_KIND_OWN && j < feed->entries; j++) {
			for (k = 0; k < feed->entry[j].prefixes && !err; k++)
				err = sw_rule_list_add(&list, &feed->entry[j].prefix[k], 0);
		}
	}
	if (!err)
		err = sw_own_build(&list, &l->own);
	free(list.v4);
	free(list.v6);
	return err;
}

static void look_for_swapped(struct looking *l)
{
	const struct sw_config *config = l->patient->config;
	size_t i;

	l->ways = sw_ways_out(l->out_by);
	l->has_own = !build_own(l) && !sw_ways_home(&l->home, NULL);
	for (i = 0; i < config->interfaces; i++)
		look_at(l, &config->interface[i]);
	sw_routes_free(&l->home);
	sw_own_free(&l->own);
}

void sw_find_swapped(const struct sw_patient *patient, struct sw_findings *out)
{
	struct looking l = { .patient = patient, .out = out };

	if (patient->config)
		look_for_swapped(&l);
}

void sw_check_roles(const struct sw_patient *patient, struct sw_findings *out)
{
	struct looking l = { .patient = patient, .out = out };

	if (!patient->config || !patient->config->interfaces)
		return;
	look_for_swapped(&l);
	look_for_sides(&l);
	look_for_own(&l);
	if (!l.found)
		sw_find(out, SW_FOUND_OK, NULL, "no route speaks against the roles of the NICs");
}
