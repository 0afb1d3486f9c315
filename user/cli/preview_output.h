/* SPDX-License-Identifier: GPL-2.0 */
/* What a preview of a list shows. */
#ifndef SPAMWEIR_CLI_PREVIEW_OUTPUT_H
#define SPAMWEIR_CLI_PREVIEW_OUTPUT_H

#include <jansson.h>

#include "cli/preview.h"

/* Prints it for people, but for what is unfit or refused, which goes to stderr. */
void sw_preview_print(const struct sw_preview *preview);

/* NULL: no memory. */
json_t *sw_preview_json(const struct sw_preview *preview);

#endif
