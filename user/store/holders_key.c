// SPDX-License-Identifier: GPL-2.0
#include "store/holders_key.h"

void sw_holding_bind_at(sqlite3_stmt *statement, int place, const struct sw_prefix *prefix)
{
	unsigned bytes = sw_family_bits(prefix->family) / 8, i;
	unsigned char text[16];

	for (i = 0; i < bytes; i++)
		text[i] = prefix->address >> (8 * (bytes - 1 - i));
	sqlite3_bind_blob(statement, place, text, bytes, SQLITE_TRANSIENT);
}

void sw_holding_bind(sqlite3_stmt *statement, const struct sw_prefix *prefix)
{
	sw_holding_bind_at(statement, 1, prefix);
	sqlite3_bind_int(statement, 2, prefix->length);
}
