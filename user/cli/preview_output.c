// SPDX-License-Identifier: GPL-2.0
#include "cli/preview_output.h"

#include <stdio.h>

#include "base/array.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"

#define SHOWN 5 /* entries */
#define SHOWN_HITS 10

static size_t entries(const struct sw_rule_list *list)
{
	return list->v4_count + list->v6_count;
}

static struct sw_prefix entry_at(const struct sw_rule_list *list, size_t i)
{
	return i < list->v4_count ? sw_rule4_prefix(list->v4[i])
				  : sw_rule6_prefix(&list->v6[i - list->v4_count]);
}

static void print_rest(size_t count, size_t shown)
{
	if (count > shown)
		printf("  and %zu more (--json has all)\n", count - shown);
}

static void print_side(const char *what, char sign, const struct sw_rule_list *list,
		       const struct sw_own *addresses)
{
	char text[SW_PREFIX_TEXT];
	size_t i;

	printf("%s: %zu entries, so that it lists %llu IPv4 addresses and %llu IPv6 /64s %s\n",
	       what, entries(list), sw_ranges_size(addresses, SW_IPV4),
	       sw_ranges_size(addresses, SW_IPV6), sign == '+' ? "more" : "less");
	for (i = 0; i < entries(list) && i < SHOWN; i++) {
		struct sw_prefix prefix = entry_at(list, i);

		printf("  %c %s\n", sign, sw_prefix_format(&prefix, text));
	}
	print_rest(entries(list), SHOWN);
}

/* All zero: there is none. */
static void print_example(const struct sw_prefix *prefix)
{
	char text[SW_PREFIX_TEXT];

	if (prefix->length)
		printf(" (such as %s)", sw_prefix_format(prefix, text));
}

static void print_list(const struct sw_preview *preview)
{
	const struct sw_feed_report *report = &preview->report;
	const struct sw_copy_header *header = preview->copy.header;
	const struct sw_feed_state *state = &preview->trial.state;
	__u32 i;

	printf("%s, %llu IPv4 and %llu IPv6 entries, %llu IPv4 addresses\n",
	       sw_format_name(report->format), header->v4, header->v6, header->covers);
	if (preview->before.size)
		printf("its good copy has %llu IPv4 and %llu IPv6 entries\n",
		       preview->before.header->v4, preview->before.header->v6);
	printf("%u bad lines, %u too wide, %u passed over, %u exclusions, %u cut\n", report->bad,
	       report->wide, report->below, report->excluded, report->cut);
	for (i = 0; i < report->bads; i++)
		printf("  line %u: \"%s\" is left out: expected %s\n", report->kept[i].line,
		       report->kept[i].text, report->kept[i].expected);
	if (!state->own && !state->special && !state->hosts)
		return;
	printf("left out, wholly or in part: %u entries in own space", state->own);
	print_example(&preview->trial.first_own);
	printf(", %u in special-purpose space", state->special);
	print_example(&preview->trial.first_special);
	printf(", %u that this router needs", state->hosts);
	print_example(&preview->trial.first_host);
	putchar('\n');
}

static void print_contradictions(const struct sw_preview *preview)
{
	const struct sw_trial *trial = &preview->trial;
	char text[SW_PREFIX_TEXT];
	size_t i;

	if (!trial->contradictions)
		return;
	printf(preview->feed.kind == SW_KIND_ALLOW ? "lifts %zu entries of other feeds\n"
						   : "contradicts %zu allow entries, which win\n",
	       trial->contradictions);
	for (i = 0; i < trial->contradictions && i < SHOWN; i++)
		printf("  %s of %s\n", sw_prefix_format(&trial->contradiction[i].prefix, text),
		       trial->contradiction[i].feed);
	print_rest(trial->contradictions, SHOWN);
}

static void print_hit(const struct sw_hits *hits, const struct sw_hit *hit)
{
	char text[SW_PREFIX_TEXT];

	printf("  %s", sw_prefix_format(&hit->host, text));
	if (hit->drops)
		printf(", %llu drops in the ledger", hit->drops);
	if (hit->witnesses >> SW_WITNESS_LIMITER & 1)
		printf(", has sent mail");
	if (hit->events)
		printf(", %llu events", hit->events);
	if (hit->talks)
		printf(", for whom it deals with");
	if (hit->listed)
		printf(", listed now by %s", hits->registry->feed[hit->listed].name);
	putchar('\n');
}

static void print_hits(const struct sw_preview *preview)
{
	const struct sw_hits *hits = &preview->hits;
	const char *separator = "";
	enum sw_witness by;
	size_t i;

	if (!hits->asked[SW_WITNESS_LEDGER] && !hits->asked[SW_WITNESS_LIMITER] &&
	    !hits->asked[SW_WITNESS_EVENTS])
		return;
	printf("%s %zu known hosts (",
	       preview->feed.kind == SW_KIND_ALLOW   ? "would let go"
	       : preview->feed.kind == SW_KIND_LIMIT ? "would limit"
						     : "would hit",
	       hits->count);
	for (by = 0; by < SW_WITNESSES; by++) {
		if (!hits->asked[by])
			continue;
		printf("%s%s: %zu", separator, sw_witness_name[by], hits->by[by]);
		separator = ", ";
	}
	printf(")");
	if (hits->listed)
		printf(", of which %zu are listed to be dropped now", hits->listed);
	putchar('\n');
	for (i = 0; i < hits->count && i < SHOWN_HITS; i++)
		print_hit(hits, &hits->hit[i]);
	print_rest(hits->count, SHOWN_HITS);
}

static void print_gate(const struct sw_error *refused)
{
	char text[sizeof(refused->text)];

	if (refused->text[0])
		printf("the gate would hold it back: %s\n",
		       sw_printable(text, sizeof(text), refused->text));
	else
		puts("the gate would let it pass");
}

void sw_preview_print(const struct sw_preview *preview)
{
	char text[1024];
	size_t i;

	printf("%s, %s: ", preview->is_new ? "a new feed" : preview->feed.name,
	       sw_kind_name(preview->feed.kind));
	puts(sw_printable(text, sizeof(text), sw_feed_source(&preview->feed)));
	if (preview->unfit.text[0]) {
		printf("unfit: %s\n", sw_printable(text, sizeof(text), preview->unfit.text));
	} else {
		print_list(preview);
		print_gate(&preview->refused);
		print_side("in", '+', &preview->trial.difference.in,
			   &preview->trial.difference.opened);
		print_side("out", '-', &preview->trial.difference.out,
			   &preview->trial.difference.closed);
		print_contradictions(preview);
		print_hits(preview);
	}
	for (i = 0; i < preview->unasks; i++)
		printf("not asked: %s\n", sw_printable(text, sizeof(text), preview->unasked[i]));
}

static json_t *prefix_json(const struct sw_prefix *prefix)
{
	char text[SW_PREFIX_TEXT];

	return json_string(sw_prefix_format(prefix, text));
}

static json_t *side_json(const struct sw_rule_list *list, const struct sw_own *addresses)
{
	json_t *object, *prefixes = json_array();
	size_t i;

	for (i = 0; i < entries(list); i++) {
		struct sw_prefix prefix = entry_at(list, i);

		sw_json_append(&prefixes, prefix_json(&prefix));
	}
	object = json_pack("{s:I s:I s:I}", "entries", (json_int_t)entries(list), "ipv4_addresses",
			   (json_int_t)sw_ranges_size(addresses, SW_IPV4), "ipv6_64s",
			   (json_int_t)(sw_ranges_size(addresses, SW_IPV6) & ~0ULL >> 1));
	sw_json_set(&object, "prefixes", prefixes);
	return object;
}

static json_t *contradictions_json(const struct sw_trial *trial)
{
	json_t *list = json_array(), *object;
	size_t i;

	for (i = 0; i < trial->contradictions; i++) {
		object = json_object();
		sw_json_set(&object, "prefix", prefix_json(&trial->contradiction[i].prefix));
		sw_json_set(&object, "feed", json_string(trial->contradiction[i].feed));
		sw_json_append(&list, object);
	}
	return list;
}

static json_t *hit_json(const struct sw_hits *hits, const struct sw_hit *hit)
{
	json_t *object, *known = json_array();
	enum sw_witness by;

	for (by = 0; by < SW_WITNESSES; by++) {
		if (hit->witnesses >> by & 1)
			sw_json_append(&known, json_string(sw_witness_name[by]));
	}
	object = json_object();
	sw_json_set(&object, "host", prefix_json(&hit->host));
	sw_json_set(&object, "known_by", known);
	sw_json_set(&object, "drops", json_integer(hit->drops));
	sw_json_set(&object, "events", json_integer(hit->events));
	sw_json_set(&object, "talks", json_boolean(hit->talks));
	sw_json_set(&object, "listed_by",
		    hit->listed ? json_string(hits->registry->feed[hit->listed].name)
				: json_null());
	return object;
}

static json_t *hits_json(const struct sw_hits *hits)
{
	json_t *object = json_object(), *list = json_array();
	enum sw_witness by;
	size_t i;

	for (i = 0; i < hits->count; i++)
		sw_json_append(&list, hit_json(hits, &hits->hit[i]));
	sw_json_set(&object, "hosts", json_integer(hits->count));
	sw_json_set(&object, "listed", json_integer(hits->listed));
	for (by = 0; by < SW_WITNESSES; by++)
		sw_json_set(&object, sw_witness_name[by],
			    hits->asked[by] ? json_integer(hits->by[by]) : json_null());
	sw_json_set(&object, "list", list);
	return object;
}

static json_t *unasked_json(const struct sw_preview *preview)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < preview->unasks; i++)
		sw_json_append(&list, sw_json_text(preview->unasked[i]));
	return list;
}

static json_t *reason_json(const struct sw_error *error)
{
	return error->text[0] ? sw_json_text(error->text) : json_null();
}

static void set_list(const struct sw_preview *preview, json_t **object)
{
	const struct sw_feed_report *report = &preview->report;
	const struct sw_copy_header *header = preview->copy.header;
	const struct sw_feed_state *state = &preview->trial.state;
	const struct {
		const char *name;
		__u64 value;
	} numbers[] = {
		{ "ipv4", header->v4 },
		{ "ipv6", header->v6 },
		{ "ipv4_addresses", header->covers },
		{ "bad_lines", report->bad },
		{ "too_wide", report->wide },
		{ "below", report->below },
		{ "exclusions", report->excluded },
		{ "cut", report->cut },
		{ "within_own", state->own },
		{ "special", state->special },
		{ "router", state->hosts },
	};
	size_t i;

	sw_json_set(object, "format", json_string(sw_format_name(report->format)));
	for (i = 0; i < SW_COUNT(numbers); i++)
		sw_json_set(object, numbers[i].name, json_integer(numbers[i].value));
	sw_json_set(object, "in",
		    side_json(&preview->trial.difference.in, &preview->trial.difference.opened));
	sw_json_set(object, "out",
		    side_json(&preview->trial.difference.out, &preview->trial.difference.closed));
	sw_json_set(object, "contradicted", contradictions_json(&preview->trial));
	sw_json_set(object, "hits", hits_json(&preview->hits));
}

json_t *sw_preview_json(const struct sw_preview *preview)
{
	json_t *object = json_object();

	sw_json_set(&object, "ok", json_boolean(sw_preview_is_fit(preview)));
	sw_json_set(&object, "feed",
		    preview->is_new ? json_null() : json_string(preview->feed.name));
	sw_json_set(&object, "kind", json_string(sw_kind_name(preview->feed.kind)));
	sw_json_set(&object, "file", sw_json_text(sw_feed_source(&preview->feed)));
	sw_json_set(&object, "unfit", reason_json(&preview->unfit));
	sw_json_set(&object, "refused", reason_json(&preview->refused));
	sw_json_set(&object, "unasked", unasked_json(preview));
	if (!preview->unfit.text[0])
		set_list(preview, &object);
	return object;
}
