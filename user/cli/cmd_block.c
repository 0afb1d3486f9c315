// SPDX-License-Identifier: GPL-2.0
#include "cli/lists.h"
#include "cli/verbs.h"

int cmd_block_add(const struct sw_options *options)
{
	return sw_lists_verb(options, SW_LIST_BLOCK, true);
}

int cmd_block_del(const struct sw_options *options)
{
	return sw_lists_verb(options, SW_LIST_BLOCK, false);
}

int cmd_block_list(const struct sw_options *options)
{
	return sw_lists_print(options, SW_LIST_BLOCK);
}
