// SPDX-License-Identifier: GPL-2.0
#include "cli/lists.h"
#include "cli/verbs.h"

int cmd_allow_add(const struct sw_options *options)
{
	return sw_lists_verb(options, SW_LIST_ALLOW, true);
}

int cmd_allow_del(const struct sw_options *options)
{
	return sw_lists_verb(options, SW_LIST_ALLOW, false);
}

int cmd_allow_list(const struct sw_options *options)
{
	return sw_lists_print(options, SW_LIST_ALLOW);
}
