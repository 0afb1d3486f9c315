// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "base/names.h"
#include "base/text.h"
#include "cli/complete.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "config/words.h"
#include "store/cases_read.h"
#include "store/notices.h"
#include "store/store.h"

/* A line for each word that begins so: the word, a tab, and what it is. */
static void offer(const struct sw_complete *asked, const char *word, const char *help)
{
	if (!strncmp(word, asked->begun, strlen(asked->begun)))
		printf("%s\t%s\n", word, help);
}

/* "add, del or list" */
static const char *list_subs(const char *name, char *out, size_t room)
{
	const char *subs[SW_COMPLETE_WORDS];
	size_t count = 0, i;

	for (i = 0; i < sw_verb_count && count < SW_COMPLETE_WORDS; i++) {
		if (!strcmp(sw_verbs[i].name, name))
			subs[count++] = sw_verbs[i].sub;
	}
	return sw_words_join(out, room, subs, count);
}

/* Sub-verbs of a verb stand together; the verb is offered once. */
static void offer_verbs(const struct sw_complete *asked)
{
	const char *last = "";
	char subs[128];
	size_t i;

	for (i = 0; i < sw_verb_count; i++) {
		const struct sw_verb *verb = &sw_verbs[i];

		if (verb->hidden || !strcmp(verb->name, last))
			continue;
		last = verb->name;
		offer(asked, verb->name,
		      verb->sub ? list_subs(last, subs, sizeof(subs)) : verb->help);
	}
	if (!asked->help)
		offer(asked, "help", "what a verb takes, with examples");
}

static void offer_subs(const struct sw_complete *asked)
{
	size_t i;

	for (i = 0; i < sw_verb_count; i++) {
		if (!strcmp(sw_verbs[i].name, asked->verb->name))
			offer(asked, sw_verbs[i].sub, sw_verbs[i].help);
	}
}

static void offer_options(const struct sw_complete *asked, const struct sw_option *option)
{
	char word[64];

	for (; option->name; option++) {
		if (sw_complete_has(asked, option))
			continue;
		snprintf(word, sizeof(word), "--%s", option->name);
		offer(asked, word, option->help);
	}
}

/* "off|on|RATE": what stands for a value of the user's own is in capitals. */
static void offer_said(const struct sw_complete *asked)
{
	char words[64], *rest = words, *word;

	snprintf(words, sizeof(words), "%s", asked->argument);
	while ((word = strsep(&rest, "|"))) {
		if (word[0] >= 'a' && word[0] <= 'z')
			offer(asked, word, "");
	}
}

/* A configuration that cannot be read offers nothing: this is no place to say why. */
static void offer_configured(const struct sw_complete *asked)
{
	struct sw_config *config = NULL;
	struct sw_error error = {};
	size_t i;

	sw_config_read(asked->config ?: SW_DEFAULT_CONFIG, &config, &error);
	for (i = 0; config && asked->values & SW_VALUES_FEED && i < config->feeds; i++)
		offer(asked, config->feed[i].name, sw_kind_name(config->feed[i].kind));
	for (i = 0; config && asked->values & SW_VALUES_INTERFACE && i < config->interfaces; i++)
		offer(asked, config->interface[i].name, sw_role_name(config->interface[i].role));
	for (i = 0; config && asked->values & SW_VALUES_RECEIVER && i < config->notices.receivers;
	     i++)
		offer(asked, config->notices.receiver[i].name, "");
	sw_config_free(config);
}

static int offer_case(void *ctx, const struct sw_case *found)
{
	const struct sw_complete *asked = ctx;
	char number[32], text[512];

	snprintf(number, sizeof(number), "%lld", (long long)found->id);
	snprintf(text, sizeof(text), "%s %s: %s", sw_case_state_name(found->state),
		 found->account[0] ? found->account : found->address, found->sentence);
	if (found->state != SW_CASE_CLOSED || asked->verb->run != cmd_case_close)
		offer(asked, number, text);
	return 0;
}

static int offer_notice(void *ctx, const struct sw_notice *found)
{
	char number[32], text[512];

	snprintf(number, sizeof(number), "%lld", (long long)found->id);
	snprintf(text, sizeof(text), "%s: %s of %s, to %s%s%s", sw_notice_state_name(found->state),
		 found->event, found->subject, found->receiver, found->error[0] ? ": " : "",
		 found->error);
	offer(ctx, number, text);
	return 0;
}

/* Closed cases where somebody wants to look at them or open them again. As above, a store
 * that cannot be read offers nothing. */
static void offer_stored(const struct sw_complete *asked)
{
	struct sw_store *store = NULL;
	struct sw_error error = {};

	if (asked->taken ||
	    sw_store_open(asked->state_dir ?: SW_DEFAULT_STATE_DIR, SW_STORE_LOOK, &store, &error))
		return;
	if (asked->values & SW_VALUES_CASE)
		sw_cases_each(store, true, offer_case, (void *)asked, &error);
	if (asked->values & SW_VALUES_NOTICE)
		sw_notices_each(store, false, offer_notice, (void *)asked, &error);
	sw_store_close(store);
}

static void offer_names(const struct sw_complete *asked)
{
	int i;

	for (i = 0; asked->values & SW_VALUES_ROLE && i < SW_ROLES; i++)
		offer(asked, sw_role_name(i), "");
	for (i = SW_KIND_NONE + 1; asked->values & SW_VALUES_KIND && i < SW_KINDS; i++)
		offer(asked, sw_kind_name(i), "");
	for (i = 0; asked->values & SW_VALUES_FORMAT && i < SW_FORMATS; i++)
		offer(asked, sw_format_name(i), "");
	for (i = 0; asked->values & SW_VALUES_REASON && i < SW_REASON_COUNT; i++) {
		if (SW_REASONS_CAPTURED >> i & 1)
			offer(asked, sw_reason_name(i), sw_reason_help(i));
	}
}

static void offer_values(const struct sw_complete *asked)
{
	if (asked->values & SW_VALUES_SAID)
		offer_said(asked);
	if (asked->values & (SW_VALUES_FEED | SW_VALUES_INTERFACE | SW_VALUES_RECEIVER))
		offer_configured(asked);
	if (asked->values & (SW_VALUES_CASE | SW_VALUES_NOTICE))
		offer_stored(asked);
	offer_names(asked);
	/* The shell knows more about files, and no word begins with a colon. */
	if (asked->values & SW_VALUES_FILE)
		puts(":file");
	if (asked->values & SW_VALUES_DIRECTORY)
		puts(":directory");
}

/* Prints what the last of the words behind it, which is being typed, may become. */
int cmd_complete(const struct sw_options *options)
{
	struct sw_complete asked;

	sw_complete((const char *const *)options->argument, options->arguments, &asked);
	if (asked.next == SW_NEXT_VERB)
		offer_verbs(&asked);
	else if (asked.next == SW_NEXT_SUB)
		offer_subs(&asked);
	else if (asked.next == SW_NEXT_OPTION) {
		if (asked.verb)
			offer_options(&asked, asked.verb->option);
		offer_options(&asked, sw_common_options);
	} else if (asked.next == SW_NEXT_VALUE)
		offer_values(&asked);
	return SW_EXIT_DONE;
}
