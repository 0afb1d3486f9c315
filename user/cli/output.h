/* SPDX-License-Identifier: GPL-2.0 */
/* Output that several verbs share. */
#ifndef SPAMWEIR_CLI_OUTPUT_H
#define SPAMWEIR_CLI_OUTPUT_H

#include <jansson.h>

#include "base/error.h"
#include "contract.h"

/* Prints `error` and returns SW_EXIT_FAILED, so that a verb can return it. */
int sw_print_error(const struct sw_error *error, int err);

/* Jansson's functions take NULL, which is what others of them give when there is
 * no memory, without a word: what they would leave out is never found missing.
 * So a process that finds no memory for JSON ends, saying so. */
void sw_json_all_or_nothing(void);

/* Prints an object on a line of its own, keys in the order they were set, and
 * frees it. -ENOMEM if it is NULL, -errno if stdout failed. */
int sw_print_json(json_t *object);

#endif
