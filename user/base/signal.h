/* SPDX-License-Identifier: GPL-2.0 */
/* What is said against an address: a reason to open a case. */
#ifndef SPAMWEIR_BASE_SIGNAL_H
#define SPAMWEIR_BASE_SIGNAL_H

#include <stdbool.h>

#include "base/prefix.h"
#include "base/severity.h"

struct sw_signal {
	struct sw_prefix address; /* whose doing it is; of IPv6 a prefix */
	char kind[24];		  /* a word; signals of one kind and address are one */
	enum sw_severity severity;
	char sentence[256]; /* that a help desk can read out; safe to print */
	__s64 first_ms;	    /* Unix milliseconds */
	__s64 last_ms;
	__u64 count;		   /* since `first_ms`, by the one who counts */
	bool whole;		   /* it is said of all that was counted, and not of each time */
	char peer[SW_PREFIX_TEXT]; /* whom it dealt with; "": nobody in particular */
	char feed[SW_NAME_LEN];	   /* that says so; "": none */
};

/* Takes one. A return value other than 0 stops the caller, which returns it. */
typedef int (*sw_signal_visit)(void *ctx, const struct sw_signal *signal);

#endif
