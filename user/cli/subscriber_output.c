// SPDX-License-Identifier: GPL-2.0
#include "cli/subscriber_output.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "feed/times.h"

int sw_whose_read(const struct sw_options *options, __s64 *at_ms, int *port, struct sw_error *error)
{
	const char *at = options->at, *text = options->port;
	__u64 seconds;
	__u32 number;

	*at_ms = sw_wall_ms();
	*port = SW_ANY_PORT;
	if (at && !sw_time_parse((struct sw_span){ at, strlen(at) }, &seconds))
		return sw_fail(error, -EINVAL,
			       "--at: `%s` is no time (expected one such as "
			       "2026-11-29T10:00:00Z, or Unix time)",
			       at);
	if (at)
		*at_ms = seconds * 1000;
	if (text && (!sw_span_number((struct sw_span){ text, strlen(text) }, &number) ||
		     number > SW_PORTS_LAST))
		return sw_fail(error, -EINVAL, "--port: `%s` is no port (expected 0 to 65535)",
			       text);
	if (text)
		*port = number;
	return 0;
}

int sw_whose_look(const struct sw_options *options, const struct sw_prefix *address,
		  struct sw_whose *out, struct sw_error *error)
{
	struct sw_store *store;
	int port, err = sw_whose_read(options, &out->at_ms, &port, error);

	if (err)
		return err;
	err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, error);
	if (err)
		return err == -ENOENT ? 0 : err;
	err = sw_subscriber_at(store, address, port, out->at_ms, &out->subscriber, error);
	out->known = err > 0;
	sw_store_close(store);
	return err < 0 ? err : 0;
}

static const char *ports_text(const struct sw_subscriber *subscriber, char *out, size_t room)
{
	out[0] = '\0';
	if (subscriber->port_first || subscriber->port_last != SW_PORTS_LAST)
		snprintf(out, room, " ports %u-%u", subscriber->port_first, subscriber->port_last);
	return out;
}

void sw_print_whose(const struct sw_options *options, const struct sw_whose *whose)
{
	const struct sw_subscriber *s = &whose->subscriber;
	char since[32], until[64] = "", at[32], prefix[SW_PREFIX_TEXT], ports[32];

	if (options->at)
		printf("  at %s: ", sw_format_time(whose->at_ms / 1000, at, sizeof(at)));
	else if (whose->known)
		printf("  ");
	if (!whose->known) {
		if (options->at)
			puts("it is not known whose it was");
		return;
	}
	if (s->shared) {
		printf("shared by several subscribers, such as %s: --port tells them apart\n",
		       s->account);
		return;
	}
	if (options->at && s->until_ms != SW_FOREVER_MS)
		snprintf(until, sizeof(until), " until %s",
			 sw_format_time(s->until_ms / 1000, at, sizeof(at)));
	printf("subscriber %s since %s%s, by %s: %s%s\n", s->account,
	       sw_format_time(s->since_ms / 1000, since, sizeof(since)), until, s->source,
	       sw_prefix_format(&s->prefix, prefix), ports_text(s, ports, sizeof(ports)));
}

json_t *sw_whose_json(const struct sw_whose *whose)
{
	const struct sw_subscriber *s = &whose->subscriber;
	char prefix[SW_PREFIX_TEXT];
	json_t *object;

	if (!whose->known)
		return json_null();
	object = json_pack("{s:s s:I s:I s:b}", "prefix", sw_prefix_format(&s->prefix, prefix),
			   "at", (json_int_t)(whose->at_ms / 1000), "since",
			   (json_int_t)(s->since_ms / 1000), "shared", s->shared);
	sw_json_set(&object, "account", sw_json_text(s->account));
	sw_json_set(&object, "source", sw_json_text(s->source));
	sw_json_set(&object, "until",
		    s->until_ms == SW_FOREVER_MS ? json_null() : json_integer(s->until_ms / 1000));
	if (s->port_first || s->port_last != SW_PORTS_LAST)
		sw_json_set(&object, "ports", json_pack("[ii]", s->port_first, s->port_last));
	return object;
}
