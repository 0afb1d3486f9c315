// SPDX-License-Identifier: GPL-2.0
#include "cli/stranded_output.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

#define TEXT 512
#define SHOWN 10 /* servers, as text */

/* Who will come back, in one sentence. */
static char *answer(const struct sw_stranded *s, char *out)
{
	size_t back = s->by_state[SW_STRANDED_CALLS] + s->by_state[SW_STRANDED_TURNS];

	snprintf(out, TEXT,
		 "%zu of %zu callers of %s will come back: %zu still call%s, %zu turn%s to other "
		 "servers that a feed lists, %zu together with others; %zu only send mail; %zu "
		 "are silent: cleaned, switched off, or with a server that no feed lists",
		 back, s->callers, s->what, s->by_state[SW_STRANDED_CALLS],
		 s->by_state[SW_STRANDED_CALLS] == 1 ? "s" : "", s->by_state[SW_STRANDED_TURNS],
		 s->by_state[SW_STRANDED_TURNS] == 1 ? "s" : "", s->together,
		 s->by_state[SW_STRANDED_SENDS], s->by_state[SW_STRANDED_SILENT]);
	return out;
}

static void print_cut(const struct sw_stranded *s)
{
	char cut[32], dropped[32];

	if (!s->callers)
		return;
	printf("first known call %s; ", sw_format_time(s->cut_ms / 1000, cut, sizeof(cut)));
	if (s->dropped_ms)
		printf("cut off, the last call dropped %s\n",
		       sw_format_time(s->dropped_ms / 1000, dropped, sizeof(dropped)));
	else
		puts("not cut off: monitor mode lets all pass");
}

static char *age_text(__s64 then_ms, char *out)
{
	__s64 age_s = (sw_wall_ms() - then_ms) / 1000;

	return sw_format_age(age_s > 0 ? age_s : 0, out, 32);
}

static void print_caller(const struct sw_stranded_caller *caller)
{
	char text[SW_PREFIX_TEXT], age[32], active[32];

	printf("%s%s%s: ", sw_prefix_format(&caller->subject, text), caller->account[0] ? ", " : "",
	       caller->account);
	if (caller->case_id)
		printf("case %lld: ", caller->case_id);
	printf("%s; %llu calls, the last %s ago", sw_stranded_name(caller->state), caller->calls,
	       age_text(caller->last_ms, age));
	if (caller->others)
		printf("; %llu to %zu other%s, such as %s, %zu of them shared", caller->turned,
		       caller->others, caller->others == 1 ? "" : "s",
		       sw_prefix_format(&caller->other, text), caller->shared);
	if (caller->connections)
		printf("; %u SMTP connections lately", caller->connections);
	printf("; active %s ago\n", age_text(caller->active_ms, active));
}

void sw_print_stranded(const struct sw_stranded *stranded)
{
	char text[TEXT], address[SW_PREFIX_TEXT], since[32];
	size_t i;

	puts(answer(stranded, text));
	print_cut(stranded);
	if (stranded->servers)
		puts("\nwhere they turn to");
	for (i = 0; i < stranded->servers && i < SHOWN; i++) {
		const struct sw_stranded_server *server = &stranded->server[i];

		printf("%s: %llu caller%s since %s, feed %s\n",
		       sw_prefix_format(&server->address, address), server->callers,
		       server->callers == 1 ? "" : "s",
		       sw_format_time(server->first_ms / 1000, since, sizeof(since)), server->feed);
	}
	if (stranded->servers > SHOWN)
		printf("and %zu more (--json has all)\n", stranded->servers - SHOWN);
	if (stranded->callers)
		puts("\ncallers, those that will come back first");
	for (i = 0; i < stranded->callers; i++)
		print_caller(&stranded->caller[i]);
}

static json_t *caller_json(const struct sw_stranded_caller *caller)
{
	char text[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:s s:b s:I s:I s:I s:I s:I s:I s:I s:I}", "prefix",
			   sw_prefix_format(&caller->subject, text), "state",
			   sw_stranded_name(caller->state), "returns",
			   caller->state <= SW_STRANDED_TURNS, "calls", (json_int_t)caller->calls,
			   "first", (json_int_t)(caller->first_ms / 1000), "last",
			   (json_int_t)(caller->last_ms / 1000), "active",
			   (json_int_t)(caller->active_ms / 1000), "others",
			   (json_int_t)caller->others, "shared", (json_int_t)caller->shared,
			   "other_calls", (json_int_t)caller->turned, "smtp_connections",
			   (json_int_t)caller->connections);
	sw_json_set(&object, "other",
		    caller->other.family ? json_string(sw_prefix_format(&caller->other, text))
					 : json_null());
	sw_json_set(&object, "account",
		    caller->account[0] ? sw_json_text(caller->account) : json_null());
	sw_json_set(&object, "case", caller->case_id ? json_integer(caller->case_id) : json_null());
	return object;
}

static json_t *server_json(const struct sw_stranded_server *server)
{
	char text[SW_PREFIX_TEXT];
	json_t *object;

	object = json_pack("{s:s s:I s:I}", "address", sw_prefix_format(&server->address, text),
			   "callers", (json_int_t)server->callers, "first",
			   (json_int_t)(server->first_ms / 1000));
	sw_json_set(&object, "feed", sw_json_text(server->feed));
	return object;
}

json_t *sw_stranded_json(const struct sw_stranded *stranded)
{
	json_t *object, *callers = json_array(), *servers = json_array();
	enum sw_stranded_state state;
	char text[TEXT];
	size_t i;

	object = json_pack("{s:s s:s s:I s:I s:b}", "stranded", stranded->what, "answer",
			   answer(stranded, text), "callers_total", (json_int_t)stranded->callers,
			   "together", (json_int_t)stranded->together, "cut",
			   stranded->dropped_ms != 0);
	sw_json_set(&object, "since",
		    stranded->callers ? json_integer(stranded->cut_ms / 1000) : json_null());
	for (state = 0; state < SW_STRANDED_STATES; state++)
		sw_json_set(&object, sw_stranded_name(state),
			    json_integer(stranded->by_state[state]));
	for (i = 0; i < stranded->servers; i++)
		sw_json_append(&servers, server_json(&stranded->server[i]));
	for (i = 0; i < stranded->callers; i++)
		sw_json_append(&callers, caller_json(&stranded->caller[i]));
	sw_json_set(&object, "servers", servers);
	sw_json_set(&object, "callers", callers);
	return object;
}
