// SPDX-License-Identifier: GPL-2.0
#include "cli/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/span.h"

#define TEXT_MOST 128

/* The length that a netmask stands for, or -1. */
static int length_of(const char *mask)
{
	struct in_addr parsed;
	__u32 bits;

	if (inet_pton(AF_INET, mask, &parsed) != 1)
		return -1;
	bits = ~ntohl(parsed.s_addr);
	return bits & (bits + 1) ? -1 : __builtin_popcount(~bits);
}

/* "192.0.2.0/255.255.255.0" */
static void spell_mask(char *text, size_t room)
{
	char *slash = strchr(text, '/');
	int length = slash ? length_of(slash + 1) : -1;

	if (length >= 0)
		snprintf(slash + 1, room - (slash + 1 - text), "%d", length);
}

/* "[2001:db8::1]:25", "192.0.2.1:25", "fe80::1%eth0" */
static char *strip(char *text)
{
	char *colon = strchr(text, ':');

	if (*text == '[' && strchr(text, ']')) {
		*strchr(text, ']') = '\0';
		text++;
	} else if (colon && !strchr(colon + 1, ':')) {
		*colon = '\0';
	}
	text[strcspn(text, "%")] = '\0';
	return text;
}

/* What of the text is an address once all is taken away that others write around one, or NULL. */
static const char *probable(const char *text, char room[TEXT_MOST])
{
	struct sw_span all = sw_trim((struct sw_span){ text, strlen(text) });
	struct sw_prefix prefix;
	char *found;

	while (all.size && strchr(",;.", all.at[all.size - 1]))
		all.size--;
	if (all.size >= TEXT_MOST - 4)
		return NULL;
	snprintf(room, TEXT_MOST, "%.*s", (int)all.size, all.at);
	spell_mask(room, TEXT_MOST);
	found = strip(room);
	return sw_prefix_parse(found, strlen(found), &prefix) ? NULL : found;
}

int sw_address_read(const char *text, struct sw_prefix *out, struct sw_error *error)
{
	char room[TEXT_MOST];
	const char *meant;

	if (!sw_prefix_parse(text, strlen(text), out))
		return 0;
	meant = probable(text, room);
	if (meant)
		return sw_fail(error, -EINVAL,
			       "`%s` is no IPv4 or IPv6 address or prefix; did you mean `%s`?",
			       text, meant);
	return sw_fail(error, -EINVAL, "`%s` is no IPv4 or IPv6 address or prefix", text);
}
