// SPDX-License-Identifier: GPL-2.0
#include "feed/endpoint.h"

#include <string.h>

bool sw_endpoint_parse(struct sw_span text, struct sw_prefix *address, struct sw_span *port)
{
	const char *colon = text.size ? memrchr(text.at, ':', text.size) : NULL;
	struct sw_prefix prefix;
	struct sw_span host;
	__u32 number;

	if (!colon)
		return false;
	*port = sw_behind(text, colon);
	if (!sw_span_number(*port, &number) || number > 65535)
		return false;
	host = sw_before(text, colon);
	if (host.size > 2 && *host.at == '[' && host.at[host.size - 1] == ']')
		host = (struct sw_span){ host.at + 1, host.size - 2 };
	else if (memchr(host.at, ':', host.size))
		return false; /* the last part of an IPv6 address, more likely */
	if (sw_address_parse(host.at, host.size, &prefix))
		return false;
	*address = prefix;
	return true;
}

bool sw_endpoint_or_prefix(struct sw_span text, struct sw_prefix *prefix, struct sw_span *port)
{
	*port = (struct sw_span){ text.at, 0 };
	return !sw_span_prefix(text, prefix) || sw_endpoint_parse(text, prefix, port);
}
