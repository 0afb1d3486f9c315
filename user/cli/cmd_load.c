// SPDX-License-Identifier: GPL-2.0
#include "cli/publish.h"
#include "cli/verbs.h"
#include "run/apply.h"

int cmd_load(const struct sw_options *options)
{
	return sw_publish_verb(options, SW_APPLY_LOAD);
}
