// SPDX-License-Identifier: GPL-2.0
#include "worker/whole.h"

#include <endian.h>
#include <string.h>

#define ENCODING "Content-Encoding:"

static bool names_gzip(const char *line, size_t size)
{
	size_t at = strlen(ENCODING);

	if (size < at || strncasecmp(line, ENCODING, at))
		return false;
	while (at < size && line[at] == ' ')
		at++;
	return size - at >= 4 && !strncasecmp(line + at, "gzip", 4);
}

void sw_whole_header(struct sw_whole *whole, const char *line, size_t size)
{
	if (size >= 5 && !memcmp(line, "HTTP/", 5))
		*whole = (struct sw_whole){ 0 }; /* a redirect or a proxy said what was before */
	whole->gzip |= names_gzip(line, size);
	whole->headers = (size == 2 && !memcmp(line, "\r\n", 2)) || (size == 1 && *line == '\n');
}

void sw_whole_data(struct sw_whole *whole, const void *bytes, size_t size)
{
	size_t room = SW_WHOLE_TAIL, stay = whole->tail_size;

	if (size >= room) {
		memcpy(whole->tail, (const char *)bytes + size - room, room);
		whole->tail_size = room;
		return;
	}
	if (stay > room - size) {
		memmove(whole->tail, whole->tail + stay - (room - size), room - size);
		stay = room - size;
	}
	memcpy(whole->tail + stay, bytes, size);
	whole->tail_size = stay + size;
}

const char *sw_whole_lack(const struct sw_whole *whole, __u64 size)
{
	__u32 last = htole32(size);

	if (!whole->headers)
		return "the answer ends within its headers";
	if (whole->gzip && !memmem(whole->tail, whole->tail_size, &last, sizeof(last)))
		return "the compressed answer is cut short";
	return NULL;
}
