// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "cli/lists.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "config/smtp.h"

static void say(const struct sw_orders *orders, const struct sw_list_change *change)
{
	const struct sw_list_order *order = change->order;
	char text[SW_PREFIX_TEXT];

	(void)orders;
	sw_prefix_format(&order->prefix, text);
	if (!change->adding && !order->found)
		sw_note("bounces to %s are not braked by hand, or no longer", text);
	if (!change->adding && order->overruled)
		sw_warn("a feed of the configuration brakes bounces to %s still (see `spamweir lookup "
			"%s`)",
			text, text);
	if (change->adding && order->overruled)
		sw_warn("an allow feed lets mail to %s pass, so bounces pass too (see `spamweir lookup "
			"%s`; `to: false` in that feed ends it)",
			text, text);
}

/* Reads off, on or a rate. */
static int read_word(const struct sw_options *options, struct sw_list_change *what,
		     struct sw_error *error)
{
	const char *word = options->argument[0], *expected;

	what->adding = strcmp(word, "on") != 0;
	if (what->adding && strcmp(word, "off")) {
		expected = sw_config_parse_rate(word, &what->interval_ns);
		if (expected)
			return sw_fail(error, -EINVAL, "`%s`: expected off, on, or %s", word,
				       expected);
	}
	if (!what->adding && (options->duration || options->why))
		return sw_fail(error, -EINVAL,
			       "`bounces on` ends what was ordered: it takes neither --for nor "
			       "--why");
	return 0;
}

static int read_gateway(const struct sw_options *options, struct sw_error *error)
{
	struct sw_prefix prefix;

	if (!options->to)
		return sw_fail(error, -EINVAL, "expected `--to ADDR`, the gateway");
	if (sw_prefix_parse(options->to, strlen(options->to), &prefix) ||
	    prefix.length != sw_family_bits(prefix.family))
		return sw_fail(error, -EINVAL, "`--to %s`: expected an IPv4 or IPv6 address",
			       options->to);
	return 0;
}

int cmd_bounces(const struct sw_options *options)
{
	struct sw_list_change what = { .list = SW_LIST_BOUNCES };
	char *gateway[] = { (char *)options->to };
	struct sw_options order = *options;
	struct sw_error error = {};
	int err = read_word(options, &what, &error);

	if (!err)
		err = read_gateway(options, &error);
	if (err) {
		sw_print_error(&error, err);
		return SW_EXIT_USAGE;
	}
	order.argument = gateway;
	order.arguments = 1;
	return sw_lists_order(&order, &what, say);
}
