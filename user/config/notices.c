// SPDX-License-Identifier: GPL-2.0
#include "config/notices.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "config/mapping.h"
#include "config/notice_receiver.h"

#define TEXT_MAX 200

static struct sw_notices_config *notices_of(void *into)
{
	return &((struct sw_config *)into)->notices;
}

static int read_monitor(const struct sw_value *value, void *into)
{
	static const char *const words[] = { "hold", "send" };
	size_t word;
	int err = sw_value_word(value, words, SW_COUNT(words), &word);

	if (!err)
		notices_of(into)->in_monitor = word;
	return err;
}

static int read_text(const struct sw_value *value, char **out)
{
	static const char what[] = "a line of 1 to 200 bytes";
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (!*text || strlen(text) > TEXT_MAX || !sw_is_printable(text))
		return sw_value_expected(value, what);
	*out = strdup(text);
	return *out ? 0 : sw_value_no_memory(value);
}

static int read_organisation(const struct sw_value *value, void *into)
{
	return read_text(value, &notices_of(into)->organisation);
}

static int read_contact(const struct sw_value *value, void *into)
{
	return sw_notice_read_address(value, &notices_of(into)->contact);
}

static int read_phone(const struct sw_value *value, void *into)
{
	return read_text(value, &notices_of(into)->phone);
}

static int read_help(const struct sw_value *value, void *into)
{
	return read_text(value, &notices_of(into)->help);
}

static int read_language(const struct sw_value *value, void *into)
{
	static const char what[] = "a language such as en or de: two letters";
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (strlen(text) != 2 || !islower((unsigned char)text[0]) ||
	    !islower((unsigned char)text[1]))
		return sw_value_expected(value, what);
	notices_of(into)->language = strdup(text);
	return notices_of(into)->language ? 0 : sw_value_no_memory(value);
}

static int read_templates(const struct sw_value *value, void *into)
{
	return sw_value_path(value, &notices_of(into)->templates);
}

static int read_customers(const struct sw_value *value, void *into)
{
	return sw_value_path(value, &notices_of(into)->customers);
}

static int read_receiver(const struct sw_value *value, void *into)
{
	struct sw_notices_config *all = notices_of(into);
	struct sw_notice_receiver *receiver = &all->receiver[all->receivers++];
	size_t i;
	int err = sw_notice_receiver_read(value, receiver);

	for (i = 0; !err && i + 1 < all->receivers; i++) {
		if (!strcmp(all->receiver[i].name, receiver->name))
			err = sw_value_fail(value,
					    "the name \"%s\" is taken by the receiver on line %d",
					    receiver->name, all->receiver[i].line);
	}
	return err;
}

static int read_receivers(const struct sw_value *value, void *into)
{
	struct sw_notices_config *all = notices_of(into);
	size_t count;
	int err = sw_value_count(value, SW_NOTICE_RECEIVERS, &count);

	if (err || !count)
		return err;
	all->receiver = calloc(count, sizeof(*all->receiver));
	if (!all->receiver)
		return sw_value_no_memory(value);
	return sw_value_each(value, read_receiver, into);
}

/* A report must say whose it is. */
static int check(const struct sw_value *value, const struct sw_notices_config *all)
{
	size_t i;

	for (i = 0; i < all->receivers; i++) {
		const struct sw_notice_receiver *receiver = &all->receiver[i];

		if (receiver->format == SW_NOTICE_XARF && (!all->organisation || !all->contact))
			return sw_value_fail(value,
					     "receiver \"%s\": xarf needs organisation and contact",
					     receiver->name);
		if (receiver->mail && !receiver->to && !all->customers)
			return sw_value_fail(value,
					     "receiver \"%s\": mail to customers needs `customers`, "
					     "the file of their addresses",
					     receiver->name);
	}
	return 0;
}

int sw_config_read_notices(const struct sw_value *value, void *into)
{
	static const struct sw_key keys[] = {
		{ .name = "monitor", .read = read_monitor },
		{ .name = "organisation", .read = read_organisation },
		{ .name = "contact", .read = read_contact },
		{ .name = "phone", .read = read_phone },
		{ .name = "help", .read = read_help },
		{ .name = "language", .read = read_language },
		{ .name = "templates", .read = read_templates },
		{ .name = "customers", .read = read_customers },
		{ .name = "receivers", .read = read_receivers },
	};
	int err = sw_value_mapping(value, keys, SW_COUNT(keys), into);

	return err ? err : check(value, notices_of(into));
}

void sw_notices_config_free(struct sw_notices_config *notices)
{
	size_t i;

	for (i = 0; i < notices->receivers; i++)
		sw_notice_receiver_free(&notices->receiver[i]);
	free(notices->receiver);
	free(notices->organisation);
	free(notices->contact);
	free(notices->phone);
	free(notices->help);
	free(notices->language);
	free(notices->templates);
	free(notices->customers);
}
