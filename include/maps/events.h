/* SPDX-License-Identifier: GPL-2.0 */
/* The ring in which programs tell of single packets, and of whom they list. */
#ifndef SPAMWEIR_MAPS_EVENTS_H
#define SPAMWEIR_MAPS_EVENTS_H

#include "maps/live.h"
#include "words.h"

/* Every record begins so: a reader passes over a type that it does not know,
 * and over what a longer record of a known type has at its end. */
struct sw_record {
	__u16 type; /* enum sw_record_type */
	__u16 size; /* of the whole record, in bytes */
};

enum sw_record_type {
	SW_RECORD_NONE,
	SW_RECORD_VERDICT, /* struct sw_event */
	SW_RECORD_LISTED,  /* struct sw_event_listed */
};

/* A packet that was dropped, or would have been. */
struct sw_event {
	struct sw_record record;
	__u32 length;  /* of the frame */
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u8 interface;
	__u8 role;
	__u8 family;
	__u8 protocol;
	__u8 reason;
	__u8 verdict;
	__u8 feed;
	__u8 fragment;
	__u16 sport; /* 0: none was read */
	__u16 dport;
	__u16 vlan; /* reserved for the VID of the outer tag; 0 */
	__u8 class; /* reserved for the class of the rate; 0 */
	__u8 pad;
	__u8 src[16]; /* network byte order, IPv4 in the first four bytes */
	__u8 dst[16];
};

/* Somebody whom a program listed as a live zombie, or slowed: that entry. */
struct sw_event_listed {
	struct sw_record record;
	__u32 pad;
	struct sw_live_key key;
	struct sw_live entry;
};

#define SW_EVENT_RING_BYTES (1 << 20)

_Static_assert(sizeof(struct sw_record) == 4, "layout is pinned");
_Static_assert(sizeof(struct sw_event) == 64, "layout is pinned");
_Static_assert(sizeof(struct sw_event_listed) == 88, "layout is pinned");

#endif
