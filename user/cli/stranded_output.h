/* SPDX-License-Identifier: GPL-2.0 */
/* Stranded bots, for people and for programs. */
#ifndef SPAMWEIR_CLI_STRANDED_OUTPUT_H
#define SPAMWEIR_CLI_STRANDED_OUTPUT_H

#include <jansson.h>

#include "cli/stranded.h"

void sw_print_stranded(const struct sw_stranded *stranded);

/* An object, the caller's. NULL: no memory. */
json_t *sw_stranded_json(const struct sw_stranded *stranded);

#endif
