/* SPDX-License-Identifier: GPL-2.0 */
/* One `load` or `reload` under way: what apply.c and nics.c share. */
#ifndef SPAMWEIR_RUN_APPLYING_H
#define SPAMWEIR_RUN_APPLYING_H

#include "kernel/attached.h"
#include "kernel/datapath.h"
#include "kernel/generation.h"
#include "kernel/links.h"
#include "kernel/maps_ahead.h"
#include "kernel/state.h"
#include "policy/change.h"
#include "policy/lineage.h"
#include "policy/plan.h"
#include "run/instance.h"
#include "run/lists.h"
#include "run/zombies_join.h"
#include "store/store.h"

/* What an entry of `interfaces` stands for. */
struct sw_nic {
	struct sw_interface_config config; /* the entry, by the name below */
	char name[SW_NAME_LEN];		/* by which status and metrics know it: the config's, or the
				   kernel's if the NIC was renamed */
	unsigned ifindex;		/* 0: it is not in this network namespace */
	struct sw_link device;		/* what it is, if it is */
	char *pin;			/* where its link is, or will be */
	const struct sw_attached *link; /* ours that is at work on it; or NULL */
	bool elsewhere;			/* ours, at work in another network namespace */
	bool renamed;			/* it is no longer called as the config has it */
	size_t twice;			/* the place, from 1, of the NIC by which its frames are
				   judged already, so that it must not be attached; 0: none */
	bool tried;			/* to attach it */
	bool keep;			/* all is well with it, and nothing is to be done */
	struct sw_error trouble;	/* why it cannot be attached; "": it can, or is */
};

/* Whether a program is to be put on it, or on it anew. */
static inline bool sw_nic_is_due(const struct sw_nic *nic)
{
	return !nic->keep && (nic->elsewhere || !nic->trouble.text[0]);
}

struct applying {
	const struct sw_instance *instance;
	struct sw_reading reading; /* how its feeds are read */
	struct sw_hosts hosts;
	struct sw_plan plan;
	__u64 hold; /* a generation that is to be held from now on; 0: none */
	__u64 base; /* the generation on disk that it is made of; 0: the configuration */
	struct sw_lists_taken lists; /* the operator's, that are in it */
	struct sw_state *state;	     /* open for writing: the lock is ours */
	struct sw_store *store;	     /* kept open, so that others open it at once; or NULL */
	struct sw_error *error;
	struct sw_layout layout;
	struct sw_maps_ahead ahead; /* of a first load */
	struct sw_joined recalled;  /* live zombies, by a load */
	struct sw_generation next;  /* of a load, filled before it is in force; or none */
	/* A change (run/changes.h) has these: */
	bool changing;		    /* the plan's rules are those where something has changed */
	struct sw_lineage lineage;  /* of the running generation; then, of the one published */
	struct sw_change change;    /* since that */
	struct sw_generation spare; /* that it is to be written into; or none */
	struct sw_gate_change gate; /* that it makes, while it is put in force */
	__u64 follows;		    /* the number of the running generation */
	__u64 config_text;	    /* a digest; 0: it is not known for certain */
	__u64 stamp;		    /* of what is published */
	bool measured;		    /* it is known that all that is planned fits into it */
	bool grown;		    /* it is not the one of what is pinned */
	bool anew;		    /* of the configuration, whatever was held until now */
	bool reloading;		    /* NICs are shared, or not, as they were */
	bool mending;		    /* NICs that are as they should be are left alone */
	bool fresh;		    /* nothing was loaded before */
	bool interrupted;	    /* by a load before this one, which this one is to mend */
	bool moved;		    /* a program of ours was put on a NIC */
	int outgrown;		    /* the policy map that was pinned, if `grown`; -1 */
	bool partial;		    /* what is to be in force lacks a part, which was named */
	bool crowded;		 /* an entry found no place near its home: the tables must grow */
	__u8 slot[SW_MAX_FEEDS]; /* by a feed's rank */
	struct sw_attached_list attached;		   /* our links, as they were found */
	struct sw_interface_slot known[SW_MAX_INTERFACES]; /* by slot */
	/* By place in the config: */
	struct sw_nic nic[SW_MAX_INTERFACES];
	bool shared[SW_MAX_INTERFACES];			  /* to be attached so */
	struct spamweir_bpf *datapath[SW_MAX_INTERFACES]; /* if shared, open and not loaded */
};

#endif
