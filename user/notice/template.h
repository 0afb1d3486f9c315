/* SPDX-License-Identifier: GPL-2.0 */
/* The text of a mail: a template, filled in. */
#ifndef SPAMWEIR_NOTICE_TEMPLATE_H
#define SPAMWEIR_NOTICE_TEMPLATE_H

#include "base/error.h"
#include "notice/value.h"

/* Fills in `text`: {name} is replaced by its value, and a line that is left out if the value
 * is empty; {{ is a brace. The first line is "Subject: ...", the second is empty. *subject
 * and *body are the caller's. -EINVAL, with the line and what is wrong in it; `name` is what
 * the template is called. */
int sw_template_fill(const struct sw_notice_source *source, const char *name, const char *text,
		     char **subject, char **body, struct sw_error *error);

#define SW_TEMPLATE_MAX (64 << 10)

/* The template for this document: DIR/WHICH.LANGUAGE.txt, or the built-in one, of English if
 * there is none of the language. `which`: customer, customer-closed, desk. *name and *text
 * are the caller's. -errno of a file that is there and cannot be read. */
int sw_template_find(const struct sw_notices_config *notices, const char *which,
		     const char *language, char **name, char **text, struct sw_error *error);

#endif
