/* SPDX-License-Identifier: GPL-2.0 */
/* How a prefix stands in the table of holdings: its bytes, of which an IPv4 one has 4,
 * and its length. */
#ifndef SPAMWEIR_STORE_HOLDERS_KEY_H
#define SPAMWEIR_STORE_HOLDERS_KEY_H

#include "store/db.h"

#define SW_HOLDING_KEY "address = ?1 AND length = ?2 AND port_first = ?3 AND port_last = ?4"

/* Its bytes. */
void sw_holding_bind_at(sqlite3_stmt *statement, int place, const struct sw_prefix *prefix);

/* Bytes and length, in the first two places. */
void sw_holding_bind(sqlite3_stmt *statement, const struct sw_prefix *prefix);

#endif
