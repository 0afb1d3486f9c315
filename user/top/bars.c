// SPDX-License-Identifier: GPL-2.0
#include "top/bars.h"

#include <string.h>

#define STEPS 8

char *sw_top_bars(const float *value, unsigned count, bool utf8, char *out, size_t room)
{
	static const char *const block[STEPS + 1] = { " ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	static const char *const ascii[STEPS + 1] = { " ", "_", ".", ":", "-", "=", "+", "*", "#" };
	const char *const *step = utf8 ? block : ascii;
	float most = 0;
	size_t used = 0, size;
	unsigned i;
	int height;

	for (i = 0; i < count; i++)
		most = value[i] > most ? value[i] : most;
	for (i = 0; i < count; i++) {
		height = most > 0 ? value[i] / most * STEPS : 0;
		if (!height && value[i] > 0)
			height = 1;
		size = strlen(step[height]);
		if (used + size >= room)
			break;
		memcpy(out + used, step[height], size);
		used += size;
	}
	out[used] = '\0';
	return out;
}
