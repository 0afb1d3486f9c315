/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A build of spamweir as a benchmark needs it. product.c is the one file here
 * that knows the product's code. Revisions that are compared are compiled with
 * their own product.c, or if they have none with this tree's, against this
 * header (see base.sh): what is declared here must not change its meaning.
 */
#ifndef SPAMWEIR_BENCH_PRODUCT_H
#define SPAMWEIR_BENCH_PRODUCT_H

#include "draw.h"

struct bench_product;

/* Loaded for an access NIC, the lists in force, port 25 limited. It stays. */
struct bench_product *bench_product_load(const struct bench_lists *lists);

int bench_product_program(const struct bench_product *product); /* fd */

/* Of the same build, and on the same tables: */
enum bench_variant {
	BENCH_TRUNK,   /* of a NIC on which VLANs have roles */
	BENCH_TUNNELS, /* of one on which all tunnels are looked for, and opened */
	BENCH_UNNOTED, /* see unnoted.bpf.c */
	BENCH_VARIANTS,
};

/* fd. Revisions that have a product.c of their own, and do not know of these, have
 * neither this nor the brake. */
int bench_product_variant(const struct bench_product *product, enum bench_variant variant)
	__attribute__((weak));

/* Whether hosts that are listed as zombies take no bounces. */
void bench_product_brake(struct bench_product *product, bool brakes) __attribute__((weak));

/* Whether suspects are looked for at each SYN, by rules that nobody breaks. */
void bench_product_suspects(struct bench_product *product, bool suspects) __attribute__((weak));

/* `burst` new connections a source, then one in two seconds. */
void bench_product_limit(struct bench_product *product, __u32 burst);

#endif
