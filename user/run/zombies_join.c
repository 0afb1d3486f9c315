// SPDX-License-Identifier: GPL-2.0
#include "run/zombies_join.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "store/audit.h"

#define LIVE_MAP "live_map" /* the last one that was joined */

struct join {
	const struct sw_state *state;
	struct sw_store *store;
	struct sw_error *error;
	struct sw_joined *out;
	__u8 length;
	/* For the kernel: */
	struct sw_live_key *key;
	struct sw_live *entry;
	size_t entries, key_room, entry_room;
	/* For the disk: */
	struct sw_kept_zombie *kept;
	size_t kepts, kept_room;
};

struct sw_kept_zombie sw_zombie_to_kept(const struct sw_live_key *key, const struct sw_live *entry,
					const struct sw_moment *moment)
{
	struct sw_kept_zombie kept = {
		.prefix = sw_live_prefix(key, entry),
		.since_ms = sw_moment_to_wall(moment, entry->since_ns),
		.until_ms = sw_moment_end_to_wall(moment, entry->until_ns),
	};

	snprintf(kept.origin, sizeof(kept.origin), "%s", sw_origin_name(entry->origin));
	snprintf(kept.why, sizeof(kept.why), "%s", entry->why);
	return kept;
}

static struct sw_live to_live(const struct sw_kept_zombie *kept, const struct sw_moment *moment)
{
	struct sw_live entry = {
		.since_ns = sw_moment_to_boot(moment, kept->since_ms),
		.until_ns = sw_moment_end_to_boot(moment, kept->until_ms),
		.origin = sw_origin_parse(kept->origin),
		.length = kept->prefix.family == SW_IPV6 ? kept->prefix.length : 128,
	};

	memcpy(entry.why, kept->why, sizeof(entry.why) - 1);
	return entry;
}

/* Makes room for one more behind `count`. */
static int grow(void *array, size_t count, size_t *room, size_t size)
{
	return count < *room ? 0 : sw_grow(array, room, size, 64);
}

static int to_kernel(struct join *j, const struct sw_live_key *key, const struct sw_live *entry)
{
	if (grow(&j->key, j->entries, &j->key_room, sizeof(*j->key)) ||
	    grow(&j->entry, j->entries, &j->entry_room, sizeof(*j->entry)))
		return -ENOMEM;
	j->key[j->entries] = *key;
	j->entry[j->entries++] = *entry;
	return 0;
}

static int to_disk(struct join *j, const struct sw_live_key *key, const struct sw_live *entry)
{
	if (grow(&j->kept, j->kepts, &j->kept_room, sizeof(*j->kept)))
		return -ENOMEM;
	j->kept[j->kepts++] = sw_zombie_to_kept(key, entry, &j->out->moment);
	return 0;
}

static bool fits(const struct join *j, const struct sw_kept_zombie *kept)
{
	return kept->prefix.family == SW_IPV4 ? kept->prefix.length == 32
					      : kept->prefix.length == j->length;
}

static bool in_force(const struct join *j, const struct sw_live_key *key, struct sw_live *entry)
{
	return !sw_live_get(j->state, key, entry) && entry->until_ns > j->out->moment.boot_ns;
}

static int restore_one(void *ctx, const struct sw_kept_zombie *kept)
{
	struct join *j = ctx;
	struct sw_live there, entry = to_live(kept, &j->out->moment);
	struct sw_live_key key;

	if (kept->lifted)
		return 0;
	if (entry.until_ns <= j->out->moment.boot_ns) {
		j->out->ended++;
		return 0;
	}
	if (!fits(j, kept)) {
		j->out->misfits++;
		return 0;
	}
	key = sw_live_key(&kept->prefix, j->length);
	if (in_force(j, &key, &there))
		return 0;
	j->out->restored++;
	return to_kernel(j, &key, &entry);
}

/* Who was killed had written it here, and perhaps there too. */
static int go_on_with_one(void *ctx, const struct sw_kept_zombie *kept)
{
	struct join *j = ctx;
	struct sw_live entry = to_live(kept, &j->out->moment);
	struct sw_live_key key = sw_live_key(&kept->prefix, j->length);
	int err;

	if (!fits(j, kept))
		return 0;
	if (!kept->lifted)
		return to_kernel(j, &key, &entry);
	err = sw_live_del(j->state, &key);
	return err == -ENOENT ? 0 : err;
}

/* The wall clock was in the past when it was restored, and is right now. */
static int retime_one(void *ctx, const struct sw_kept_zombie *kept)
{
	struct join *j = ctx;
	struct sw_live there, entry = to_live(kept, &j->out->moment);
	struct sw_live_key key = sw_live_key(&kept->prefix, j->length);

	if (kept->lifted || kept->since_ms >= j->out->moment.restored_ms || !fits(j, kept) ||
	    !in_force(j, &key, &there))
		return 0;
	return to_kernel(j, &key, &entry);
}

static int import_one(void *ctx, const struct sw_live_key *key, const struct sw_live *entry)
{
	struct join *j = ctx;
	struct sw_prefix prefix = sw_live_prefix(key, entry);
	struct sw_kept_zombie kept;
	int found;

	if (entry->until_ns <= j->out->moment.boot_ns)
		return 0;
	found = sw_zombies_find(j->store, &prefix, &kept, j->error);
	if (found < 0)
		return found;
	/* Who was slowed may have been listed since, by the datapath alone. */
	if (found && kept.until_ms > j->out->moment.wall_ms &&
	    sw_origin_parse(kept.origin) == entry->origin)
		return 0;
	j->out->imported++;
	return to_disk(j, key, entry);
}

/* What the datapath did by itself, for whoever asks later. */
static int tell_detected(struct join *j, const struct sw_kept_zombie *kept)
{
	struct sw_audit row = { .at_ms = kept->since_ms, .person.login_uid = SW_NO_UID };
	__u8 origin = sw_origin_parse(kept->origin);
	char prefix[SW_PREFIX_TEXT];

	if (origin == SW_ORIGIN_OPERATOR)
		return 0;
	snprintf(row.person.name, sizeof(row.person.name), "datapath");
	snprintf(row.verb, sizeof(row.verb), "suspect");
	snprintf(row.arguments, sizeof(row.arguments), "%s %s, %s",
		 origin == SW_ORIGIN_SLOWED ? "slowed" : "listed",
		 sw_prefix_format(&kept->prefix, prefix), kept->why);
	return sw_audit_write(j->store, &row, j->error);
}

static int join_all(struct join *j, const char *identity)
{
	int err;

	err = sw_zombies_each(j->store, false, restore_one, j, j->error);
	if (!err)
		err = sw_live_each(j->state, import_one, j);
	return err ? err : sw_store_put_text(j->store, LIVE_MAP, identity, j->error);
}

static int write_both(struct join *j)
{
	__s64 op;
	size_t i;
	int err;

	err = sw_zombies_next_op(j->store, &op, j->error);
	if (!err && j->kepts)
		err = sw_zombies_put(j->store, j->kept, j->kepts, op, j->error);
	for (i = 0; i < j->kepts && !err; i++)
		err = tell_detected(j, &j->kept[i]);
	if (!err && j->entries)
		err = sw_live_add(j->state, j->key, j->entry, j->entries);
	if (err)
		return err;
	/* Before the first change nothing is there to be settled. */
	return sw_zombies_settle(j->store, op, j->error);
}

static int join_in_transaction(struct join *j, bool all)
{
	char identity[96], boot[96], known[96];
	int err;

	err = sw_live_identity(j->state, identity, sizeof(identity));
	if (err)
		return err;
	snprintf(boot, sizeof(boot), "%.*s", (int)strcspn(identity, " "), identity);
	err = sw_moment_settle(j->store, boot, &j->out->moment, j->error);
	if (!err)
		err = sw_store_get_text(j->store, LIVE_MAP, known, sizeof(known), j->error);
	if (!err && j->out->moment.restored_ms)
		err = sw_zombies_each(j->store, false, retime_one, j, j->error);
	if (!err)
		err = sw_zombies_each(j->store, true, go_on_with_one, j, j->error);
	if (!err && (all || strcmp(identity, known)))
		err = join_all(j, identity);
	return err ? err : write_both(j);
}

int sw_zombies_join(const struct sw_state *state, struct sw_store *store, __u8 length, bool all,
		    struct sw_joined *out, struct sw_error *error)
{
	struct sw_error why = {};
	struct join j = {
		.state = state,
		.store = store,
		.error = &why,
		.out = out,
		.length = length,
	};
	int err;

	*out = (struct sw_joined){};
	err = sw_store_begin(store, &why);
	if (!err)
		err = join_in_transaction(&j, all);
	if (!err)
		err = sw_store_commit(store, &why);
	if (err)
		sw_store_rollback(store);
	free(j.key);
	free(j.entry);
	free(j.kept);
	if (err && !why.text[0])
		sw_fail(&why, err, "cannot bring live zombies together: %s", strerror(-err));
	if (err)
		sw_fail(error, err, "%s", why.text);
	return err;
}
