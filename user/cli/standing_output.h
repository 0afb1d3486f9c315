/* SPDX-License-Identifier: GPL-2.0 */
/* What the mail set says of an address, in words. */
#ifndef SPAMWEIR_CLI_STANDING_OUTPUT_H
#define SPAMWEIR_CLI_STANDING_OUTPUT_H

#include <jansson.h>

#include "contract.h"
#include "kernel/registry.h"

/* A line if mail to the address passes, on some NICs, and one if it is protected. */
void sw_print_mail_to(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry);

/* The feed that protects the address, or null. */
json_t *sw_protected_json(struct sw_standing standing, const struct sw_registry *registry);

/* What sw_print_mail_to prints of a feed that lets it pass; null if no feed says so. */
json_t *sw_mail_to_json(struct sw_standing standing, const struct sw_registry *registry);

/* Which feed brakes bounces to the address, or null. */
json_t *sw_brake_json(const struct sw_settings *settings, struct sw_standing standing,
		      const struct sw_registry *registry);

#endif
