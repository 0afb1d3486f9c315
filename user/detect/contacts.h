/* SPDX-License-Identifier: GPL-2.0 */
/* What the ledger says of subscribers, as far as it makes suspects, to be found by
 * address. */
#ifndef SPAMWEIR_DETECT_CONTACTS_H
#define SPAMWEIR_DETECT_CONTACTS_H

#include "kernel/ledger.h"

struct sw_contact {
	struct sw_prefix subject;
	__u64 contacts; /* packets to C&C addresses; what these send in is none, nor what answers it */
	__u64 limited;	       /* SYNs that were dropped here: nobody can have answered them */
	__u64 first_age_s;     /* of drops for any reason */
	__u64 last_age_s;      /* the same */
	struct sw_prefix peer; /* a C&C address; of family 0: not known */
	__u8 feed;	       /* that lists it */
	bool seen;	       /* the caller's */
};

struct sw_contacts {
	struct sw_contact *contact; /* by subject */
	size_t count;
	size_t room;
};

/* -errno. Freed by sw_contacts_free, also after an error. */
int sw_contacts_read(const struct sw_state *state, const struct sw_settings *settings,
		     struct sw_contacts *out);
void sw_contacts_free(struct sw_contacts *contacts);

/* NULL: nothing is known of it. */
struct sw_contact *sw_contacts_find(const struct sw_contacts *contacts,
				    const struct sw_prefix *subject);

#endif
