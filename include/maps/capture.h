/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which frames are captured, for a process that asks for them, and what they come with.
 *
 * Of CPU n they go to place n of the map `captured`, an array of perf events. The kernel
 * takes a process' rings out of it when that process ends. Programs look here only while
 * `capture` of the gate is set, and clear that once `until_ns` is over.
 */
#ifndef SPAMWEIR_MAPS_CAPTURE_H
#define SPAMWEIR_MAPS_CAPTURE_H

#include "reasons.h"
#include "words.h"

#define SW_CAPTURE_CPUS 1024

/* What passes as clean or as no IP goes its way untold. */
#define SW_REASONS_CAPTURED                                                                        \
	(((1ULL << SW_REASON_COUNT) - 1) & ~(1ULL << SW_CLEAN | 1ULL << SW_NOT_IP))

struct sw_capture_filter {
	__u64 reasons;	/* a bit for each enum sw_reason */
	__u32 verdicts; /* and for each enum sw_verdict */
	__u32 snaplen;	/* bytes of a frame that are kept */
	__u32 sample;	/* one in so many, at random; 1: all */
	__u8 has_interface;
	__u8 interface; /* slot: it must come in there */
	__u8 has_feed;
	__u8 feed;    /* slot: it must be that one that decides */
	__u32 family; /* of the address that it must be from or to; 0: any */
	__u32 pad;
	__u64 address[2]; /* upper half first, host byte order; IPv4 in the lower half */
	__u64 mask[2];
};

struct sw_capture_count {
	__u64 wanted;
	__u64 lost; /* of those: the ring was full */
};

struct sw_capture {
	__u64 owner;	/* the process that asks; 0: none does */
	__u64 until_ns; /* CLOCK_BOOTTIME: unless it asks again */
	struct sw_capture_filter filter;
	struct sw_capture_count count[SW_MAX_INTERFACES];
};

/* In front of the first bytes of a frame. */
struct sw_captured {
	__u64 time_ns; /* CLOCK_BOOTTIME */
	__u32 decision;
	__u32 length; /* of the frame */
	__u32 size;   /* of what is here of it */
	__u8 interface;
	__u8 pad[3];
};

_Static_assert(sizeof(struct sw_capture_filter) == 64, "layout is pinned");
_Static_assert(sizeof(struct sw_capture) == 16 + 64 + 16 * SW_MAX_INTERFACES, "layout is pinned");
_Static_assert(sizeof(struct sw_captured) == 24, "both sides read it");

#endif
