/* SPDX-License-Identifier: GPL-2.0 */
/* Which frames `capture` was asked for. */
#ifndef SPAMWEIR_CLI_CAPTURE_WISH_H
#define SPAMWEIR_CLI_CAPTURE_WISH_H

#include "base/error.h"
#include "cli/options.h"
#include "kernel/registry.h"

struct sw_capture_wish {
	struct sw_capture_filter filter; /* what the programs look at */
	__u64 count;			 /* 0: without end */
	__u64 seconds;			 /* 0: without end */
	char about[512];		 /* the options, to be kept with the frames */
};

#define SW_SNAPLEN_MOST 65535
#define SW_SNAPLEN_LEAST 14

/* Reads what can be known without the kernel. -EINVAL: `error` names the option. */
int sw_capture_wish_read(const struct sw_options *options, struct sw_capture_wish *out,
			 struct sw_error *error);

/* Finds feed and NIC among those that the kernel knows. -ENOENT. */
int sw_capture_wish_find(const struct sw_options *options, const struct sw_registry *registry,
			 struct sw_capture_wish *wish, struct sw_error *error);

#endif
