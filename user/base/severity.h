/* SPDX-License-Identifier: GPL-2.0 */
/* How grave it is, what is said against somebody. */
#ifndef SPAMWEIR_BASE_SEVERITY_H
#define SPAMWEIR_BASE_SEVERITY_H

enum sw_severity {
	SW_SEVERITY_LOW,
	SW_SEVERITY_MEDIUM,
	SW_SEVERITY_HIGH,
};

/* "low", "medium", "high". */
const char *sw_severity_name(enum sw_severity severity);

#endif
