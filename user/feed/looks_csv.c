// SPDX-License-Identifier: GPL-2.0
#include "feed/looks_csv.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "feed/endpoint.h"

/* What makers of lists call the column of addresses. */
static const char *const names[] = {
	"ip",	   "ips",	"ip_address", "ipaddress",   "ip address", "ip-address",
	"ip_addr", "address",	"addr",	      "ipv4",	     "ipv6",	   "src_ip",
	"srcip",   "source_ip", "sourceip",   "ip_src",	     "dst_ip",	   "dstip",
	"dest_ip", "ip_dst",	"ioc",	      "ioc_value",   "indicator",  "indicator_value",
	"cidr",	   "prefix",	"network",    "netblock",    "subnet",	   "ip_range",
	"range",   "host_ip",	"attacker",   "attacker_ip", "remote_ip",
};

static struct sw_span without_quotes(struct sw_span field)
{
	if (field.size >= 2 && *field.at == '"' && field.at[field.size - 1] == '"')
		return sw_trim((struct sw_span){ field.at + 1, field.size - 2 });
	return field;
}

static bool is_address(struct sw_span field)
{
	struct sw_prefix prefix;
	struct sw_span port;

	return sw_endpoint_or_prefix(field, &prefix, &port);
}

static const char *name_of(struct sw_span field)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (field.size == strlen(names[i]) && !strncasecmp(field.at, names[i], field.size))
			return names[i];
	}
	return NULL;
}

/* What is known of a line's columns. */
struct columns {
	unsigned count, address; /* 0: none has one */
	const char *name;
	bool quoted; /* the first */
	bool two;    /* one has an address behind that which has one */
};

static struct columns look(struct sw_span rest, char separator)
{
	struct columns found = { 0 };
	struct sw_span field;
	const char *at;

	found.quoted = rest.size && *rest.at == '"';
	do {
		at = memchr(rest.at, separator, rest.size);
		field = without_quotes(at ? sw_before(rest, at) : sw_trim(rest));
		found.count++;
		if (is_address(field)) {
			found.two = found.two ||
				    (found.address && found.address + 1 == found.count);
			found.address = found.address ?: found.count;
		}
		if (!found.name)
			found.name = name_of(field);
		if (at) {
			rest.size -= at + 1 - rest.at;
			rest.at = at + 1;
		}
	} while (at && rest.size);
	return found;
}

bool sw_feed_looks_like_csv(struct sw_span line, char *out, size_t room)
{
	static const char separator[] = { ',', ';', '|' };
	const char *quote;
	struct columns found;
	char number[16], delimiter[32] = "";
	size_t i;

	for (i = 0; i < sizeof(separator); i++) {
		found = look(line, separator[i]);
		if ((found.count > 1 || found.quoted) && (found.address || found.name))
			break;
	}
	if (i == sizeof(separator))
		return false;
	if (separator[i] != ',')
		snprintf(delimiter, sizeof(delimiter), ", delimiter: \"%c\"", separator[i]);
	snprintf(number, sizeof(number), "%u", found.address);
	quote = found.address || !strchr(found.name, ' ') ? "" : "\"";
	snprintf(out, room, "CSV; `csv: { column: %s%s%s%s }` of the feed reads it%s", quote,
		 found.address ? number : found.name, quote, delimiter,
		 found.address && found.two ? ", but no range of which the ends have a column each"
					    : "");
	return true;
}
