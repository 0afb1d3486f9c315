// SPDX-License-Identifier: GPL-2.0
/*
 * A list of ten million addresses is mostly time spent here. Up to four bytes are looked at
 * at once, because how many digits a number has is what no processor can foresee.
 */
#include "feed/bare.h"

#include <endian.h>

#define LONGEST 20	     /* bytes: "255.255.255.255/32\n", and one that is looked at beyond */
#define AT_ONCE (256U << 10) /* bytes, before other things have their turn */

/* How many digits the number has that begins here, one to three; 0: it is none up to 255, or
 * has leading zeros. Four bytes are there. */
static inline unsigned scan(const char *at, __u32 *value)
{
	static const __u32 least[] = { 0, 0, 10, 100 };
	unsigned digits;
	__u32 word, others;

	memcpy(&word, at, sizeof(word));
	word = le32toh(word) ^ 0x30303030; /* digits are 0 to 9 now */
	others = ((word + 0x76767676) | word) & 0x80808080;
	digits = others ? __builtin_ctz(others) / 8 : 0;
	if (!digits)
		return 0;
	word <<= 32 - 8 * digits;
	*value = (word >> 8 & 255) * 100 + (word >> 16 & 255) * 10 + (word >> 24);
	return *value <= 255 && *value >= least[digits] ? digits : 0;
}

/* Where the next line begins; NULL: this one is not bare. LONGEST bytes are there. */
static inline const char *scan_line(const char *at, __u32 *address, __u32 *length)
{
	unsigned digits;
	__u32 octet;
	int i;

	*address = 0;
	for (i = 0; i < 4; i++) {
		digits = scan(at, &octet);
		if (!digits)
			return NULL;
		*address = *address << 8 | octet;
		at += digits + 1;
		if (i < 3 && at[-1] != '.')
			return NULL;
	}
	*length = 32;
	if (at[-1] == '/') {
		digits = scan(at, length);
		if (!digits || *length > 32)
			return NULL;
		at += digits + 1;
	}
	return at[-1] == '\n' ? at : NULL;
}

static int emit(const struct sw_feed_reader *reader, __u32 address, __u32 length)
{
	const struct sw_feed_sink *sink = reader->sink;
	struct sw_feed_entry entry = {
		.prefix = { .address = address, .family = SW_IPV4, .length = length },
		.line = reader->line,
		.about = { "", 0 },
	};

	return sink->bare ? sink->bare(sink->ctx, address, length, reader->line)
			  : sink->emit(sink->ctx, &entry);
}

int sw_feed_take_bare(struct sw_feed_reader *reader, struct sw_lines *lines)
{
	const __u32 most = sw_feed_most_entries(reader->feed, SW_IPV4);
	const __u32 widest = reader->feed->max_width[SW_IPV4];
	const char *at = lines->rest.at, *text = at, *next;
	const char *end = at + lines->rest.size;
	struct sw_feed_report *report = reader->report;
	__u32 address, length, host, taken = reader->taken[SW_IPV4], first = taken;
	int err = 0;

	while (end - at >= LONGEST && at - text < AT_ONCE && taken < most && !err) {
		next = scan_line(at, &address, &length);
		if (!next || length < widest)
			break;
		at = next;
		host = length < 32 ? ~0U >> length : 0;
		taken++;
		reader->line++;
		err = emit(reader, address & ~host, length);
		report->host_bits += !err && address & host;
	}
	lines->rest.size -= at - lines->rest.at;
	lines->rest.at = at;
	reader->taken[SW_IPV4] = taken;
	report->entries += taken - first - !!err;
	report->content += taken - first;
	report->lines = reader->line;
	return err;
}
