// SPDX-License-Identifier: GPL-2.0
#include "policy/compiler.h"

#define WINDOW (1UL << 20) /* bytes */

int sw_part_open(const struct sw_compiler *compiler, struct sw_part part)
{
	const struct sw_parts *parts = compiler->parts;

	return parts && part.begin < part.end ? parts->open(parts->ctx, part) : 0;
}

void sw_part_close(const struct sw_compiler *compiler, struct sw_part part)
{
	const struct sw_parts *parts = compiler->parts;

	if (parts && parts->close && part.begin < part.end)
		parts->close(parts->ctx, part);
}

static bool stays_open(const struct sw_compiler *compiler)
{
	return compiler->parts && !compiler->parts->close;
}

int sw_reach(const struct sw_compiler *compiler, const void *at, size_t size)
{
	size_t begin = (const char *)at - (const char *)compiler->policy;

	if (!stays_open(compiler))
		return 0;
	return sw_part_open(compiler, (struct sw_part){ begin, begin + size });
}

int sw_window_move(struct sw_compiler *compiler, struct sw_part part, size_t end)
{
	struct sw_part *window = &compiler->window;
	int err;

	if (stays_open(compiler))
		return sw_part_open(compiler, part);
	if (part.begin < part.end && part.begin >= window->begin && part.end <= window->end)
		return 0;
	sw_part_close(compiler, *window);
	*window = (struct sw_part){ 0, 0 };
	if (part.begin == part.end)
		return 0;
	if (part.end - part.begin < WINDOW)
		part.end = part.begin + WINDOW < end ? part.begin + WINDOW : end;
	err = sw_part_open(compiler, part);
	if (!err)
		*window = part;
	return err;
}
