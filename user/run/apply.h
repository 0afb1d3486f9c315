/* SPDX-License-Identifier: GPL-2.0 */
/* Putting a config in force: read, compile, publish, attach. */
#ifndef SPAMWEIR_RUN_APPLY_H
#define SPAMWEIR_RUN_APPLY_H

#include <stdbool.h>

#include "base/error.h"
#include "run/instance.h"

/* `load`: programs on the configured NICs, the generation published. On
 * failure what ran before runs on. *partial: it is in force, and a part of it is
 * missing, which a warning has named. */
int sw_load(const struct sw_instance *instance, bool *partial, struct sw_error *error);

/* `reload`: a new generation for the programs that are attached. Loads them
 * anew only if the tables have outgrown them. */
int sw_reload(const struct sw_instance *instance, bool *partial, struct sw_error *error);

#endif
