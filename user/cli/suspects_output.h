/* SPDX-License-Identifier: GPL-2.0 */
/* Suspects, and mail servers that nobody has allowed, for people and for programs. */
#ifndef SPAMWEIR_CLI_SUSPECTS_OUTPUT_H
#define SPAMWEIR_CLI_SUSPECTS_OUTPUT_H

#include <jansson.h>

#include "detect/suspect.h"
#include "kernel/registry.h"

/* What, why, and what to type. */
void sw_print_suspect(const struct sw_suspect *suspect);
json_t *sw_suspect_json(const struct sw_suspect *suspect, const struct sw_registry *registry);

/* A line of an allow feed. */
void sw_print_mail_server(const struct sw_suspect *server);
json_t *sw_mail_server_json(const struct sw_suspect *server);

#endif
