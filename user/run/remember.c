// SPDX-License-Identifier: GPL-2.0
#include "run/remember.h"

#include "base/error.h"

struct sw_store *sw_remember(const struct sw_instance *instance, int flags, const char *lost)
{
	struct sw_error error = {};
	struct sw_store *store;

	if (sw_store_open(instance->state_dir, flags, &store, &error))
		sw_warn("%s; %s", error.text, lost);
	return store;
}

struct sw_store *sw_remember_no_more(struct sw_store *store, const struct sw_error *error,
				     const char *lost)
{
	sw_warn("%s; %s", error->text, lost);
	sw_store_rollback(store);
	sw_store_close(store);
	return NULL;
}
