// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/mailbox.h"
#include "base/span.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "config/read.h"
#include "kernel/generation.h"
#include "kernel/open.h"
#include "run/courier.h"
#include "run/notices.h"
#include "store/audit.h"
#include "store/notices.h"

static json_t *time_json(__s64 ms)
{
	return ms ? json_integer(ms / 1000) : json_null();
}

static json_t *text_json(const char *text)
{
	return *text ? sw_json_text(text) : json_null();
}

struct listing {
	const struct sw_options *options;
	bool held; /* what waits is not sent, in monitor mode */
	bool any;
};

/* As `run` goes by it: what is in force, and what its configuration wants of it. */
static bool are_held(const struct sw_options *options)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_config *config = NULL;
	struct sw_state *state;
	bool held = false;

	if (sw_state_open(options->instance.pin_dir, SW_READ, &state, NULL))
		return false;
	if (!sw_generation_glance(state->map[SW_MAP_policy], &running, NULL))
		held = running.policy->settings.monitor;
	sw_generation_close(&running);
	sw_state_close(state);
	if (held && !sw_config_read(options->instance.config, &config, NULL))
		held = !config->notices.in_monitor;
	sw_config_free(config);
	return held;
}

static json_t *notice_json(const struct sw_notice *notice, bool held)
{
	bool waits = notice->state == SW_NOTICE_WAITING;
	json_t *object;

	object = json_pack("{s:I s:s s:s s:s s:s s:s s:i}", "id", (json_int_t)notice->id,
			   "receiver", notice->receiver, "state",
			   sw_notice_state_name(notice->state), "event", notice->event, "severity",
			   sw_severity_name(notice->severity), "subject", notice->subject,
			   "attempts", (int)notice->attempts);
	sw_json_set(&object, "case", notice->case_id ? json_integer(notice->case_id) : json_null());
	sw_json_set(&object, "at", time_json(notice->at_ms));
	sw_json_set(&object, "due", time_json(waits ? notice->due_ms : 0));
	sw_json_set(&object, "held", json_boolean(waits && held));
	sw_json_set(&object, "ended", time_json(notice->ended_ms));
	sw_json_set(&object, "told", text_json(notice->told));
	sw_json_set(&object, "error", text_json(notice->error));
	return object;
}

static void print_notice(const struct sw_notice *notice, bool held)
{
	char at[32], due[48] = "";
	__s64 left_ms = notice->due_ms - sw_wall_ms();

	if (notice->state == SW_NOTICE_WAITING && held) {
		snprintf(due, sizeof(due), ", held in monitor mode");
	} else if (notice->state == SW_NOTICE_WAITING) {
		sw_format_age(left_ms > 0 ? left_ms / 1000 : 0, at, sizeof(at));
		snprintf(due, sizeof(due), ", due in %s", at);
	}
	printf("notice %lld, %s: %s of %s, %s, to %s%s%s%s, %u attempts%s%s%s\n", notice->id,
	       sw_notice_state_name(notice->state), notice->event, notice->subject,
	       sw_format_time(notice->at_ms / 1000, at, sizeof(at)), notice->receiver,
	       notice->told[0] ? " (" : "", notice->told, notice->told[0] ? ")" : "",
	       notice->attempts, due, notice->error[0] ? ": " : "", notice->error);
}

static int print_each(void *ctx, const struct sw_notice *notice)
{
	struct listing *listing = ctx;

	listing->any = true;
	if (listing->options->json)
		return sw_print_json(notice_json(notice, listing->held));
	print_notice(notice, listing->held);
	return 0;
}

int cmd_notice_list(const struct sw_options *options)
{
	struct listing listing = { .options = options, .held = are_held(options) };
	struct sw_error error = {};
	struct sw_store *store;
	int err = sw_store_open(options->instance.state_dir, SW_STORE_LOOK, &store, &error);

	if (!err)
		err = sw_notices_each(store, options->all, print_each, &listing, &error);
	else if (err == -ENOENT)
		err = 0; /* there never was one */
	if (!err && !listing.any && !options->json)
		sw_say_empty(options->all
				     ? "there are no notices"
				     : "no notice waits, and none was given up (`spamweir notice "
				       "list --all` has those that were sent, too)");
	sw_store_close(store);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

static int retry(struct sw_store *store, __u32 id, bool held, struct sw_error *error)
{
	__u64 count = 0;
	int err = sw_store_begin(store, error);

	if (!err)
		err = sw_notices_retry(store, id, sw_wall_ms(), &count, error);
	if (!err && id && !count)
		err = sw_fail(error, -ENOENT,
			      "no notice %u waits or has failed (see `spamweir notice list`)", id);
	if (!err)
		err = sw_audit_add(store, "notice retry", 0, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err)
		sw_store_rollback(store);
	else if (held)
		sw_note("%llu notices are due now, and held: in monitor mode none is sent, unless "
			"`notices` has `monitor: send`",
			count);
	else
		sw_note("%llu notices are due now, which `spamweir run` delivers", count);
	return err;
}

int cmd_notice_retry(const struct sw_options *options)
{
	const char *text = options->arguments ? options->argument[0] : "";
	struct sw_error error = {};
	struct sw_store *store = NULL;
	__u32 id = 0;
	int err;

	if (options->arguments &&
	    (!sw_span_number((struct sw_span){ text, strlen(text) }, &id) || !id)) {
		sw_note("ID: expected a number, as `spamweir notice list` shows it");
		return SW_EXIT_USAGE;
	}
	err = sw_store_open(options->instance.state_dir, 0, &store, &error);
	if (err == -ENOENT)
		sw_fail(&error, err, "there are no notices yet");
	if (!err)
		err = retry(store, id, are_held(options), &error);
	sw_store_close(store);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}

static const struct sw_notice_receiver *find(const struct sw_config *config, const char *name,
					     struct sw_error *error)
{
	char quoted[96];
	size_t i;

	for (i = 0; i < config->notices.receivers; i++) {
		if (!strcmp(config->notices.receiver[i].name, name))
			return &config->notices.receiver[i];
	}
	sw_fail(error, -ENOENT, "%s: has no receiver `%s` of notices", config->path,
		sw_quote(quoted, sizeof(quoted), name, strlen(name)));
	return NULL;
}

/* As if somebody at an address for documentation had a case. */
static json_t *test_document(void)
{
	static const char text[] = "this is a test of spamweir's notices, and nothing is wrong";
	json_int_t now = sw_wall_ms() / 1000;
	json_t *document = sw_notice_document("opened", SW_SEVERITY_HIGH, text), *found;

	found = json_pack("{s:i s:s s:s s:s s:I s:I s:I s:i s:s s:s s:n s:n "
			  "s:[{s:s s:s s:s s:i s:I s:I s:s s:n s:s}]}",
			  "id", 0, "state", "open", "severity", "high", "address", "192.0.2.1",
			  "opened", now, "first", now, "last", now, "count", 1, "account", "test",
			  "sentence", text, "closed", "why", "signals", "kind", "zombie",
			  "severity", "high", "address", "192.0.2.1", "count", 1, "first", now,
			  "last", now, "peer", "198.51.100.25", "feed", "sentence", text);
	sw_json_set(&document, "case", found);
	return document;
}

static int test(const struct sw_options *options, const struct sw_config *config,
		struct sw_error *error)
{
	struct sw_telling telling = {
		.instance = &options->instance,
		.notices = &config->notices,
		.receiver = find(config, options->argument[0], error),
		.to = options->to,
	};
	json_t *document;
	struct sw_error why = {};
	int err;

	if (!telling.receiver)
		return -ENOENT;
	if (telling.receiver->mail && !telling.receiver->to && !options->to)
		return sw_fail(error, -EINVAL,
			       "receiver %s is the customer: say who gets the test, with --to "
			       "ADDRESS",
			       telling.receiver->name);
	document = test_document();
	telling.document = document;
	err = document ? sw_courier_tell(&telling, &why) : -ENOMEM;
	json_decref(document);
	if (err)
		return sw_fail(error, err, "%s%s%s: %s", telling.receiver->name,
			       telling.told[0] ? ", " : "", telling.told,
			       why.text[0] ? why.text : strerror(-err));
	printf("%s was told: %s\n", telling.receiver->name, telling.told);
	return 0;
}

int cmd_notice_test(const struct sw_options *options)
{
	struct sw_config *config = NULL;
	struct sw_error error = {};
	int err;

	if (options->to && !sw_is_mailbox(options->to)) {
		sw_note("--to: expected an address such as abuse@example.net");
		return SW_EXIT_USAGE;
	}
	err = sw_config_read(options->instance.config, &config, &error);
	if (!err)
		err = test(options, config, &error);
	sw_config_free(config);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
