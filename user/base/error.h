/* SPDX-License-Identifier: GPL-2.0 */
/* One line for people, carried beside a -errno: what is wrong and what to do. */
#ifndef SPAMWEIR_BASE_ERROR_H
#define SPAMWEIR_BASE_ERROR_H

#include <stdbool.h>
#include <stddef.h>

struct sw_error {
	char text[1024];
};

/* Sets the line and returns `code` (a -errno), so that a failure is one
 * statement: return sw_fail(error, -EINVAL, "..."). `error` may be NULL. */
int sw_fail(struct sw_error *error, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* A line on stderr: "spamweir: warning: ...". Control characters become \xNN. */
void sw_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line on stderr: "spamweir: ...". Control characters become \xNN. */
void sw_note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Whether these are kept back: somebody else has the terminal. */
void sw_hush(bool hushed);

#endif
