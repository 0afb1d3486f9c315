/* SPDX-License-Identifier: GPL-2.0 */
/* New SMTP connections by NIC and CPU, apart from the SYNs that ask for them: of
 * sources that are neither allowed nor zombies. */
#ifndef SPAMWEIR_MAPS_ATTEMPTS_H
#define SPAMWEIR_MAPS_ATTEMPTS_H

#include "words.h"

/* What becomes of a SYN. */
enum sw_attempt {
	SW_ATTEMPT_PASSED,
	SW_ATTEMPT_LIMITED, /* over the limit */
	/* Sent again within two minutes, */
	SW_AGAIN_PASSED,   /* of one that has passed; takes no token */
	SW_AGAIN_REFUSED,  /* of one over the limit, and still over it */
	SW_AGAIN_ADMITTED, /* of one over the limit; there was a token now */
	SW_ATTEMPT_KINDS,
};

struct sw_attempts {
	__u64 syns[8]; /* enum sw_attempt */
};

_Static_assert(sizeof(struct sw_attempts) == 64, "layout is pinned");

#endif
