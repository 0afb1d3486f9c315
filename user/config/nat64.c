// SPDX-License-Identifier: GPL-2.0
#include "config/nat64.h"

#include <errno.h>
#include <string.h>

#include "config/mapping.h"
#include "config/schema.h"

/* RFC 6052, 2.2. */
static bool is_length(__u8 length)
{
	return length == 96 || (length >= 32 && length <= 64 && length % 8 == 0);
}

static int read_prefix(const struct sw_value *value, void *into)
{
	static const char what[] = "an IPv6 prefix of /32, /40, /48, /56, /64 or /96, such as "
				   "2001:db8:64::/96";
	struct sw_config *config = into;
	struct sw_prefix *prefix = &config->nat64[config->nat64s];
	const char *text = sw_value_text(value, what);
	size_t i;

	if (!text)
		return -EINVAL;
	if (sw_prefix_parse(text, strlen(text), prefix) || prefix->family != SW_IPV6 ||
	    !is_length(prefix->length))
		return sw_value_expected(value, what);
	if (sw_prefix_clear_host_bits(prefix))
		return sw_value_fail(value, "%s has bits set behind its length", text);
	for (i = 0; i < config->nat64s; i++) {
		if (config->nat64[i].address == prefix->address &&
		    config->nat64[i].length == prefix->length)
			return sw_value_fail(value, "%s is listed twice", text);
	}
	config->nat64s++;
	return 0;
}

int sw_config_read_nat64(const struct sw_value *value, void *into)
{
	size_t count;
	int err = sw_value_count(value, SW_MAX_NAT64, &count);

	return err || !count ? err : sw_value_each(value, read_prefix, into);
}
