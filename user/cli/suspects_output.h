/* SPDX-License-Identifier: GPL-2.0 */
/* Suspects, and mail servers that nobody has allowed, for people and for programs. */
#ifndef SPAMWEIR_CLI_SUSPECTS_OUTPUT_H
#define SPAMWEIR_CLI_SUSPECTS_OUTPUT_H

#include <jansson.h>

#include "detect/suspect.h"
#include "kernel/registry.h"
#include "store/case.h"

/* What, why, and what to type. */
void sw_print_suspect(const struct sw_suspect *suspect);
json_t *sw_suspect_json(const struct sw_suspect *suspect, const struct sw_registry *registry);

/* A line of an allow feed. */
void sw_print_mail_server(const struct sw_suspect *server);
json_t *sw_mail_server_json(const struct sw_suspect *server);

/* One that is left out, as there is a case against it: a comment of the feed, or on stderr. */
void sw_print_server_with_case(const struct sw_suspect *server, const struct sw_case *found);
void sw_note_server_with_case(const struct sw_suspect *server, const struct sw_case *found);

#endif
