/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists that tell which subscriber has which address, in the formats of those that write
 * them. What is parsed was written by others, who took parts of it from their clients.
 */
#ifndef SPAMWEIR_SUBSCRIBER_FORMAT_H
#define SPAMWEIR_SUBSCRIBER_FORMAT_H

#include "base/error.h"
#include "base/held.h"
#include "base/span.h"
#include "config/schema.h"

struct sw_subscriber_text {
	struct sw_span head; /* the file's first line, whose names tell columns apart */
	struct sw_span text; /* the file, or what it has grown by, from the start of a line on */
	bool grown;	     /* it is the latter */
	__s64 modified_ms;   /* of the file: when what bears no time of its own was so */
	const char *account; /* column or attribute that names the account; NULL: the usual one */
};

struct sw_subscriber_report {
	__u64 records;	   /* that were emitted */
	__u64 bad;	   /* lines or records that are none */
	__u64 nameless;	   /* that name no account */
	__u64 used;	   /* bytes of `text` that were read: what is not whole yet is left */
	__u32 bad_line;	   /* the first of them, counted from 1 where `text` begins */
	char bad_text[64]; /* safe to print */
	char expected[96];
};

struct sw_subscriber_format {
	bool journal; /* it is appended to, and what was read need not be read again */
	bool all;     /* what is not in it is not so any more */
	/* 0, what `emit` returned, or -EINVAL with an error that names no file. */
	int (*parse)(const struct sw_subscriber_text *text, sw_held_emit emit, void *ctx,
		     struct sw_subscriber_report *report, struct sw_error *error);
};

/* Not NULL. */
const struct sw_subscriber_format *sw_subscriber_format(enum sw_subscribers_format format);

/* The formats, each of them in a file of its own. */
extern const struct sw_subscriber_format sw_subscriber_kea;
extern const struct sw_subscriber_format sw_subscriber_detail;
extern const struct sw_subscriber_format sw_subscriber_radacct;
extern const struct sw_subscriber_format sw_subscriber_fixed;
extern const struct sw_subscriber_format sw_subscriber_ports;

#endif
