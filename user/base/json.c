// SPDX-License-Identifier: GPL-2.0
#include "base/json.h"

#include <errno.h>

#include "base/text.h"

void sw_json_set(json_t **into, const char *key, json_t *value)
{
	if (!json_object_set_new(*into, key, value))
		return;
	json_decref(*into);
	*into = NULL;
}

void sw_json_append(json_t **into, json_t *value)
{
	if (!json_array_append_new(*into, value))
		return;
	json_decref(*into);
	*into = NULL;
}

json_t *sw_json_text(const char *text)
{
	json_t *string = json_string(text);
	char printable[4096];

	return string ?: json_string(sw_printable(printable, sizeof(printable), text));
}

int sw_json_parse(const char *text, size_t size, json_t **out)
{
	errno = 0; /* jansson calls text invalid that it has no memory for */
	*out = json_loadb(text, size, 0, NULL);
	if (*out)
		return 0;
	return errno == ENOMEM ? -ENOMEM : -EINVAL;
}
