/* SPDX-License-Identifier: GPL-2.0 */
/* What `status` shows to people: what is wrong first, all of it on one screen. */
#ifndef SPAMWEIR_CLI_STATUS_OUTPUT_H
#define SPAMWEIR_CLI_STATUS_OUTPUT_H

#include "cli/status.h"

void sw_status_print(const struct sw_status *status);

#endif
