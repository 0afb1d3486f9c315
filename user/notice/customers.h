/* SPDX-License-Identifier: GPL-2.0 */
/* Where customers get mail. */
#ifndef SPAMWEIR_NOTICE_CUSTOMERS_H
#define SPAMWEIR_NOTICE_CUSTOMERS_H

#include "base/error.h"
#include "base/mailbox.h"

struct sw_customer {
	char address[SW_MAILBOX_MAX + 1];
	char language[3]; /* "": the file says none */
};

/* Looks an account up in a file of lines "account,address[,language]"; "#" begins a
 * comment. 1, 0: it is not there; -errno: the file cannot be read, or its line of this
 * account is wrong. */
int sw_customer_find(const char *path, const char *account, struct sw_customer *out,
		     struct sw_error *error);

#endif
