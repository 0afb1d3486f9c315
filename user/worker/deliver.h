/* SPDX-License-Identifier: GPL-2.0 */
/* Bytes to a web server or a mail relay, by a confined child that alone knows the secrets
 * which that takes. */
#ifndef SPAMWEIR_WORKER_DELIVER_H
#define SPAMWEIR_WORKER_DELIVER_H

#include <stdbool.h>

#include "config/schema.h"
#include "worker/child.h"

struct sw_delivery {
	const char *url; /* http, https: is POSTed; smtp, smtps: is mailed */
	const struct sw_fetch_config *how;
	const char *state_dir;
	const char *type;      /* of POST: Content-Type */
	const char *from, *to; /* of mail */
	const char *body;      /* of mail: the message, lines end in CRLF */
};

extern const struct sw_child_kind sw_kind_deliver;

/* Delivers it, in how->timeout_s and a little more at most. -EIO, -ETIMEDOUT, or why nothing
 * can be sent; *final: it will not go better another time. `error` shows no secret. */
int sw_deliver(const struct sw_delivery *delivery, bool *final, struct sw_error *error);

#endif
