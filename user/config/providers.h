/* SPDX-License-Identifier: GPL-2.0 */
/* What those who publish lists ask of those who fetch them. */
#ifndef SPAMWEIR_CONFIG_PROVIDERS_H
#define SPAMWEIR_CONFIG_PROVIDERS_H

#include <linux/types.h>

struct sw_provider {
	const char *host; /* and all below it */
	const char *path; /* how paths begin; "" for all */
	const char *name;
	__u64 interval_s;  /* between two pulls, at least */
	const char *terms; /* credit and licence, to be shown */
};

/* The provider of what a URL names. NULL: none that is known. */
const struct sw_provider *sw_provider_of(const char *url);

#endif
