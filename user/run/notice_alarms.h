/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with spamweir itself, that somebody is to be told of. */
#ifndef SPAMWEIR_RUN_NOTICE_ALARMS_H
#define SPAMWEIR_RUN_NOTICE_ALARMS_H

#include "config/schema.h"
#include "run/instance.h"

struct sw_alarm {
	char name[48]; /* "max_listed", "feed NAME" */
	bool on;
	enum sw_notice_event event;
	enum sw_severity severity;
	char text[512]; /* a sentence; "" if it is not on */
};

struct sw_alarms {
	struct sw_alarm *alarm; /* the caller's to free */
	size_t count;
};

/* All that there may be, on or not; none if nothing is loaded. -errno. */
int sw_alarms_look(const struct sw_instance *instance, const struct sw_config *config,
		   struct sw_alarms *out, struct sw_error *error);

#endif
