/* SPDX-License-Identifier: GPL-2.0 */
/* What was found, each with what mends it. */
#ifndef SPAMWEIR_DOCTOR_FINDINGS_H
#define SPAMWEIR_DOCTOR_FINDINGS_H

#include <stddef.h>

#include "base/error.h"

enum sw_found_severity {
	SW_FOUND_OK,
	SW_FOUND_NOTE,	  /* nothing is wrong, but could be better, or is good to know */
	SW_FOUND_WARNING, /* works in part, slowly, or not for long */
	SW_FOUND_FAILURE, /* does not work */
};

struct sw_finding {
	enum sw_found_severity severity;
	const char *check;   /* its name in the table of checks */
	char interface[128]; /* by any of its names; "": of the machine */
	char text[sizeof(((struct sw_error *)0)->text)]; /* a sentence without full stop */
	char mend[512]; /* what to type or to do; "" if nothing has to be */
};

/* Zeroes are none; to be freed by sw_findings_free. */
struct sw_findings {
	struct sw_finding *finding;
	size_t count, room;
	const char *check; /* whose findings come next, and of which NIC; set by who calls checks */
	const char *interface;
	int err; /* -ENOMEM: one is missing */
};

const char *sw_found_severity_name(enum sw_found_severity severity);

/* Adds one. `mend` may be NULL, and is printed as it is. */
void sw_find(struct sw_findings *findings, enum sw_found_severity severity, const char *mend,
	     const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Adds what an error says. What mends it is the last of what stands there in backquotes; or
 * `mend`, if it has nothing. */
void sw_find_error(struct sw_findings *findings, enum sw_found_severity severity, const char *mend,
		   const struct sw_error *error);

/* SW_FOUND_OK if there is none. */
enum sw_found_severity sw_findings_worst(const struct sw_findings *findings);

/* Sorts them, the worst first; of one severity they stay in their order. */
void sw_findings_sort(struct sw_findings *findings);
void sw_findings_free(struct sw_findings *findings);

#endif
