// SPDX-License-Identifier: GPL-2.0
#include "notice/customers.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/span.h"

/* The next field; *rest begins behind its comma. */
static struct sw_span take_field(struct sw_span *rest)
{
	const char *comma = memchr(rest->at, ',', rest->size);
	struct sw_span field = { rest->at, comma ? (size_t)(comma - rest->at) : rest->size };

	rest->at += field.size + (comma != NULL);
	rest->size -= field.size + (comma != NULL);
	return sw_trim(field);
}

static bool copy(struct sw_span field, char *out, size_t room)
{
	if (field.size >= room)
		return false;
	memcpy(out, field.at, field.size);
	out[field.size] = '\0';
	return true;
}

static bool is_language(const char *text)
{
	return islower((unsigned char)text[0]) && islower((unsigned char)text[1]);
}

static int read_customer(struct sw_span rest, const char *path, unsigned line,
			 struct sw_customer *out, struct sw_error *error)
{
	bool fits = copy(take_field(&rest), out->address, sizeof(out->address)) &&
		    sw_is_mailbox(out->address);

	fits = fits && copy(take_field(&rest), out->language, sizeof(out->language)) &&
	       (!out->language[0] || is_language(out->language)) && !rest.size;
	if (fits)
		return 1;
	return sw_fail(error, -EINVAL,
		       "%s:%u: expected account,address,language such as "
		       "alice,alice@example.net,en",
		       path, line);
}

int sw_customer_find(const char *path, const char *account, struct sw_customer *out,
		     struct sw_error *error)
{
	size_t size = strlen(account);
	struct sw_file file;
	const char *at, *end;
	unsigned line = 0;
	int err = sw_file_map(path, &file, error);

	if (err)
		return err;
	*out = (struct sw_customer){ 0 };
	for (at = file.text; !err && at < file.text + file.size; at = end + 1) {
		struct sw_span rest, name;

		end = memchr(at, '\n', file.text + file.size - at) ?: file.text + file.size;
		rest = sw_trim((struct sw_span){ at, end - at });
		line++;
		if (!rest.size || *rest.at == '#')
			continue;
		name = take_field(&rest);
		if (name.size == size && !memcmp(name.at, account, size))
			err = read_customer(rest, path, line, out, error);
	}
	sw_file_unmap(&file);
	return err;
}
