// SPDX-License-Identifier: GPL-2.0
#include "policy/rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/memory.h"

/* Makes room for one more item; *room is what there is. */
static int grow(void **array, size_t *room, size_t count, size_t size)
{
	return count < *room ? 0 : sw_grow(array, room, size, 64);
}

static int reserve(void **array, size_t *room, size_t count, size_t more, size_t size)
{
	void *grown;

	if (count + more <= *room)
		return 0;
	grown = reallocarray(*array, count + more, size);
	sw_prefer_huge(grown, (count + more) * size);
	if (!grown)
		return -ENOMEM;
	*array = grown;
	*room = count + more;
	return 0;
}

int sw_rule_list_reserve(struct sw_rule_list *list, size_t v4, size_t v6)
{
	int err =
		reserve((void **)&list->v4, &list->v4_room, list->v4_count, v4, sizeof(*list->v4));

	return err ? err
		   : reserve((void **)&list->v6, &list->v6_room, list->v6_count, v6,
			     sizeof(*list->v6));
}

int sw_rule_list_add(struct sw_rule_list *list, const struct sw_prefix *prefix, __u8 rank)
{
	struct sw_in6 address;

	if (prefix->family == SW_IPV4) {
		if (grow((void **)&list->v4, &list->v4_room, list->v4_count, sizeof(*list->v4)))
			return -ENOMEM;
		list->v4[list->v4_count++] = sw_rule4(prefix->address, prefix->length, rank);
		return 0;
	}
	if (grow((void **)&list->v6, &list->v6_room, list->v6_count, sizeof(*list->v6)))
		return -ENOMEM;
	address = sw_to_in6(prefix->address);
	list->v6[list->v6_count++] = (struct sw_rule6){
		.hi = address.hi,
		.lo = address.lo,
		.length = prefix->length,
		.rank = rank,
	};
	return 0;
}

/* How much the word of a protect feed counts. */
static __u8 weight(const struct sw_feed_config *feed)
{
	return 1 + !feed->monitor + feed->by_hand;
}

void sw_rules_describe(struct sw_rules *rules, const struct sw_config *config)
{
	const struct sw_feed_config *feed;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		feed = &config->feed[i];
		rules->monitor[i] = feed->monitor;
		rules->to[i] = feed->kind == SW_KIND_ALLOW ? feed->to : SW_TO_NOTHING;
		if (feed->kind != SW_KIND_PROTECT)
			continue;
		rules->protect[i] = feed->limited ? weight(feed) : 0;
		rules->brake[i] = feed->brakes ? weight(feed) : 0;
	}
}

struct sw_rules *sw_rules_new(const struct sw_config *config)
{
	struct sw_rules *rules = calloc(1, sizeof(*rules));

	if (!rules)
		return NULL;
	rules->feed = calloc(config->feeds + 1, sizeof(*rules->feed));
	rules->feeds = config->feeds;
	rules->as_of_s = sw_wall_ms() / 1000;
	sw_rules_describe(rules, config);
	if (!rules->feed) {
		free(rules);
		return NULL;
	}
	return rules;
}

void sw_rules_free(struct sw_rules *rules)
{
	size_t i;
	int kind;

	if (!rules)
		return;
	for (i = 0; i < rules->feeds; i++) {
		if (rules->feed[i].source.temporary)
			unlink(rules->feed[i].source.temporary);
		free(rules->feed[i].source.temporary);
	}
	for (kind = 0; kind < SW_KINDS; kind++) {
		free(rules->kind[kind].v4);
		free(rules->kind[kind].v6);
	}
	free(rules->ends.item);
	free(rules->feed);
	free(rules);
}
