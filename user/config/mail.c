// SPDX-License-Identifier: GPL-2.0
#include "config/mail.h"

#include "base/names.h"

int sw_config_read_to(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;
	bool to;
	int err = sw_value_bool(value, &to);

	if (!err)
		feed->to = to ? SW_TO_SAID : SW_TO_NOTHING;
	return err;
}

int sw_config_read_even_zombies(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_bool(value, &feed->even_zombies);
}

static int check_to(const struct sw_value *value, struct sw_feed_config *feed)
{
	if (feed->kind != SW_KIND_ALLOW && (feed->to != SW_TO_IMPLIED || feed->even_zombies))
		return sw_value_fail(value,
				     "feed \"%s\" is of kind %s: `to` and `even_zombies` are for "
				     "allow",
				     feed->name, sw_kind_name(feed->kind));
	if (feed->even_zombies && feed->to != SW_TO_SAID)
		return sw_value_fail(
			value,
			"feed \"%s\" lets mail of zombies pass but says nothing of mail "
			"to it: `even_zombies: true` needs `to: true` beside it",
			feed->name);
	if (feed->even_zombies)
		feed->to = SW_TO_ZOMBIES;
	return 0;
}

int sw_config_check_mail(const struct sw_value *value, struct sw_feed_config *feed)
{
	return check_to(value, feed);
}
