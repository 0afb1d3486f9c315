/* SPDX-License-Identifier: GPL-2.0 */
/* Whose SMTP connections the conduct table knows, to be found by address, whatever lists
 * or allows them. */
#ifndef SPAMWEIR_DETECT_SENDERS_H
#define SPAMWEIR_DETECT_SENDERS_H

#include "detect/suspect.h"
#include "kernel/state.h"

struct sw_senders {
	/* By subject. Of each, what is counted and since when; no rule is judged. */
	struct sw_suspect *sender;
	size_t count;
	size_t room;
};

/* All of a side. -errno. Freed by sw_senders_free, also after an error. */
int sw_senders_read(const struct sw_state *state, const struct sw_settings *settings,
		    enum sw_side side, struct sw_senders *out);
void sw_senders_free(struct sw_senders *senders);

/* NULL: nothing is known of it. */
const struct sw_suspect *sw_senders_find(const struct sw_senders *senders,
					 const struct sw_prefix *subject);

#endif
