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

/* Where a protect feed counts: what an allow feed lets pass it never sees. NULL: nowhere. */
static const char *where_protected(struct sw_standing standing)
{
	if (sw_lets_mail_to(&standing, SW_ACCESS))
		return NULL;
	return sw_lets_mail_to(&standing, SW_UPSTREAM) ? " on access NICs" : "";
}

static void print_brake(const struct sw_settings *settings, struct sw_standing standing,
			const char *feed)
{
	bool none = takes_no_bounces(settings, standing);
	const char *at = where_protected(standing);

	if (at)
		printf("  bounces to it %s%s, by feed %s%s\n",
		       none ? "do not pass" : "are limited for all together", at, feed,
		       settings->feed[standing.brake_feed].monitor ? ", which only monitors" : "");
	else
		printf("  bounces to it pass as all mail does, whatever feed %s says\n", feed);
}

void sw_print_mail_to(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry)
{
	const char *from = sw_lets_zombies_to(&standing, SW_UPSTREAM) ? ", from zombies too" : "";
	const char *where = standing.to == SW_TO_IMPLIED ? " on upstream NICs" : "";

	if (standing.to)
		printf("  mail to it passes%s%s, by feed %s\n", where, from,
		       registry->feed[standing.to_feed].name);
	if (standing.protect_feed && where_protected(standing))
		printf("  mail to it is limited for all together%s, by feed %s\n",
		       where_protected(standing), registry->feed[standing.protect_feed].name);
	if (standing.brake_feed)
		print_brake(settings, standing, registry->feed[standing.brake_feed].name);
}

json_t *sw_brake_json(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry)
{
	json_t *roles, *object;
	enum sw_role role;

	if (!standing.brake_feed)
		return json_null();
	roles = json_array();
	for (role = 0; role < SW_ROLES; role++) {
		if (!sw_lets_mail_to(&standing, role))
			sw_json_append(&roles, json_string(sw_role_name(role)));
	}
	object = json_pack("{s:s s:b}", "feed", registry->feed[standing.brake_feed].name, "off",
			   takes_no_bounces(settings, standing));
	sw_json_set(&object, "roles", roles);
	return object;
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
