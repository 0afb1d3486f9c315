// SPDX-License-Identifier: GPL-2.0
#include "base/array.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "run/subscribers_read.h"
#include "worker/deliver.h"
#include "worker/execute.h"
#include "worker/parse.h"
#include "worker/serve.h"
#include "worker/transfer.h"

int cmd_worker(const struct sw_options *options)
{
	static const struct sw_child_kind *const kinds[] = {
		&sw_kind_parse,	      &sw_kind_transfer, &sw_kind_deliver,
		&sw_kind_subscribers, &sw_kind_execute,
	};
	struct sw_error error = {};
	int err = sw_serve(kinds, SW_COUNT(kinds), options->socket, &error);

	return sw_print_error(&error, err);
}
