/* SPDX-License-Identifier: GPL-2.0 */
/* A list that is not published: what it is, what it would change, and whom it would
 * hit. Nothing is changed. */
#ifndef SPAMWEIR_CLI_PREVIEW_H
#define SPAMWEIR_CLI_PREVIEW_H

#include "cli/hits.h"
#include "cli/options.h"
#include "policy/trial.h"

#define SW_PREVIEW_UNASKED 16

struct sw_preview {
	const struct sw_config *config; /* NULL: cannot be read */
	struct sw_feed_config feed;	/* as which it is taken: what it points to is others' */
	bool is_new;			/* it is no feed of the config */
	const char *file;		/* its list is in this file; NULL: where the feed says */
	struct sw_feed_copy copy, before;
	struct sw_feed_report report;
	struct sw_error unfit;	 /* why the list is none; "": it is one */
	struct sw_error refused; /* why the gate would hold it back; "": it would not */
	struct sw_trial trial;
	struct sw_hits hits;
	char *unasked[SW_PREVIEW_UNASKED]; /* lines: what is not known, and why */
	size_t unasks;
};

/* Fills in *preview, of which the first four are set, and which sw_preview_free releases
 * in any case. `known`: the feed is one of the config, and has a good copy.
 * 0 also if the list is unfit or refused; -ENOMEM. */
int sw_preview_make(const struct sw_options *options, bool known, struct sw_preview *preview);
void sw_preview_free(struct sw_preview *preview);

/* Notes a line of what is not known. */
void sw_preview_unasked(void *preview, const char *text);

/* Whether the list would be published as it is. */
static inline bool sw_preview_is_fit(const struct sw_preview *preview)
{
	return !preview->unfit.text[0] && !preview->refused.text[0];
}

#endif
