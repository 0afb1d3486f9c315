/* SPDX-License-Identifier: GPL-2.0 */
/* What `status` shows to programs. */
#ifndef SPAMWEIR_CLI_STATUS_JSON_H
#define SPAMWEIR_CLI_STATUS_JSON_H

#include <jansson.h>

#include "cli/status.h"

/* NULL: no memory. */
json_t *sw_status_json(const struct sw_status *status);

#endif
