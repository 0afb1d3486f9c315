/* SPDX-License-Identifier: GPL-2.0 */
/* Whose an address was: what lists of subscribers say, and what is kept of it. */
#ifndef SPAMWEIR_BASE_HELD_H
#define SPAMWEIR_BASE_HELD_H

#include "base/prefix.h"

#define SW_ACCOUNT_MAX 128
#define SW_SESSION_MAX 64
#define SW_NAS_MAX 64
#define SW_PORTS_LAST 65535

/* One line of such a list. Times are Unix milliseconds. */
struct sw_held {
	struct sw_prefix prefix; /* host bits cleared */
	__u16 port_first;
	__u16 port_last;	      /* 0 to SW_PORTS_LAST: all of them */
	bool ends;		      /* it is given back, at `at_ms` */
	bool all;		      /* and so is all that `nas` gave; there is no prefix */
	__s64 since_ms;		      /* what the line claims; at most at_ms */
	__s64 at_ms;		      /* when it was so */
	__s64 until_ms;		      /* SW_FOREVER_MS: until somebody says so */
	char account[SW_ACCOUNT_MAX]; /* "" with `ends`: whoever has it */
	char session[SW_SESSION_MAX]; /* "": the list has none */
	char nas[SW_NAS_MAX];	      /* the access server that gave it; "": the list has none */
};

/* Takes one. A return value other than 0 stops the caller, which returns it. */
typedef int (*sw_held_emit)(void *ctx, const struct sw_held *held);

#endif
