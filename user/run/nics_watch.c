// SPDX-License-Identifier: GPL-2.0
#include "run/nics_watch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "base/clock.h"
#include "kernel/links.h"
#include "kernel/open.h"
#include "run/nics_find.h"
#include "run/nics_mend.h"
#include "run/nics_ours.h"
#include "run/nics_shared.h"
#include "run/nics_stacked.h"

#define LOOK_INTERVAL_MS 2000
#define NEWS_INTERVAL_MS 100 /* sessions that come and go are news, too, and not of interest */
#define PAUSE_MIN_MS 1000
#define PAUSE_MAX_MS 60000

/* When to try again what failed. */
struct backoff {
	__u64 at_ms, pause_ms;
};

/* What was known of a NIC when it was looked at last. */
struct seen {
	char name[SW_NAME_LEN]; /* the config's */
	unsigned ifindex;	/* that it had when all was well */
	bool intact;
	unsigned refused; /* ifindex of the one that could not be attached; 0: none */
	struct backoff again;
	struct sw_error said;	/* "": nothing */
	struct sw_error others; /* the same, of other slaves of its bond */
};

struct sw_nics_watch {
	const struct sw_instance *instance;
	struct sw_links_watch *links; /* NULL: no netlink */
	struct seen nic[SW_MAX_INTERFACES];
	struct sw_error said; /* of all of them */
	bool begun;	      /* what was so at the start was said by the load */
	__u64 looked_ms, look_ms;
	struct backoff again; /* for all of them */
};

int sw_nics_watch_open(const struct sw_instance *instance, struct sw_nics_watch **out)
{
	struct sw_nics_watch *watch = mmap(NULL, sizeof(*watch), PROT_READ | PROT_WRITE,
					   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int err;

	if (watch == MAP_FAILED)
		return -errno;
	watch->instance = instance;
	err = sw_links_watch_open(&watch->links);
	if (err)
		sw_warn("changes of NICs are seen late: netlink: %s", strerror(-err));
	*out = watch;
	return 0;
}

void sw_nics_watch_close(struct sw_nics_watch *watch)
{
	if (!watch)
		return;
	sw_links_watch_close(watch->links);
	munmap(watch, sizeof(*watch));
}

int sw_nics_watch_fd(const struct sw_nics_watch *watch)
{
	return watch->links ? sw_links_watch_fd(watch->links) : -1;
}

void sw_nics_watch_read(struct sw_nics_watch *watch)
{
	bool changed = false;
	int err = sw_links_watch_read(watch->links, &changed);

	if (err) {
		sw_warn("changes of NICs are seen late from now on: netlink: %s", strerror(-err));
		sw_links_watch_close(watch->links);
		watch->links = NULL;
	}
	if (changed && watch->look_ms > watch->looked_ms + NEWS_INTERVAL_MS)
		watch->look_ms = watch->looked_ms + NEWS_INTERVAL_MS;
}

__u64 sw_nics_watch_wait_ms(const struct sw_nics_watch *watch)
{
	__u64 now = sw_monotonic_ms();

	return watch->look_ms > now ? watch->look_ms - now : 0;
}

/* What is remembered holds by name: the config may have been exchanged meanwhile. */
static struct seen *seen_of(struct sw_nics_watch *watch, const struct applying *a, size_t i)
{
	const char *name = a->plan.config->interface[i].name;
	struct seen *seen = &watch->nic[i];

	if (strcmp(seen->name, name)) {
		*seen = (struct seen){};
		snprintf(seen->name, sizeof(seen->name), "%s", name);
	}
	return seen;
}

static void note_intact(struct seen *seen, const struct sw_nic *nic)
{
	seen->intact = true;
	seen->ifindex = nic->ifindex;
	seen->said.text[0] = '\0';
	seen->refused = 0;
	seen->again = (struct backoff){};
}

static void note_trouble(const struct sw_nics_watch *watch, struct seen *seen,
			 const struct sw_nic *nic)
{
	seen->intact = false;
	if (!strcmp(seen->said.text, nic->trouble.text))
		return;
	seen->said = nic->trouble;
	if (watch->begun)
		sw_warn("%s; waiting for that to change", nic->trouble.text);
}

static void note_attached(struct seen *seen, const struct sw_nic *nic)
{
	if (!seen->ifindex)
		sw_note("%s: attached", nic->name);
	else if (seen->ifindex == nic->ifindex)
		sw_note("%s: had lost its program; attached again", nic->name);
	else
		sw_note("%s: is back, as another NIC; attached again", nic->name);
	note_intact(seen, nic);
}

/* Something that is no NIC's fault: said once. */
static void note_failure(struct sw_nics_watch *watch, const struct sw_error *error)
{
	if (strcmp(watch->said.text, error->text))
		sw_warn("cannot see to the NICs: %s", error->text);
	watch->said = *error;
}

static void try_again_later(struct backoff *again)
{
	again->pause_ms = again->pause_ms ? 2 * again->pause_ms : PAUSE_MIN_MS;
	if (again->pause_ms > PAUSE_MAX_MS)
		again->pause_ms = PAUSE_MAX_MS;
	again->at_ms = sw_monotonic_ms() + again->pause_ms;
}

/* A NIC that only had its names put right was intact, and is: nothing to say. */
static void note_mended(struct sw_nics_watch *watch, struct applying *a)
{
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		const struct sw_nic *nic = &a->nic[i];
		struct seen *seen = seen_of(watch, a, i);

		if (nic->trouble.text[0])
			note_trouble(watch, seen, nic);
		else if (nic->keep)
			note_intact(seen, nic);
		else
			note_attached(seen, nic);
		if (nic->trouble.text[0] && nic->tried) {
			seen->refused = nic->ifindex;
			try_again_later(&seen->again);
		}
	}
}

/* Whoever holds the lock may be about to do the same. */
void sw_nics_watch_mend(struct sw_nics_watch *watch, struct sw_config *config)
{
	struct sw_error error = {};
	struct applying a;
	int err;

	err = sw_nics_mend_begin(&a, watch->instance, config, SW_TRY_WRITE, &error);
	if (err) {
		watch->again.at_ms = sw_monotonic_ms() + PAUSE_MIN_MS;
		if (err != -EAGAIN && err != -ENOENT)
			note_failure(watch, &error);
		return;
	}
	err = sw_nics_mend(&a);
	if (err) {
		note_failure(watch, &error);
		try_again_later(&watch->again);
	} else {
		watch->said.text[0] = '\0';
		watch->again = (struct backoff){};
		note_mended(watch, &a);
	}
	sw_nics_mend_end(&a);
}

/* A slave that its bond got later, and nobody has named. */
static void note_others(const struct sw_nics_watch *watch, struct seen *seen,
			const struct applying *a, size_t i)
{
	struct sw_error others = {};

	if (sw_nics_others(a, i, &others) && strcmp(seen->others.text, others.text) && watch->begun)
		sw_warn("%s", others.text);
	seen->others = others;
}

/* Whether there is one that could be helped. */
static bool look_at_each(struct sw_nics_watch *watch, struct applying *a)
{
	bool due = false;
	size_t i;

	for (i = 0; i < a->plan.config->interfaces; i++) {
		struct sw_nic *nic = &a->nic[i];
		struct seen *seen = seen_of(watch, a, i);

		if (sw_nics_intact(a, i)) {
			note_intact(seen, nic);
			note_others(watch, seen, a, i);
			continue;
		}
		if (!nic->trouble.text[0])
			sw_nics_check_one(a, i);
		if (nic->trouble.text[0])
			note_trouble(watch, seen, nic);
		else
			due |= seen->refused != nic->ifindex ||
			       sw_monotonic_ms() >= seen->again.at_ms;
	}
	watch->begun = true;
	return due || sw_nics_any_twice(a);
}

bool sw_nics_watch_look(struct sw_nics_watch *watch, struct sw_config *config)
{
	struct sw_error error = {};
	struct applying a;
	bool due;
	int err;

	watch->looked_ms = sw_monotonic_ms();
	watch->look_ms = watch->looked_ms + LOOK_INTERVAL_MS;
	err = sw_nics_mend_begin(&a, watch->instance, config, SW_READ, &error);
	if (err) {
		if (err != -EAGAIN && err != -ENOENT)
			note_failure(watch, &error);
		return false;
	}
	due = look_at_each(watch, &a);
	sw_nics_mend_end(&a);
	return due && sw_monotonic_ms() >= watch->again.at_ms;
}
