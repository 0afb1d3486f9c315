/* SPDX-License-Identifier: GPL-2.0 */
/* What the command line said, for all verbs. */
#ifndef SPAMWEIR_CLI_OPTIONS_H
#define SPAMWEIR_CLI_OPTIONS_H

#include <stdbool.h>

#include "run/instance.h"

#define SW_DEFAULT_CONFIG "/etc/spamweir/spamweir.yaml"
#define SW_DEFAULT_PIN_DIR "/sys/fs/bpf/spamweir"
#define SW_DEFAULT_STATE_DIR "/var/lib/spamweir"

struct sw_options {
	struct sw_instance instance;
	bool json;
	const char *duration; /* --for */
	const char *why;
	const char *textfile;
	const char *role;
	int arguments; /* what follows the verb, options taken out */
	char **argument;
};

/* 0 done, 1 failed, 2 usage: what a verb returns is the exit code. */
enum {
	SW_EXIT_DONE,
	SW_EXIT_FAILED,
	SW_EXIT_USAGE,
};

/* X(verb, arguments, help): one cmd_<verb>.c each. Options that are not named
 * here, and are not for all verbs, are refused. */
#define SW_VERBS(X)                                                                                \
	X(load, "[--shared]", "compile, attach, publish; replaces atomically what is there")       \
	X(unload, "", "detach and unpin; enforcement ends")                                        \
	X(reload, "", "read config and feeds again, publish if all is well")                       \
	X(run, "[--shared]", "load, then stay: feeds, expiry, events, metrics")                    \
	X(check, "[--json]", "validate config and feeds, touch nothing")                           \
	X(status, "[--json]", "interfaces, generation, feeds, fill levels, totals")                \
	X(lookup, "ADDR [--json]", "why would this address be dropped or passed")                  \
	X(zombie, "add ADDR [--for 1h] [--why TEXT] | del ADDR | list [--json]", "live zombies")   \
	X(metrics, "[--json | --textfile PATH]", "Prometheus text")                                \
	X(replay, "FILE.pcap --role ROLE [--json]", "judge a capture with the real BPF program")   \
	X(events, "[--json]", "follow drops as they happen")

#define SW_VERB_PROTOTYPE(verb, arguments, help) int cmd_##verb(const struct sw_options *options);
SW_VERBS(SW_VERB_PROTOTYPE)
#undef SW_VERB_PROTOTYPE

#endif
