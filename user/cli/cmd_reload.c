// SPDX-License-Identifier: GPL-2.0
#include "cli/publish.h"
#include "cli/verbs.h"

int cmd_reload(const struct sw_options *options)
{
	return sw_publish_verb(options, 0);
}
