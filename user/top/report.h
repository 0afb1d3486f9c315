/* SPDX-License-Identifier: GPL-2.0 */
/* The same for programs. */
#ifndef SPAMWEIR_TOP_REPORT_H
#define SPAMWEIR_TOP_REPORT_H

#include <jansson.h>

#include "top/hosts.h"
#include "top/sample.h"

/* An object, the caller's; NULL: no memory. `top` must have been read. */
json_t *sw_top_json(const struct sw_top *top, const struct sw_top_hosts *hosts);

#endif
