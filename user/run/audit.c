// SPDX-License-Identifier: GPL-2.0
#include "run/audit.h"

#include "store/audit.h"

void sw_audit(const struct sw_instance *instance, const char *verb)
{
	struct sw_error error = {};
	struct sw_store *store;

	if (sw_store_open(instance->state_dir, 0, &store, NULL))
		return;
	if (sw_audit_add(store, verb, 0, &error))
		sw_warn("%s; this is not on record", error.text);
	sw_store_close(store);
}
