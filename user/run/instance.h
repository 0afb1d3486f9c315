/* SPDX-License-Identifier: GPL-2.0 */
/* One spamweir on this machine: where its configuration and its state are. */
#ifndef SPAMWEIR_RUN_INSTANCE_H
#define SPAMWEIR_RUN_INSTANCE_H

#include <linux/types.h>
#include <stdbool.h>

struct sw_held;

struct sw_instance {
	const char *config;    /* path of the file */
	const char *pin_dir;   /* in bpffs */
	const char *state_dir; /* on disk */
	const char *verb;      /* that this process does; "feed" of "feed update" */
	const char *cause;     /* of what nobody ordered, for the record; NULL: the command line */
	__u64 config_text;     /* for who has read it: sw_lineage_config(); 0: not known */
	bool shared;	       /* all NICs are shared with other XDP programs */
	struct sw_held *held;  /* routing tables, for who has followed them; NULL: nobody has */
};

#endif
