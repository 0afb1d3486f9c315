/* SPDX-License-Identifier: GPL-2.0 */
/* From where the entries of a feed's file are taken: the file, or if that is unfit
 * its good copy. */
#ifndef SPAMWEIR_POLICY_SOURCE_H
#define SPAMWEIR_POLICY_SOURCE_H

#include "feed/copy.h"
#include "policy/begun.h"
#include "policy/guard.h"

/* As sw_feed_copy_read, which it takes the place of. */
typedef int (*sw_copy_reader)(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
			      struct sw_feed_report *report, struct sw_error *error);

struct sw_opened;

/* How a config's feeds are read. All zero: strictly from their files. */
struct sw_reading {
	sw_copy_reader read; /* what parses their files; NULL: this process itself */
	/* Begins to parse a feed's file, beside others; NULL: one is parsed after the other. */
	struct sw_begun *(*begin)(const struct sw_feed_config *feed);
	const char *state_dir;	      /* good copies are below it; NULL: there are none */
	bool publish;		      /* an unfit feed's good copy takes its place, and what was
				* read well becomes the good copy; else all must be fit */
	bool ungated;		      /* however much it lists, and has changed */
	bool told;		      /* what cannot be read was warned of before */
	const char *accept;	      /* name of the feed that a person has looked at; NULL: none */
	const struct sw_hosts *hosts; /* which no foreign list may list; NULL: none known */
	struct sw_opened *opened;     /* by the feed's place in the config, taken over; NULL */
};

enum sw_feed_from {
	SW_FROM_FILE,
	SW_FROM_COPY,
	SW_FROM_NOWHERE, /* it is left out: what stands in the config is all it has */
};

/* What became of a feed's file. */
struct sw_source {
	enum sw_feed_from from;
	struct sw_error unfit;	/* why the file cannot be used; empty: it can */
	__u64 modified_s;	/* of the file that the entries are of; 0: none */
	__u64 read_s;		/* when they were read from it, or known to be in it still */
	__u64 checked_s;	/* when the file was looked at */
	bool fresh;		/* it was read well just now, and sw_source_keep is to keep it */
	char *temporary;	/* the good copy, once it is committed; NULL: nothing to keep */
	struct sw_error unkept; /* why no good copy can be kept; empty: it can */
};

/* *copy is the caller's on success. A damaged good copy is warned of and not
 * used. -ENOMEM; else the feed is unfit, and source->unfit says why. */
int sw_source_open(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_source *source, struct sw_feed_copy *copy);

/* Reads the list anew, and judges nothing. As sw_feed_copy_read. */
int sw_source_read(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_feed_copy *copy, struct sw_error *error);

/* A feed's file, opened ahead of the others. All zero: it is not. */
struct sw_opened {
	bool taken;		  /* by sw_source_take: nobody needs it any more */
	bool looked;		  /* at `good` */
	bool current;		  /* which is of the file as it is */
	struct sw_feed_copy good; /* the good copy, not verified, as long as it is not chosen */
	struct sw_begun *begun;	  /* the file, while it is parsed; NULL: it is not */
	bool done;
	bool verified; /* all of the copy, not its header alone */
	int err;
	struct sw_source source;
	struct sw_feed_copy copy;
	struct sw_feed_copy former; /* the good copy, if `copy` is to take its place */
};

/* Looks for a good copy, and whether that is current. */
void sw_source_look(const struct sw_reading *reading, const struct sw_feed_config *feed,
		    struct sw_opened *out);

/* As sw_source_take. A good copy with the digest `known` is current without being verified. */
void sw_source_open_ahead(const struct sw_reading *reading, const struct sw_feed_config *feed,
			  const __u8 *known, struct sw_opened *out);

/* Writes what is fresh to where it becomes the good copy, once it is committed. Its header
 * has digests then. */
void sw_source_keep(const struct sw_reading *reading, const struct sw_feed_config *feed,
		    const struct sw_feed_copy *copy, struct sw_source *source);

/* Takes what was opened ahead over, or opens. As sw_source_open, but for what is fresh: the
 * caller has that kept. */
int sw_source_take(const struct sw_reading *reading, const struct sw_feed_config *feed,
		   struct sw_opened *opened, struct sw_source *source, struct sw_feed_copy *copy);

void sw_opened_close(struct sw_opened *opened);

/* Whether the feed's file is fit by now. 0, or -errno with `error` set. */
int sw_source_try(const struct sw_reading *reading, const struct sw_feed_config *feed,
		  struct sw_error *error);

#endif
