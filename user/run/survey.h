/* SPDX-License-Identifier: GPL-2.0 */
/* This machine as a router: which NIC faces whom, whose addresses are behind it, and whom
 * it asks. What a first configuration can be made of. */
#ifndef SPAMWEIR_RUN_SURVEY_H
#define SPAMWEIR_RUN_SURVEY_H

#include "base/error.h"
#include "kernel/links.h"
#include "policy/guard.h"

#define SW_SURVEY_NICS 256
#define SW_SURVEY_PREFIXES 256

struct sw_survey_nic {
	struct sw_link link;
	bool up;
	bool upstream;	   /* packets for the Internet leave by it, or by what lies on it */
	bool access;	   /* something else is behind it, or behind what lies on it */
	__u16 vlan;	   /* of a VLAN device: its number; else 0 */
	const char *unfit; /* why it is not to be named: a sentence; NULL: it is */
};

struct sw_survey {
	struct sw_survey_nic nic[SW_SURVEY_NICS];
	size_t nics;
	struct sw_prefix own[SW_SURVEY_PREFIXES]; /* behind access NICs, none within another */
	size_t owns;
	bool more_own;	       /* there are others, for which there was no room */
	struct sw_hosts hosts; /* .host is free(3)d by sw_survey_free */
};

/* Only asks. -errno with `error` set. *out is released by sw_survey_free. */
int sw_survey_take(const char *resolv_conf, struct sw_survey *out, struct sw_error *error);
void sw_survey_free(struct sw_survey *survey);

#endif
