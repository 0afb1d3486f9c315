// SPDX-License-Identifier: GPL-2.0
#include "cli/standing_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/names.h"

static bool takes_no_bounces(const struct sw_settings *settings, struct sw_standing standing)
{
	__u8 class = settings->feed[standing.brake_feed].bounces;

	return settings->rate[class].interval == SW_RATE_CLOSED;
}

void sw_print_mail_to(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry)
{
	const char *from = sw_lets_zombies_to(&standing, SW_UPSTREAM) ? ", from zombies too" : "";
	const char *where = standing.to == SW_TO_IMPLIED ? " on upstream NICs" : "";

	if (standing.to)
		printf("  mail to it passes%s%s, by feed %s\n", where, from,
		       registry->feed[standing.to_feed].name);
	if (standing.protect_feed)
		printf("  mail to it is limited for all together, by feed %s\n",
		       registry->feed[standing.protect_feed].name);
	if (standing.brake_feed)
		printf("  %s, by feed %s%s\n",
		       takes_no_bounces(settings, standing)
			       ? "bounces to it do not pass"
			       : "bounces to it are limited for all together",
		       registry->feed[standing.brake_feed].name,
		       settings->feed[standing.brake_feed].monitor ? ", which only monitors" : "");
}

json_t *sw_brake_json(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry)
{
	if (!standing.brake_feed)
		return json_null();
	return json_pack("{s:s s:b}", "feed", registry->feed[standing.brake_feed].name, "off",
			 takes_no_bounces(settings, standing));
}

json_t *sw_protected_json(struct sw_standing standing, const struct sw_registry *registry)
{
	return standing.protect_feed ? json_string(registry->feed[standing.protect_feed].name)
				     : json_null();
}

json_t *sw_mail_to_json(struct sw_standing standing, const struct sw_registry *registry)
{
	json_t *roles = json_array();
	enum sw_role role;

	if (!standing.to) {
		json_decref(roles);
		return json_null();
	}
	for (role = 0; role < SW_ROLES; role++) {
		if (sw_lets_mail_to(&standing, role))
			sw_json_append(&roles, json_string(sw_role_name(role)));
	}
	return json_pack("{s:s s:o s:b}", "feed", registry->feed[standing.to_feed].name, "roles",
			 roles, "even_zombies", sw_lets_zombies_to(&standing, SW_UPSTREAM));
}
