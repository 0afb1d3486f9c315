// SPDX-License-Identifier: GPL-2.0
#include "worker/unpack.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/span.h"
#include "worker/unpack_codecs.h"

#define ROOM (64 << 10)
#define MAGIC_MAX 4

struct sw_unpack {
	sw_unpacked out;
	void *ctx;
	const struct sw_codecs *codecs;
	const struct sw_codec *codec; /* NULL: bytes are what they are */
	bool looking;		      /* at what it begins with */
	unsigned char first[MAGIC_MAX];
	size_t firsts;
	bool ended;
	char room[ROOM];
};

struct sw_unpack *sw_unpack_new(sw_unpacked out, void *ctx)
{
	struct sw_unpack *unpack = calloc(1, sizeof(*unpack));

	if (!unpack)
		return NULL;
	unpack->out = out;
	unpack->ctx = ctx;
	unpack->codecs = sw_codecs_load();
	return unpack;
}

const char *sw_unpack_accepts(const struct sw_unpack *unpack)
{
	return unpack->codecs->accepts;
}

static int begin(struct sw_unpack *unpack, const struct sw_codec *codec)
{
	unpack->codec = codec;
	return codec ? codec->begin() : 0;
}

/* What servers say that mean none, too. */
static bool is_none(struct sw_span encoding)
{
	static const char *const none[] = { "", "identity", "none", "utf-8", "utf8", "binary" };
	size_t i;

	for (i = 0; i < SW_COUNT(none); i++) {
		if (sw_span_is_anycase(encoding, none[i]))
			return true;
	}
	return false;
}

/* Of a list of encodings the one that is one; empty: there is none. Returns how many are. */
static size_t find_encoding(const char *list, struct sw_span *found)
{
	static const char between[] = ", \t";
	size_t count = 0;

	*found = (struct sw_span){ list, 0 };
	while (*list) {
		struct sw_span one = { list, strcspn(list, between) };

		list += one.size;
		list += strspn(list, between);
		if (is_none(one))
			continue;
		*found = one;
		count++;
	}
	return count;
}

int sw_unpack_begin(struct sw_unpack *unpack, const char *encoding)
{
	struct sw_span one;
	size_t count = find_encoding(encoding, &one), i;

	unpack->codec = NULL;
	unpack->firsts = 0;
	unpack->ended = false;
	unpack->looking = !count;
	if (unpack->looking)
		return 0;
	if (one.size > 2 && !strncasecmp(one.at, "x-", 2)) { /* as gzip was called once */
		one.at += 2;
		one.size -= 2;
	}
	for (i = 0; i < unpack->codecs->count && count == 1; i++) {
		if (sw_span_is_anycase(one, unpack->codecs->codec[i]->name))
			return begin(unpack, unpack->codecs->codec[i]);
	}
	return -EPROTONOSUPPORT;
}

static int unpack_bytes(struct sw_unpack *unpack, const void *bytes, size_t size)
{
	struct sw_codec_step step = { .in = bytes, .left = size };
	size_t left;
	int err = 0;

	if (!size)
		return 0;
	if (!unpack->codec)
		return unpack->out(unpack->ctx, bytes, size);
	do {
		left = step.left;
		step.out = unpack->room;
		step.room = ROOM;
		err = unpack->codec->step(&step);
		if (!err && step.room < ROOM)
			err = unpack->out(unpack->ctx, unpack->room, ROOM - step.room);
		else if (!err && left && step.left == left)
			err = -EBADMSG;
	} while (!err && (step.left || (!step.room && !step.ended)));
	unpack->ended = step.ended;
	return err;
}

static const struct sw_codec *recognise(const struct sw_unpack *unpack)
{
	const struct sw_codec *codec;
	size_t i;

	for (i = 0; i < unpack->codecs->count; i++) {
		codec = unpack->codecs->codec[i];
		if (codec->magic_size && unpack->firsts >= codec->magic_size &&
		    !memcmp(unpack->first, codec->magic, codec->magic_size))
			return codec;
	}
	return NULL;
}

/* All that it begins with is there, or will ever be. */
static int stop_looking(struct sw_unpack *unpack)
{
	int err = begin(unpack, recognise(unpack));

	unpack->looking = false;
	return err ? err : unpack_bytes(unpack, unpack->first, unpack->firsts);
}

int sw_unpack_take(struct sw_unpack *unpack, const void *bytes, size_t size)
{
	const char *at = bytes;
	int err = 0;

	while (unpack->looking && size && unpack->firsts < MAGIC_MAX) {
		unpack->first[unpack->firsts++] = *at++;
		size--;
	}
	if (unpack->looking && unpack->firsts == MAGIC_MAX)
		err = stop_looking(unpack);
	return err ? err : unpack_bytes(unpack, at, size);
}

int sw_unpack_end(struct sw_unpack *unpack)
{
	int err = unpack->looking ? stop_looking(unpack) : 0;

	return err ? err : unpack->codec && !unpack->ended ? -ENODATA : 0;
}
