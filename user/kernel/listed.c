// SPDX-License-Identifier: GPL-2.0
#include "kernel/listed.h"

#include "embed.h"
#include "table4.h"

static __u8 find(const struct sw_policy *policy, enum sw_set set, const struct sw_prefix *address)
{
	const struct sw_layout *layout = &policy->settings.layout;

	if (address->family == SW_IPV4)
		return sw_table4_lookup(policy, layout, set, address->address);
	return sw_table6_lookup(policy, layout, set, sw_to_in6(address->address));
}

static void add_carried(const struct sw_policy *policy, __u32 address, struct sw_listing *out)
{
	const struct sw_settings *settings = &policy->settings;
	const struct sw_standing six = out->standing, *four;

	out->carried = (struct sw_prefix){ address, SW_IPV4, 32 };
	four = &settings->standing[find(policy, SW_SET_MAIL, &out->carried)];
	out->cnc = sw_cnc_of_both(settings, out->cnc, find(policy, SW_SET_CNC, &out->carried), &six,
				  four);
	out->standing = sw_standing_of_both(settings, &six, four);
}

struct sw_listing sw_listed(const struct sw_policy *policy, const struct sw_prefix *address)
{
	struct sw_listing listing = {
		.cnc = find(policy, SW_SET_CNC, address),
		.standing = policy->settings.standing[find(policy, SW_SET_MAIL, address)],
	};
	__u64 carried = address->family == SW_IPV6
				? sw_carried4(&policy->settings, sw_to_in6(address->address))
				: 0;

	if (carried)
		add_carried(policy, carried, &listing);
	return listing;
}
