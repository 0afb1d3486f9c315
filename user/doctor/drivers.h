/* SPDX-License-Identifier: GPL-2.0 */
/* Which drivers have which trouble with XDP programs: a table, by what is on. */
#ifndef SPAMWEIR_DOCTOR_DRIVERS_H
#define SPAMWEIR_DOCTOR_DRIVERS_H

#include "doctor/findings.h"
#include "doctor/patient.h"

/* When a trouble is there. */
enum sw_trouble_when {
	SW_WHEN_ALWAYS,
	SW_WHEN_MTU_ABOVE, /* .limit */
	SW_WHEN_LRO,
	SW_WHEN_GRO_HW_FIXED,	    /* on, and not to be switched off */
	SW_WHEN_VFS,		    /* SR-IOV */
	SW_WHEN_CPUS_ABOVE,	    /* .limit */
	SW_WHEN_CHANNELS_OVER_HALF, /* of the most that there can be */
	SW_WHEN_CHANNELS_APART,	    /* for receiving and sending, not combined */
	SW_WHEN_NO_CHANNEL_A_CPU,   /* is left beside those that receive */
};

struct sw_trouble {
	const char *driver;	/* as `ethtool -i` has it */
	unsigned since, before; /* SW_LINUX(); 0: any */
	enum sw_trouble_when when;
	unsigned limit;
	enum sw_found_severity severity;
	const char *text; /* with what is wrong; %u is the limit */
	const char *mend; /* %1$s is the NIC, %2$u a number that helps */
	const char *source;
};

extern const struct sw_trouble sw_troubles[];
extern const size_t sw_trouble_count;

/* The first from *at on that this NIC has; *at is put behind it. NULL: no more. */
const struct sw_trouble *sw_trouble_next(const struct sw_nic_facts *nic, size_t *at);

/* The number for .mend: of channels, or the limit. */
unsigned sw_trouble_number(const struct sw_trouble *trouble, const struct sw_nic_facts *nic);

#endif
