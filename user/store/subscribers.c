// SPDX-License-Identifier: GPL-2.0
#include "store/subscribers.h"

#include <stdio.h>
#include <string.h>

#include "store/db.h"
#include "store/holders_key.h"

#define LENGTHS 129

/* The lengths that anybody has, the longest first. */
static int read_lengths(struct sw_store *store, unsigned bytes, __u8 *length, int *lengths,
			struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err;

	*lengths = 0;
	err = sw_db_keep(store,
			 "SELECT length FROM holding_length WHERE bytes = ? ORDER BY length DESC",
			 &statement, error);
	if (!err) {
		sqlite3_bind_int(statement, 1, bytes);
		err = sw_db_step(store, statement, error);
	}
	for (; err == SW_DB_ROW && *lengths < LENGTHS; err = sw_db_step(store, statement, error))
		length[(*lengths)++] = sqlite3_column_int(statement, 0);
	sw_db_done(statement);
	return err < 0 ? err : 0;
}

static const char find_holders[] =
	"SELECT account, source, port_first, port_last, since, until FROM holding "
	"WHERE address = ?1 AND length = ?2 AND (?3 < 0 OR (port_first <= ?3 AND port_last >= ?3)) "
	"AND since <= ?4 AND (until IS NULL OR until > ?4) ORDER BY since DESC";

static void read_row(sqlite3_stmt *statement, struct sw_subscriber *out)
{
	sw_db_text(statement, 0, out->account, sizeof(out->account));
	sw_db_text(statement, 1, out->source, sizeof(out->source));
	out->port_first = sqlite3_column_int(statement, 2);
	out->port_last = sqlite3_column_int(statement, 3);
	out->since_ms = sqlite3_column_int64(statement, 4);
	out->until_ms = sw_db_end(statement, 5);
}

/* 1 and the newest, if there is one. */
static int find_exact(struct sw_store *store, sqlite3_stmt *statement,
		      const struct sw_prefix *prefix, struct sw_subscriber *out,
		      struct sw_error *error)
{
	struct sw_subscriber other;
	int err, found;

	sw_holding_bind(statement, prefix);
	err = sw_db_step(store, statement, error);
	found = err == SW_DB_ROW;
	if (found) {
		*out = (struct sw_subscriber){ .prefix = *prefix };
		read_row(statement, out);
		err = sw_db_step(store, statement, error);
	}
	while (err == SW_DB_ROW && !out->shared) {
		read_row(statement, &other);
		out->shared =
			strcmp(other.account, out->account) &&
			(other.port_first > out->port_last || other.port_last < out->port_first);
		err = sw_db_step(store, statement, error);
	}
	sqlite3_reset(statement);
	return err < 0 ? err : found;
}

static int find_holder(struct sw_store *store, const struct sw_prefix *address, int port,
		       __s64 time_ms, struct sw_subscriber *out, struct sw_error *error)
{
	unsigned bytes = sw_family_bits(address->family) / 8;
	sqlite3_stmt *statement = NULL;
	__u8 length[LENGTHS];
	int i, lengths, found = 0, err;

	err = read_lengths(store, bytes, length, &lengths, error);
	if (!err)
		err = sw_db_keep(store, find_holders, &statement, error);
	if (err)
		return err;
	sqlite3_bind_int(statement, 3, port);
	sqlite3_bind_int64(statement, 4, time_ms);
	for (i = 0; i < lengths && !found; i++) {
		struct sw_prefix prefix = *address;

		if (length[i] > address->length)
			continue;
		prefix.length = length[i];
		sw_prefix_clear_host_bits(&prefix);
		found = find_exact(store, statement, &prefix, out, error);
	}
	sw_db_done(statement);
	return found;
}

static const char find_within[] =
	"SELECT account, source, port_first, port_last, since, until FROM holding "
	"WHERE address BETWEEN ?1 AND ?2 AND length(address) = 16 "
	"AND since <= ?3 AND (until IS NULL OR until > ?3) LIMIT 64";

/* Whoever has an address within an IPv6 prefix has the prefix, if nobody else is there. */
static int find_within_prefix(struct sw_store *store, const struct sw_prefix *prefix, __s64 time_ms,
			      struct sw_subscriber *out, struct sw_error *error)
{
	struct sw_prefix last = { sw_prefix_last(prefix), prefix->family, 128 };
	sqlite3_stmt *statement = NULL;
	struct sw_subscriber other;
	int err, found = 0;

	err = sw_db_keep(store, find_within, &statement, error);
	if (err)
		return err;
	sw_holding_bind_at(statement, 2, &last);
	sw_holding_bind_at(statement, 1, prefix);
	sqlite3_bind_int64(statement, 3, time_ms);
	for (err = sw_db_step(store, statement, error); err == SW_DB_ROW;
	     err = sw_db_step(store, statement, error)) {
		other = (struct sw_subscriber){ .prefix = *prefix };
		read_row(statement, &other);
		if (!found++)
			*out = other;
		out->shared |= strcmp(out->account, other.account) != 0;
	}
	sw_db_done(statement);
	return err < 0 ? err : found > 0;
}

int sw_subscriber_at(struct sw_store *store, const struct sw_prefix *address, int port,
		     __s64 time_ms, struct sw_subscriber *out, struct sw_error *error)
{
	struct sw_subscriber behind;
	struct sw_prefix inside;
	int found = find_holder(store, address, port, time_ms, out, error), err;

	if (!found && address->family == SW_IPV6 && address->length < 128)
		found = find_within_prefix(store, address, time_ms, out, error);
	if (found <= 0 || sw_address_parse(out->account, strlen(out->account), &inside))
		return found;
	err = find_holder(store, &inside, SW_ANY_PORT, time_ms, &behind, error);
	if (err > 0)
		memcpy(out->account, behind.account, sizeof(out->account));
	return err < 0 ? err : found;
}

static const char find_of_account[] =
	"SELECT address, length FROM holding WHERE account = ?1 AND since <= ?2 "
	"AND (until IS NULL OR until > ?2) AND length(address) = ?3 AND port_first = 0 "
	"AND port_last = 65535 ORDER BY length = ?4 DESC, since DESC LIMIT 1";

static void read_prefix(sqlite3_stmt *statement, __u8 family, struct sw_prefix *out)
{
	const unsigned char *bytes = sqlite3_column_blob(statement, 0);
	int i, size = sqlite3_column_bytes(statement, 0);

	*out = (struct sw_prefix){ .family = family, .length = sqlite3_column_int(statement, 1) };
	for (i = 0; i < size; i++)
		out->address = out->address << 8 | bytes[i];
}

int sw_subscriber_has(struct sw_store *store, const char *account, const struct sw_prefix *had,
		      __s64 now_ms, struct sw_prefix *out, struct sw_error *error)
{
	sqlite3_stmt *statement = NULL;
	int err = sw_db_prepare(store, find_of_account, &statement, error);

	if (!err) {
		sqlite3_bind_text(statement, 1, account, -1, SQLITE_STATIC);
		sqlite3_bind_int64(statement, 2, now_ms);
		sqlite3_bind_int(statement, 3, sw_family_bits(had->family) / 8);
		sqlite3_bind_int(statement, 4, had->length);
		err = sw_db_step(store, statement, error);
	}
	if (err == SW_DB_ROW)
		read_prefix(statement, had->family, out);
	sqlite3_finalize(statement);
	return err;
}
