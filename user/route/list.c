// SPDX-License-Identifier: GPL-2.0
#include "route/list.h"

#include <errno.h>
#include <stdlib.h>

/* The one by which packets would be routed; the others differ in metric. */
static bool is_first(const struct sw_routes *routes, size_t i)
{
	size_t j;

	if (!sw_route_type_name(routes->route[i].type))
		return false;
	for (j = i;
	     j-- > 0 && !sw_prefix_compare(&routes->route[j].prefix, &routes->route[i].prefix);) {
		if (sw_route_type_name(routes->route[j].type))
			return false;
	}
	return true;
}

size_t sw_route_list_count(const struct sw_routes *routes)
{
	size_t i, count = 0;

	for (i = 0; i < routes->count; i++)
		count += is_first(routes, i);
	return count;
}

int sw_route_list_text(const struct sw_routes *routes, char **text, size_t *size)
{
	FILE *out = open_memstream(text, size);
	char prefix[SW_PREFIX_TEXT];
	size_t i;
	int err;

	if (!out)
		return -ENOMEM;
	fputs("# A routing table of the kernel, as spamweir has read it.\n", out);
	for (i = 0; i < routes->count; i++) {
		const struct sw_route *route = &routes->route[i];

		if (is_first(routes, i))
			fprintf(out, "%s # %s, protocol %u\n",
				sw_prefix_format(&route->prefix, prefix),
				sw_route_type_name(route->type), route->protocol);
	}
	err = ferror(out) ? -ENOMEM : 0;
	if (fclose(out))
		err = -ENOMEM;
	if (!err)
		return 0;
	free(*text);
	*text = NULL;
	return err;
}
