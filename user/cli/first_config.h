/* SPDX-License-Identifier: GPL-2.0 */
/* A first configuration of a machine, explained line by line, in monitor mode. */
#ifndef SPAMWEIR_CLI_FIRST_CONFIG_H
#define SPAMWEIR_CLI_FIRST_CONFIG_H

#include <stdio.h>

#include "run/survey.h"

/* How many NICs it would name. None: there is nothing to configure. */
size_t sw_first_config_nics(const struct sw_survey *survey);

void sw_first_config_print(FILE *out, const struct sw_survey *survey);

#endif
