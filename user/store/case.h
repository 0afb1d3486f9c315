/* SPDX-License-Identifier: GPL-2.0 */
/* What there is against a subscriber: see cases.h. */
#ifndef SPAMWEIR_STORE_CASE_H
#define SPAMWEIR_STORE_CASE_H

#include "base/held.h"
#include "base/severity.h"

enum sw_case_state {
	SW_CASE_OPEN,
	SW_CASE_QUIET,
	SW_CASE_CLOSED,
	SW_CASE_STATES,
};

const char *sw_case_state_name(enum sw_case_state state);

struct sw_case {
	__s64 id;
	char account[SW_ACCOUNT_MAX]; /* "": not known */
	char address[SW_PREFIX_TEXT]; /* of the last signal */
	enum sw_case_state state;
	enum sw_severity severity; /* of the gravest signal since it was opened */
	__s64 opened_ms;	   /* or opened again */
	__s64 first_ms, last_ms;   /* signals */
	__s64 closed_ms;	   /* 0: it is not */
	char why[256];		   /* it was closed */
	__u64 count;		   /* of all signals */
	char sentence[256];	   /* of the signal that it was opened for, or a graver one */
};

#endif
