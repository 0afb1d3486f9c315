/* SPDX-License-Identifier: GPL-2.0 */
/* What the ledger and the conduct table know after a replay, for people and for programs. */
#ifndef SPAMWEIR_CLI_ROWS_OUTPUT_H
#define SPAMWEIR_CLI_ROWS_OUTPUT_H

#include <stdbool.h>

#include "replay/replay.h"

/* -errno; what could not be written is one of stdout's. */
int sw_print_rows(const struct sw_replay *replay, bool is_json);

#endif
