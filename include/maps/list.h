/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The maps that are pinned: X(name, object). `name` is the pin's and that of
 * the header beside this one which has the layout; `object` is what the map is
 * called in the BPF object.
 *
 * A map that is missing in a state is made by the next load: a new map is no
 * new SW_ABI_VERSION. Nothing is kept by the ids that follow from the order.
 */
#ifndef SPAMWEIR_MAPS_LIST_H
#define SPAMWEIR_MAPS_LIST_H

#define SW_PINNED_MAPS(X)                                                                          \
	X(abi, "abi")                                                                              \
	X(policy, "policy")                                                                        \
	X(limiter, "limiter")                                                                      \
	X(live, "live")                                                                            \
	X(gate, ".bss")                                                                            \
	X(counters, "counters")                                                                    \
	X(feed_counters, "feed_counters")                                                          \
	X(events, "events")                                                                        \
	X(event_budget, "event_budget")                                                            \
	X(feeds, "feeds")                                                                          \
	X(interfaces, "interfaces")                                                                \
	X(health, "health")                                                                        \
	X(ledger, "ledger")                                                                        \
	X(again, "again")                                                                          \
	X(attempts, "attempts")                                                                    \
	X(conduct, "conduct")                                                                      \
	X(tunnelled, "tunnelled")                                                                  \
	X(tally, "tally")                                                                          \
	X(busy, "busy")                                                                            \
	X(detected, "detected")                                                                    \
	X(capture, "capture")                                                                      \
	X(captured, "captured")

enum sw_map {
#define SW_MAP_ID(name, object) SW_MAP_##name,
	SW_PINNED_MAPS(SW_MAP_ID)
#undef SW_MAP_ID
	SW_MAPS,
};

#endif
