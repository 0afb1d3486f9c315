// SPDX-License-Identifier: GPL-2.0
#include "run/tenant.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TENANT "tenant"

/* The number of the file, which a copy of it has not, and where the pins are. */
#define TENANT_MAX (24 + PATH_MAX)

static int describe(const struct sw_instance *instance, const char *pins, char *out)
{
	char path[PATH_MAX];
	struct stat st;

	if (snprintf(path, sizeof(path), "%s/" SW_STORE_FILE, instance->state_dir) >= PATH_MAX)
		return -ENAMETOOLONG;
	if (stat(path, &st))
		return -errno;
	snprintf(out, TENANT_MAX, "%llu %s", (unsigned long long)st.st_ino, pins);
	return 0;
}

/* Any map would do; this one is made first. */
static bool is_loaded(const char *pins)
{
	char path[PATH_MAX];

	return snprintf(path, sizeof(path), "%s/abi", pins) < PATH_MAX && !access(path, F_OK);
}

static bool is_same(const char *one, const char *other)
{
	struct stat a, b;

	return !strcmp(one, other) ||
	       (!stat(one, &a) && !stat(other, &b) && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

int sw_tenant_check(const struct sw_instance *instance, struct sw_store *store,
		    struct sw_error *error)
{
	char tenant[TENANT_MAX], there[TENANT_MAX];
	const char *pins;

	if (!store || sw_store_get_text(store, TENANT, tenant, sizeof(tenant), NULL))
		return 0;
	pins = strchr(tenant, ' ');
	if (!pins || is_same(++pins, instance->pin_dir) || !is_loaded(pins))
		return 0;
	if (describe(instance, pins, there) || strcmp(there, tenant))
		return 0;
	return sw_fail(error, -EBUSY,
		       "%s has the lists and the history of what is loaded under %s: another "
		       "instance needs its own, `--state-dir`; or that one is unloaded first, "
		       "`spamweir unload --pin-dir %s`",
		       instance->state_dir, pins, pins);
}

void sw_tenant_move_in(const struct sw_instance *instance, struct sw_store *store)
{
	char tenant[TENANT_MAX], there[TENANT_MAX], pins[PATH_MAX];

	if (!store || !realpath(instance->pin_dir, pins) || describe(instance, pins, there))
		return;
	if (sw_store_get_text(store, TENANT, tenant, sizeof(tenant), NULL) || strcmp(tenant, there))
		sw_store_put_text(store, TENANT, there, NULL);
}
