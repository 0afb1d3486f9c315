// SPDX-License-Identifier: GPL-2.0
#include "cli/announce_output.h"

#include <errno.h>
#include <stdio.h>

#include "base/json.h"
#include "run/announced.h"

static int read_announced(const struct sw_options *options, struct sw_announced *announced)
{
	struct sw_error error = {};
	int err = sw_announced_read(&options->instance, announced, &error);

	if (err && err != -ENOENT)
		sw_warn("%s; so what is announced is not shown", error.text);
	return err;
}

json_t *sw_announce_json(const struct sw_options *options)
{
	struct sw_announced announced;
	json_t *object;

	if (read_announced(options, &announced))
		return json_null();
	object = json_pack("{s:I s:i s:I s:I s:I s:I s:I}", "table", (json_int_t)announced.as.table,
			   "protocol", (int)announced.as.protocol, "routes",
			   (json_int_t)announced.routes, "max_routes",
			   (json_int_t)announced.as.most, "over", (json_int_t)announced.over,
			   "taken", (json_int_t)announced.taken, "left_out",
			   (json_int_t)announced.left_out);
	sw_json_set(&object, "problem",
		    announced.trouble[0] ? sw_json_text(announced.trouble) : json_null());
	return object;
}

void sw_print_announce(const struct sw_options *options)
{
	struct sw_announced announced;

	if (read_announced(options, &announced))
		return;
	printf("\nannounced: %llu routes in table %u", announced.routes, announced.as.table);
	if (announced.over)
		printf(", %llu MORE THAN max_routes", announced.over);
	if (announced.taken)
		printf(", %llu where others' ROUTES ARE IN THE WAY", announced.taken);
	if (announced.left_out)
		printf(", %llu left out", announced.left_out);
	putchar('\n');
	if (announced.trouble[0])
		printf("  NOT AS IT SHOULD BE: %s\n", announced.trouble);
}
