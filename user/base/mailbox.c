// SPDX-License-Identifier: GPL-2.0
#include "base/mailbox.h"

#include <ctype.h>
#include <string.h>

bool sw_is_mailbox(const char *text)
{
	const char *at = strchr(text, '@'), *c;

	if (!at || at == text || !at[1] || strlen(text) > SW_MAILBOX_MAX || at - text > 64)
		return false;
	for (c = text; c < at; c++) {
		if (!isgraph((unsigned char)*c) || strchr("()<>[]:;,\\\"", *c))
			return false;
	}
	for (c = at + 1; *c; c++) {
		if (!isalnum((unsigned char)*c) && *c != '-' && *c != '.')
			return false;
	}
	return at[1] != '.' && at[1] != '-';
}
