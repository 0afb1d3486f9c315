/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a notice has to say, word by word. A notice is a document, the JSON that programs
 * are given (NOTICES in spamweir(8)); all other forms are made of it.
 */
#ifndef SPAMWEIR_NOTICE_VALUE_H
#define SPAMWEIR_NOTICE_VALUE_H

#include <jansson.h>

#include "config/schema.h"

struct sw_notice_source {
	const json_t *document;
	const struct sw_notices_config *notices;
};

/* The value of {name} in a template, "" if there is none here; lines of several end in LF,
 * the last does not. *out is the caller's. -EINVAL: there is no such name. -ENOMEM. */
int sw_notice_value(const struct sw_notice_source *source, const char *name, size_t size,
		    char **out);

/* Of the document's case; NULL if it is of none. */
const json_t *sw_notice_case(const struct sw_notice_source *source);

/* A member's text, or "". */
const char *sw_notice_text(const json_t *object, const char *key);

/* A member's Unix time as RFC 3339 and as RFC 5322 have it. Return `out`. */
char *sw_notice_time(const json_t *object, const char *key, char *out, size_t room);
char *sw_notice_mail_time(__s64 unix_s, char *out, size_t room);

/* Whether a signal of the case is of that kind: of mail, or of a control server. */
bool sw_notice_is_of_mail(const json_t *signal);
bool sw_notice_is_of_cnc(const json_t *signal);

#endif
