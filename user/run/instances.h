/* SPDX-License-Identifier: GPL-2.0 */
/* Instances of the BPF object, one a NIC of the config. */
#ifndef SPAMWEIR_RUN_INSTANCES_H
#define SPAMWEIR_RUN_INSTANCES_H

#include "run/applying.h"

/* Loads a program for every NIC that is due, in place of those in
 * a->datapath. */
int sw_instances_load(struct applying *a);

void sw_instances_close(struct applying *a);

/* The one of the config's NIC `i`, open and not loaded: *out is the caller's. */
int sw_instance_open(struct applying *a, size_t i, struct spamweir_bpf **out,
		     struct sw_error *error);

#endif
