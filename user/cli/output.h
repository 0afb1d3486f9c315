/* SPDX-License-Identifier: GPL-2.0 */
/* Output that several verbs share. */
#ifndef SPAMWEIR_CLI_OUTPUT_H
#define SPAMWEIR_CLI_OUTPUT_H

#include <jansson.h>

#include "base/error.h"
#include "contract.h"

/* Prints `error` and returns SW_EXIT_FAILED, so that a verb can return it. */
int sw_print_error(const struct sw_error *error, int err);

/* Prints an object on a line of its own, keys in the order they were set, and
 * frees it. -ENOMEM if it is NULL, -errno if stdout failed. See base/json.h. */
int sw_print_json(json_t *object);

/* Says on stderr that there is nothing in a list. Only where stdout is a terminal, on which
 * nothing at all looks like a failure: who reads lists by a script finds no line there. */
void sw_say_empty(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
