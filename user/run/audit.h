/* SPDX-License-Identifier: GPL-2.0 */
/* A change by a person, on record, where nothing else of it is written. */
#ifndef SPAMWEIR_RUN_AUDIT_H
#define SPAMWEIR_RUN_AUDIT_H

#include "run/instance.h"

/* If there is a store; a warning if it cannot be written. */
void sw_audit(const struct sw_instance *instance, const char *verb);

#endif
