// SPDX-License-Identifier: GPL-2.0
/*
 * A list of ten million addresses is mostly time spent here. Where numbers end is found for
 * a line at once, and each is read for itself then: what waits for nothing before it, a
 * processor does side by side.
 */
#include "feed/bare.h"

#include <endian.h>

#define LONGEST 24	     /* bytes: "255.255.255.255/32\n", and what is looked at beyond */
#define AT_ONCE (256U << 10) /* bytes, before other things have their turn */

#define OF_BYTES(byte) (0x0101010101010101ULL * (byte))

/* A bit for each of eight bytes, of the first one the lowest: it is no digit. Behind a byte
 * above 127, which no line has, it may be set of a digit, too. */
static inline __u32 find_others8(const char *at)
{
	__u64 word, others;

	memcpy(&word, at, sizeof(word));
	word = le64toh(word) ^ OF_BYTES(0x30ULL); /* digits are 0 to 9 now */
	others = ((word + OF_BYTES(0x76ULL)) | word) & OF_BYTES(0x80ULL);
	return (others >> 7) * 0x0102040810204080ULL >> 56; /* gathers the lowest of each byte */
}

/* What a number of so many digits may be, 16 of them as none: without leading zeros, and no
 * number is one of more than three. */
static const __s32 least[16] = { 0, 0, 10, 100 };
static const __s32 most[16] = { -1, 9, 99, 255, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1 };

/* The value of a number, of which four bytes are there. *wrong becomes negative if it may not
 * be that. */
static inline __u32 read_number(const char *at, __u32 digits, __s32 *wrong)
{
	__u32 word, value;

	memcpy(&word, at, sizeof(word));
	word = (le32toh(word) ^ 0x30303030) << (-8 * digits & 31);
	value = (word >> 8 & 255) * 100 + (word >> 16 & 255) * 10 + (word >> 24);
	*wrong |= (__s32)value - least[digits & 15];
	*wrong |= most[digits & 15] - (__s32)value;
	return value;
}

/* Where the next line begins; NULL: this one is not bare. LONGEST bytes are there. */
static inline const char *scan_line(const char *at, __u32 *address, __u32 *length)
{
	__u32 others = find_others8(at) | find_others8(at + 8) << 8, end, next = 0, odd = 0;
	__s32 wrong = 0;
	int i;

	others |= 0xf0000; /* if there are too few */
	*address = 0;
#pragma GCC unroll 4
	for (i = 0; i < 4; i++) {
		end = __builtin_ctz(others);
		others &= others - 1;
		*address = *address << 8 | read_number(at + next, end - next, &wrong);
		odd |= i < 3 ? at[end] ^ '.' : 0;
		next = end + 1;
	}
	if (odd || wrong < 0)
		return NULL;
	at += next;
	*length = 32;
	if (at[-1] == '/') {
		end = __builtin_ctz(find_others8(at) | 8);
		*length = read_number(at, end, &wrong);
		at += end + 1;
		if (wrong < 0 || *length > 32)
			return NULL;
	}
	return at[-1] == '\n' ? at : NULL;
}

static int emit(const struct sw_feed_reader *reader, __u32 address, __u32 length)
{
	const struct sw_feed_entry entry = {
		.prefix = { .address = address, .family = SW_IPV4, .length = length },
		.line = reader->line,
		.about = { "", 0 },
	};

	return reader->sink->emit(reader->sink->ctx, &entry);
}

int sw_feed_take_bare(struct sw_feed_reader *reader, struct sw_lines *lines)
{
	const __u32 room = sw_feed_most_entries(reader->feed, SW_IPV4);
	const __u32 widest = reader->feed->max_width[SW_IPV4];
	const char *at = lines->rest.at, *text = at, *next;
	const char *end = at + lines->rest.size;
	const struct sw_feed_sink *sink = reader->sink;
	struct sw_feed_report *report = reader->report;
	__u32 address, length, host, taken = reader->taken[SW_IPV4], first = taken;
	int err = 0;

	while (end - at >= LONGEST && at - text < AT_ONCE && taken < room && !err) {
		next = scan_line(at, &address, &length);
		if (!next || length < widest)
			break;
		at = next;
		host = length < 32 ? ~0U >> length : 0;
		taken++;
		reader->line++;
		err = sink->bare ? sink->bare(sink->ctx, address & ~host, length, reader->line)
				 : emit(reader, address & ~host, length);
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
