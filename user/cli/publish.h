/* SPDX-License-Identifier: GPL-2.0 */
/* What `load` and `reload` have in common. */
#ifndef SPAMWEIR_CLI_PUBLISH_H
#define SPAMWEIR_CLI_PUBLISH_H

#include "cli/options.h"

/* Publishes the configuration, on trial with --confirm. `how` is of
 * sw_apply_config. Returns an exit code. */
int sw_publish_verb(const struct sw_options *options, unsigned how);

#endif
