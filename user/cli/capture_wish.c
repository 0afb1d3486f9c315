// SPDX-License-Identifier: GPL-2.0
#include "cli/capture_wish.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"

/* Numbers have names, of which some are not to be asked for. */
typedef const char *(*name_fn)(int number);

static const char *reason_name(int reason)
{
	return SW_REASONS_CAPTURED >> reason & 1 ? sw_reason_name(reason) : NULL;
}

static const char *verdict_name(int verdict)
{
	return sw_verdict_name(verdict);
}

#define WORDS_MOST SW_MAX_REASONS

/* Moves names to the front, past gaps: how many there are. */
static size_t close_ranks(const char **names, size_t count)
{
	size_t i, used = 0;

	for (i = 0; i < count; i++) {
		if (names[i])
			names[used++] = names[i];
	}
	return used;
}
#define VERDICTS_CUT (((1 << SW_VERDICTS) - 1) & ~(1 << SW_PASS))

static int unknown_word(const char *option, const char *word, const char **names, size_t count,
			struct sw_error *error)
{
	const char *nearest;
	char list[512], quoted[64];

	count = close_ranks(names, count);
	nearest = sw_word_nearest(word, names, count);
	sw_quote(quoted, sizeof(quoted), word, strlen(word));
	if (nearest)
		return sw_fail(error, -EINVAL, "`--%s %s`: did you mean %s?", option, quoted,
			       nearest);
	return sw_fail(error, -EINVAL, "`--%s %s`: expected %s", option, quoted,
		       sw_words_join(list, sizeof(list), names, count));
}

/* "a,b": a bit for each; *out stays if nothing was said. */
static int read_words(const char *option, const char *text, name_fn name, int count, __u64 *out,
		      struct sw_error *error)
{
	const char *names[WORDS_MOST] = { NULL };
	char *copy = strdup(text ?: ""), *rest = copy, *word;
	int i, err = copy ? 0 : -ENOMEM;

	if (text)
		*out = 0;
	for (i = 0; i < count; i++)
		names[i] = name(i);
	while (text && !err && (word = strsep(&rest, ","))) {
		for (i = 0; i < count && !(names[i] && !strcmp(names[i], word)); i++)
			;
		if (i == count)
			err = unknown_word(option, word, names, count, error);
		else
			*out |= 1ULL << i;
	}
	free(copy);
	return err;
}

/* A whole number within bounds; `otherwise`, if nothing was said. */
static int read_number(const char *option, const char *text, __u64 least, __u64 most,
		       __u64 otherwise, __u64 *out, struct sw_error *error)
{
	char *end = NULL, quoted[64];

	*out = otherwise;
	if (!text)
		return 0;
	errno = 0;
	*out = strtoull(text, &end, 10);
	if (!errno && *text >= '0' && *text <= '9' && !*end && *out >= least && *out <= most)
		return 0;
	sw_quote(quoted, sizeof(quoted), text, strlen(text));
	return sw_fail(error, -EINVAL, "`--%s %s`: expected a number from %llu to %llu", option,
		       quoted, least, most);
}

static int read_address(const char *text, struct sw_capture_wish *wish, struct sw_error *error)
{
	struct sw_prefix prefix;
	char quoted[64];
	sw_u128 mask;

	if (!text)
		return 0;
	if (sw_prefix_parse(text, strlen(text), &prefix))
		return sw_fail(error, -EINVAL, "`--address %s`: expected an address or a prefix",
			       sw_quote(quoted, sizeof(quoted), text, strlen(text)));
	mask = ~sw_prefix_host_mask(&prefix);
	if (prefix.family == SW_IPV4)
		mask &= 0xffffffff;
	prefix.address &= mask;
	wish->filter.family = prefix.family;
	wish->filter.address[0] = prefix.address >> 64;
	wish->filter.address[1] = prefix.address;
	wish->filter.mask[0] = mask >> 64;
	wish->filter.mask[1] = mask;
	return 0;
}

static void add_about(struct sw_capture_wish *wish, const char *option, const char *value)
{
	size_t used = strlen(wish->about);
	char quoted[128];

	if (value)
		snprintf(wish->about + used, sizeof(wish->about) - used, "%s--%s %s",
			 used ? " " : "", option, sw_printable(quoted, sizeof(quoted), value));
}

static void describe(const struct sw_options *options, struct sw_capture_wish *wish)
{
	add_about(wish, "reason", options->reason);
	add_about(wish, "address", options->address);
	add_about(wish, "feed", options->feed);
	add_about(wish, "verdict", options->verdict);
	add_about(wish, "interface", options->interface);
	add_about(wish, "sample", options->sample);
}

int sw_capture_wish_read(const struct sw_options *options, struct sw_capture_wish *out,
			 struct sw_error *error)
{
	struct sw_capture_filter *filter = &out->filter;
	__u64 verdicts = VERDICTS_CUT, snaplen = 0, sample = 0;
	int err;

	memset(out, 0, sizeof(*out));
	/* Who names reasons wants them whatever became of the packet. */
	filter->reasons = SW_REASONS_CAPTURED;
	if (options->reason)
		verdicts |= 1 << SW_PASS;
	err = read_words("reason", options->reason, reason_name, SW_REASON_COUNT, &filter->reasons,
			 error);
	if (!err)
		err = read_words("verdict", options->verdict, verdict_name, SW_VERDICTS, &verdicts,
				 error);
	if (!err)
		err = read_number("snaplen", options->snaplen, SW_SNAPLEN_LEAST, SW_SNAPLEN_MOST,
				  SW_SNAPLEN_MOST, &snaplen, error);
	if (!err)
		err = read_number("sample", options->sample, 1, UINT_MAX, 1, &sample, error);
	if (!err)
		err = read_number("count", options->count, 1, ULLONG_MAX, 0, &out->count, error);
	if (!err)
		err = read_number("seconds", options->seconds, 1, UINT_MAX, 0, &out->seconds,
				  error);
	if (!err)
		err = read_address(options->address, out, error);
	filter->verdicts = verdicts;
	filter->snaplen = snaplen;
	filter->sample = sample;
	describe(options, out);
	return err;
}

static int find_feed(const char *name, const struct sw_registry *registry,
		     struct sw_capture_wish *wish, struct sw_error *error)
{
	const char *names[SW_MAX_FEEDS] = { NULL }, *nearest;
	char quoted[64];
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (registry->feed[i].name[0])
			names[i] = registry->feed[i].name;
		if (names[i] && !strcmp(names[i], name)) {
			wish->filter.feed = i;
			wish->filter.has_feed = 1;
			return 0;
		}
	}
	nearest = sw_word_nearest(name, names, close_ranks(names, SW_MAX_FEEDS));
	sw_quote(quoted, sizeof(quoted), name, strlen(name));
	if (nearest)
		return sw_fail(error, -ENOENT, "there is no feed %s; did you mean %s?", quoted,
			       nearest);
	return sw_fail(error, -ENOENT, "there is no feed %s: `spamweir feed list` names them",
		       quoted);
}

static int find_interface(const char *name, const struct sw_registry *registry,
			  struct sw_capture_wish *wish, struct sw_error *error)
{
	const char *names[SW_MAX_INTERFACES] = { NULL };
	char list[512], quoted[64];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &registry->interface[i];

		if (!slot->used || !slot->attached)
			continue;
		names[i] = slot->name;
		if (!strcmp(slot->name, name)) {
			wish->filter.interface = i;
			wish->filter.has_interface = 1;
			return 0;
		}
	}
	return sw_fail(error, -ENOENT, "no program of ours is on %s (expected %s)",
		       sw_quote(quoted, sizeof(quoted), name, strlen(name)),
		       sw_words_join(list, sizeof(list), names,
				     close_ranks(names, SW_MAX_INTERFACES)));
}

int sw_capture_wish_find(const struct sw_options *options, const struct sw_registry *registry,
			 struct sw_capture_wish *wish, struct sw_error *error)
{
	int err = 0;

	if (options->feed)
		err = find_feed(options->feed, registry, wish, error);
	if (!err && options->interface)
		err = find_interface(options->interface, registry, wish, error);
	return err;
}
