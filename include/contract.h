/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the datapath and the user side agree on. All of it is pinned or crosses
 * the kernel boundary: sizes are fixed, padding is explicit and zero, and a
 * change that is not an addition at an end raises SW_ABI_VERSION. Each pinned
 * map has a header of its own; maps/list.h names them all.
 *
 * Addresses are in host byte order unless a field says otherwise.
 *
 * From version 2 to 3, what a step must carry over or may drop:
 *	abi		same layout; `version` is 3
 *	policy		new layout of settings and tables: published anew
 *	limiter		same; the tags' meaning too
 *	live		same
 *	gate		grew in front: struct sw_gate_hot and the bits near C&C
 *			addresses, written by the publish; `live` is the former
 *			`word`, of the same size and hash
 *	counters	2,048 bytes became 8,192; cell[m][family][reason] of
 *			[2][4][16] became cell[m][reason][family] of [2][64][4];
 *			reasons keep their ids
 *	feed_counters	same
 *	events		records begin with struct sw_record; what waits in the ring
 *			is lost
 *	event_budget	same
 *	feeds		grew at its end
 *	interfaces	same
 */
#ifndef SPAMWEIR_CONTRACT_H
#define SPAMWEIR_CONTRACT_H

#include "maps/abi.h"
#include "maps/again.h"
#include "maps/attempts.h"
#include "maps/busy.h"
#include "maps/capture.h"
#include "maps/conduct.h"
#include "maps/counters.h"
#include "maps/detected.h"
#include "maps/event_budget.h"
#include "maps/events.h"
#include "maps/feed_counters.h"
#include "maps/feeds.h"
#include "maps/gate.h"
#include "maps/health.h"
#include "maps/interfaces.h"
#include "maps/ledger.h"
#include "maps/limiter.h"
#include "maps/list.h"
#include "maps/live.h"
#include "maps/policy.h"
#include "maps/tally.h"
#include "maps/tunnelled.h"
#include "reasons.h"
#include "words.h"

#endif
