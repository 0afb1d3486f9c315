/* SPDX-License-Identifier: GPL-2.0 */
/* Finding suspects, and mail servers that nobody has allowed, in what conduct and the
 * ledger know of subscribers. */
#ifndef SPAMWEIR_DETECT_SUSPECTS_H
#define SPAMWEIR_DETECT_SUSPECTS_H

#include "config/schema.h"
#include "detect/suspect.h"
#include "kernel/state.h"

typedef int (*sw_suspect_visit)(void *ctx, const struct sw_suspect *suspect);

/* What suspects are found in, and by what. The policy is all of a generation's. */
struct sw_suspects {
	const struct sw_state *state;
	const struct sw_policy *policy;
	const struct sw_suspects_config *config;
	/* Set by what is below: of nobody's connections any answer was seen, so that it
	 * cannot be told who has none, and the rule `failures` was not judged by. */
	bool unanswered;
};

/* Calls `visit` for each, in no order; not 0 stops and is returned. Those that an allow
 * feed lists are none. -errno. */
int sw_suspects_each(struct sw_suspects *suspects, sw_suspect_visit visit, void *ctx);

/* The same for probable mail servers: who sends and answers on an SMTP port, or is
 * answered nearly always. Neither suspects nor listed or slowed, nor allowed yet. */
int sw_mail_servers_each(struct sw_suspects *suspects, sw_suspect_visit visit, void *ctx);

#endif
