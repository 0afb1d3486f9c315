// SPDX-License-Identifier: GPL-2.0
#include "cli/suspects_output.h"

#include <stdio.h>

#include "base/error.h"
#include "base/json.h"
#include "config/words.h"

#define COMMAND (SW_PREFIX_TEXT + 64)

/* As people are to type them. */
struct next {
	char lookup[COMMAND];
	char zombie[COMMAND];
	char allow[COMMAND];
};

static struct next next_of(const struct sw_suspect *suspect)
{
	char text[SW_PREFIX_TEXT];
	struct next next;

	sw_prefix_format(&suspect->subject, text);
	snprintf(next.lookup, COMMAND, "spamweir lookup %s", text);
	snprintf(next.zombie, COMMAND, "spamweir zombie add %s --for 1d --why %s", text,
		 sw_rule_name(suspect->rule));
	snprintf(next.allow, COMMAND, "spamweir allow add %s", text);
	return next;
}

/* Its rules, the gravest first. */
static void print_rules(const struct sw_suspect *suspect)
{
	int rule;

	fputs(sw_rule_name(suspect->rule), stdout);
	for (rule = 0; rule < SW_SUSPECT_RULES; rule++) {
		if (suspect->rules >> rule & 1 && rule != (int)suspect->rule)
			printf(", %s", sw_rule_name(rule));
	}
}

void sw_print_suspect(const struct sw_suspect *suspect)
{
	struct next next = next_of(suspect);
	char sentence[SW_SENTENCE], text[SW_PREFIX_TEXT];

	printf("%s: %s (", sw_prefix_format(&suspect->subject, text),
	       sw_severity_name(suspect->severity));
	print_rules(suspect);
	printf(")%s\n  %s\n  see: %s\n",
	       suspect->listed	 ? ", listed as a zombie already"
	       : suspect->slowed ? ", slowed already"
				 : "",
	       sw_suspect_sentence(suspect, sentence), next.lookup);
	if (!suspect->listed)
		printf("  end its mail with: %s\n", next.zombie);
	printf("  if it is a mail server: %s\n", next.allow);
}

/* What both say. */
static json_t *seen_json(const struct sw_suspect *suspect)
{
	char sentence[SW_SENTENCE], text[SW_PREFIX_TEXT];
	const struct sw_suspect_counts *seen = &suspect->seen;

	return json_pack("{s:s s:s s:I s:I s:I s:I s:I s:b s:I s:I s:I}", "prefix",
			 sw_prefix_format(&suspect->subject, text), "sentence",
			 sw_suspect_sentence(suspect, sentence), "connections",
			 (json_int_t)seen->attempts, "servers", (json_int_t)seen->servers,
			 "answered", (json_int_t)seen->answered, "refused",
			 (json_int_t)seen->refused, "unanswered",
			 (json_int_t)sw_suspect_unanswered(seen), "listens", seen->listens != 0,
			 "seconds", (json_int_t)suspect->span_s, "since",
			 (json_int_t)suspect->first_s, "last", (json_int_t)suspect->last_s);
}

static json_t *rules_json(const struct sw_suspect *suspect)
{
	json_t *list = json_array();
	int rule;

	for (rule = 0; rule < SW_SUSPECT_RULES; rule++) {
		if (suspect->rules >> rule & 1)
			sw_json_append(&list, json_string(sw_rule_name(rule)));
	}
	return list;
}

json_t *sw_suspect_json(const struct sw_suspect *suspect, const struct sw_registry *registry)
{
	const char *feed = registry->feed[suspect->feed].name;
	struct next next = next_of(suspect);
	json_t *object = seen_json(suspect);
	char peer[SW_PREFIX_TEXT];

	sw_json_set(&object, "rule", json_string(sw_rule_name(suspect->rule)));
	sw_json_set(&object, "rules", rules_json(suspect));
	sw_json_set(&object, "severity", json_string(sw_severity_name(suspect->severity)));
	sw_json_set(&object, "contacts", json_integer(suspect->contacts));
	sw_json_set(&object, "peer",
		    suspect->peer.family ? json_string(sw_prefix_format(&suspect->peer, peer))
					 : json_null());
	sw_json_set(&object, "feed", *feed ? sw_json_text(feed) : json_null());
	sw_json_set(&object, "listed", json_boolean(suspect->listed));
	sw_json_set(&object, "slowed", json_boolean(suspect->slowed));
	sw_json_set(&object, "lookup", json_string(next.lookup));
	sw_json_set(&object, "list", suspect->listed ? json_null() : json_string(next.zombie));
	sw_json_set(&object, "allow", json_string(next.allow));
	return object;
}

void sw_print_mail_server(const struct sw_suspect *server)
{
	char sentence[SW_SENTENCE], text[SW_PREFIX_TEXT];

	printf("%s # %s\n", sw_prefix_format(&server->subject, text),
	       sw_suspect_sentence(server, sentence));
}

static char *case_text(const struct sw_suspect *server, const struct sw_case *found, char *out,
		       size_t room)
{
	char text[SW_PREFIX_TEXT];

	snprintf(out, room,
		 "%s is left out: case %lld, %s, is against it (spamweir case show %lld); if it is "
		 "a mail server: %s",
		 sw_prefix_format(&server->subject, text), found->id,
		 sw_severity_name(found->severity), found->id, next_of(server).allow);
	return out;
}

void sw_print_server_with_case(const struct sw_suspect *server, const struct sw_case *found)
{
	char text[COMMAND * 3];

	printf("# %s\n", case_text(server, found, text, sizeof(text)));
}

void sw_note_server_with_case(const struct sw_suspect *server, const struct sw_case *found)
{
	char text[COMMAND * 3];

	sw_note("%s", case_text(server, found, text, sizeof(text)));
}

json_t *sw_mail_server_json(const struct sw_suspect *server)
{
	struct next next = next_of(server);
	json_t *object = seen_json(server);

	sw_json_set(&object, "allow", json_string(next.allow));
	return object;
}
