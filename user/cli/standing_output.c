// SPDX-License-Identifier: GPL-2.0
#include "cli/standing_output.h"

#include <stdio.h>

#include "base/json.h"
#include "base/names.h"

void sw_print_mail_to(struct sw_standing standing, const struct sw_registry *registry)
{
	const char *from = sw_lets_zombies_to(&standing, SW_UPSTREAM) ? ", from zombies too" : "";
	const char *where = standing.to == SW_TO_IMPLIED ? " on upstream NICs" : "";

	if (standing.to)
		printf("  mail to it passes%s%s, by feed %s\n", where, from,
		       registry->feed[standing.to_feed].name);
	if (standing.protect_feed)
		printf("  mail to it is limited for all together, by feed %s\n",
		       registry->feed[standing.protect_feed].name);
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
