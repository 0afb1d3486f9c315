/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong now, in words, and what to type next: the first that `status` shows. */
#ifndef SPAMWEIR_CLI_TROUBLES_H
#define SPAMWEIR_CLI_TROUBLES_H

#include "cli/status.h"

struct sw_trouble {
	bool grave;	/* packets are not judged, or not as they should be */
	bool examined;	/* one of the checks of `doctor` says it, too */
	char text[512]; /* a line, safe to print */
	char next[256]; /* a command; "": none */
};

#define SW_TROUBLES 32

struct sw_troubles {
	size_t count;
	size_t more; /* for which there was no room */
	struct sw_trouble trouble[SW_TROUBLES];
};

/* Fills in *out, the grave ones first. */
void sw_troubles_find(const struct sw_status *status, struct sw_troubles *out);

/* NULL: no memory. */
json_t *sw_troubles_json(const struct sw_troubles *troubles);

#endif
