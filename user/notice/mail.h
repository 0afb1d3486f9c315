/* SPDX-License-Identifier: GPL-2.0 */
/* A notice as a mail: text, with a report for programs beside it if that is wanted. */
#ifndef SPAMWEIR_NOTICE_MAIL_H
#define SPAMWEIR_NOTICE_MAIL_H

#include "base/error.h"
#include "notice/value.h"

struct sw_notice_mail {
	struct sw_notice_source source;
	const char *from, *to;
	const char *language;
	enum sw_notice_format format;
	bool customer; /* whom it is for; else the desk */
};

/* The message, lines ending in CRLF, the caller's. -EINVAL: a template is wrong; -ENODATA:
 * ARF (RFC 5965) without evidence of mail; -ENOMEM. */
int sw_notice_mail(const struct sw_notice_mail *mail, char **out, struct sw_error *error);

#endif
