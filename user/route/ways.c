// SPDX-License-Identifier: GPL-2.0
#include "route/ways.h"

#include <linux/rtnetlink.h>
#include <string.h>

#include "base/array.h"
#include "route/way.h"

/* Some of the DNS's root servers. A router with a full table has no default route that could
 * be asked for instead. */
size_t sw_ways_out(unsigned ifindex[SW_WAYS_OUT])
{
	static const char *const far[] = { "198.41.0.4",     "192.33.4.12",  "192.5.5.241",
					   "193.0.14.129",   "202.12.27.33", "2001:503:ba3e::2:30",
					   "2001:500:2f::f", "2001:7fd::1",  "2001:dc3::35" };
	struct sw_prefix address;
	size_t ways = 0, i, j;

	_Static_assert(SW_COUNT(far) <= SW_WAYS_OUT, "each may have a way of its own");
	for (i = 0; i < SW_COUNT(far); i++) {
		if (sw_address_parse(far[i], strlen(far[i]), &address) ||
		    sw_route_way(&address, &ifindex[ways]))
			continue;
		for (j = 0; ifindex[j] != ifindex[ways]; j++)
			;
		ways += j == ways;
	}
	return ways;
}

int sw_ways_home(struct sw_routes *out, struct sw_error *error)
{
	static const __u8 protocols[] = { RTPROT_KERNEL, RTPROT_BOOT, RTPROT_STATIC, RTPROT_DHCP,
					  RTPROT_RA };
	struct sw_routes some = {};
	size_t i, j;
	int err = 0;

	*out = (struct sw_routes){};
	for (i = 0; i < SW_COUNT(protocols) && !err; i++) {
		err = sw_routes_dump(RT_TABLE_MAIN, protocols[i], &some, error);
		for (j = 0; !err && j < some.count; j++)
			err = sw_routes_add(out, &some.route[j]);
		sw_routes_free(&some);
	}
	sw_routes_sort(out);
	return err;
}
