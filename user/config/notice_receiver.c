// SPDX-License-Identifier: GPL-2.0
#include "config/notice_receiver.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/mailbox.h"
#include "base/text.h"
#include "config/fetch.h"
#include "config/mapping.h"
#include "config/words.h"

#define TIMEOUT_MAX_S 600

static int read_name(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;

	return sw_value_name(value, &receiver->name);
}

static int read_word(const struct sw_value *value, void *into)
{
	static const char what[] = "a word of the command, without control characters";
	struct sw_notice_receiver *receiver = into;
	const char *text = sw_value_text(value, what);
	size_t i = 0;

	if (!text)
		return -EINVAL;
	while (receiver->exec[i])
		i++;
	if (!*text || !sw_is_printable(text))
		return sw_value_expected(value, what);
	if (!i && *text != '/')
		return sw_value_expected(value, "a program's absolute path, such as "
						"/usr/local/bin/tell");
	receiver->exec[i] = strdup(text);
	return receiver->exec[i] ? 0 : sw_value_no_memory(value);
}

static int read_exec(const struct sw_value *value, void *into)
{
	size_t count;
	int err;

	if (sw_value_is_scalar(value))
		return read_word(value, into);
	err = sw_value_count(value, SW_NOTICE_WORDS, &count);
	if (!err && !count)
		return sw_value_expected(value, "a program, or a list of it and its arguments");
	return err ? err : sw_value_each(value, read_word, into);
}

static int read_webhook(const struct sw_value *value, void *into)
{
	return sw_fetch_read_webhook(value, &((struct sw_notice_receiver *)into)->webhook);
}

static int read_mail(const struct sw_value *value, void *into)
{
	return sw_fetch_read_relay(value, &((struct sw_notice_receiver *)into)->mail);
}

static int read_proxy(const struct sw_value *value, void *into)
{
	return sw_fetch_read_proxy_url(value, &((struct sw_notice_receiver *)into)->how.proxy);
}

static int read_proxy_credentials_file(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;

	return sw_value_path(value, &receiver->how.proxy_credentials_file);
}

static int read_ca_file(const struct sw_value *value, void *into)
{
	return sw_value_path(value, &((struct sw_notice_receiver *)into)->how.ca_file);
}

static int read_headers_file(const struct sw_value *value, void *into)
{
	return sw_value_path(value, &((struct sw_notice_receiver *)into)->how.headers_file);
}

static int read_credentials_file(const struct sw_value *value, void *into)
{
	return sw_value_path(value, &((struct sw_notice_receiver *)into)->how.credentials_file);
}

static int read_timeout(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;

	return sw_value_seconds_most(value, 1, TIMEOUT_MAX_S, &receiver->how.timeout_s);
}

int sw_notice_read_address(const struct sw_value *value, char **out)
{
	static const char what[] = "an address such as abuse@example.net";
	const char *text = sw_value_text(value, what);

	if (!text)
		return -EINVAL;
	if (!sw_is_mailbox(text))
		return sw_value_expected(value, what);
	*out = strdup(text);
	return *out ? 0 : sw_value_no_memory(value);
}

static int read_from(const struct sw_value *value, void *into)
{
	return sw_notice_read_address(value, &((struct sw_notice_receiver *)into)->from);
}

static int read_to(const struct sw_value *value, void *into)
{
	if (sw_value_is(value, "customer"))
		return 0;
	return sw_notice_read_address(value, &((struct sw_notice_receiver *)into)->to);
}

static int read_format(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;
	const char *words[SW_NOTICE_FORMATS];
	size_t format;
	int err;

	for (format = 0; format < SW_NOTICE_FORMATS; format++)
		words[format] = sw_notice_format_name(format);
	err = sw_value_word(value, words, SW_NOTICE_FORMATS, &format);
	if (!err)
		receiver->format = format;
	return err;
}

static int read_event(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;
	const char *words[SW_NOTICE_EVENTS];
	size_t event;
	int err;

	for (event = 0; event < SW_NOTICE_EVENTS; event++)
		words[event] = sw_notice_event_name(event);
	err = sw_value_word(value, words, SW_NOTICE_EVENTS, &event);
	if (!err)
		receiver->events |= 1U << event;
	return err;
}

static int read_events(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;
	size_t count;
	int err = sw_value_count(value, SW_NOTICE_EVENTS, &count);

	receiver->events = 0;
	if (!err && !count)
		return sw_value_expected(value, "a list of events, such as [opened, closed]");
	return err ? err : sw_value_each(value, read_event, into);
}

static int read_severity(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;
	const char *words[SW_SEVERITY_HIGH + 1];
	size_t severity;
	int err;

	for (severity = 0; severity <= SW_SEVERITY_HIGH; severity++)
		words[severity] = sw_severity_name(severity);
	err = sw_value_word(value, words, SW_SEVERITY_HIGH + 1, &severity);
	if (!err)
		receiver->severity = severity;
	return err;
}

static int read_every(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;

	return sw_value_seconds_most(value, 0, SW_YEAR_S, &receiver->every_s);
}

static int read_give_up(const struct sw_value *value, void *into)
{
	struct sw_notice_receiver *receiver = into;

	return sw_value_seconds_most(value, 60, SW_YEAR_S, &receiver->give_up_s);
}

static int check(const struct sw_value *value, const struct sw_notice_receiver *r)
{
	int means = (r->exec[0] != NULL) + (r->webhook != NULL) + (r->mail != NULL);

	if (means != 1)
		return sw_value_fail(value, "receiver \"%s\" needs one of exec, webhook and mail",
				     r->name);
	if (!r->mail && (r->from || r->to || r->format == SW_NOTICE_ARF))
		return sw_value_fail(value, "receiver \"%s\": from, to and arf are for mail",
				     r->name);
	if (r->mail && !r->from)
		return sw_value_fail(value, "receiver \"%s\": mail needs from", r->name);
	if (r->how.proxy_credentials_file && !r->how.proxy)
		return sw_value_fail(value,
				     "receiver \"%s\": proxy_credentials_file is for a proxy",
				     r->name);
	if (r->mail && (r->how.headers_file || r->how.proxy))
		return sw_value_fail(value,
				     "receiver \"%s\": headers_file and proxy are for webhooks",
				     r->name);
	if (r->exec[0] &&
	    (r->how.headers_file || r->how.proxy || r->how.ca_file || r->how.credentials_file))
		return sw_value_fail(value,
				     "receiver \"%s\": headers_file, proxy, ca_file and "
				     "credentials_file are for webhook and mail",
				     r->name);
	return 0;
}

int sw_notice_receiver_read(const struct sw_value *value, struct sw_notice_receiver *receiver)
{
	static const struct sw_key keys[] = {
		{ .name = "name", .read = read_name, .required = true },
		{ .name = "exec", .read = read_exec },
		{ .name = "webhook", .read = read_webhook },
		{ .name = "mail", .read = read_mail },
		{ .name = "from", .read = read_from },
		{ .name = "to", .read = read_to },
		{ .name = "format", .read = read_format },
		{ .name = "events", .read = read_events },
		{ .name = "severity", .read = read_severity },
		{ .name = "every", .read = read_every },
		{ .name = "timeout", .read = read_timeout },
		{ .name = "give_up", .read = read_give_up },
		{ .name = "proxy", .read = read_proxy },
		{ .name = "proxy_credentials_file", .read = read_proxy_credentials_file },
		{ .name = "ca_file", .read = read_ca_file },
		{ .name = "headers_file", .read = read_headers_file },
		{ .name = "credentials_file", .read = read_credentials_file },
	};
	int err;

	*receiver = (struct sw_notice_receiver){
		.how = { .timeout_s = SW_NOTICE_TIMEOUT_S },
		.events = (1U << SW_NOTICE_EVENTS) - 1,
		.every_s = SW_NOTICE_EVERY_S,
		.give_up_s = SW_NOTICE_GIVE_UP_S,
		.line = sw_value_line(value),
	};
	err = sw_value_mapping(value, keys, SW_COUNT(keys), receiver);
	return err ? err : check(value, receiver);
}

void sw_notice_receiver_free(struct sw_notice_receiver *receiver)
{
	size_t i;

	for (i = 0; i < SW_NOTICE_WORDS; i++)
		free(receiver->exec[i]);
	free(receiver->name);
	free(receiver->webhook);
	free(receiver->mail);
	free(receiver->from);
	free(receiver->to);
	sw_fetch_free(&receiver->how);
}
