// SPDX-License-Identifier: GPL-2.0
#include "run/courier.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "notice/customers.h"
#include "notice/mail.h"
#include "notice/xarf.h"
#include "store/notice_receivers.h"
#include "store/notices.h"
#include "worker/deliver.h"
#include "worker/execute.h"

#define WHILE_MS 60000 /* then a later courier goes on, with the configuration of then */
#define PAUSE_FIRST_MS 10000LL
#define PAUSE_MOST_MS 3600000LL

/* What programs are given. */
static char *body_of(const struct sw_telling *t)
{
	const struct sw_notice_source source = { t->document, t->notices };
	char *text;
	json_t *report;

	if (t->receiver->format != SW_NOTICE_XARF)
		return json_dumps(t->document, JSON_COMPACT | JSON_PRESERVE_ORDER);
	report = sw_xarf(&source);
	text = report ? json_dumps(report, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
	json_decref(report);
	return text;
}

static int execute(struct sw_telling *t, struct sw_error *error)
{
	char *body = body_of(t);
	int err = body ? 0 : -ENOMEM;

	snprintf(t->told, sizeof(t->told), "%s", t->receiver->exec[0]);
	if (!err)
		err = sw_execute(t->receiver->exec, body, t->receiver->how.timeout_s, error);
	free(body);
	return err;
}

/* Of a webhook's URL the path is often the secret. */
static int post(struct sw_telling *t, struct sw_error *error)
{
	const char *url = t->receiver->webhook, *host = strstr(url, "://") + 3;
	char *body = body_of(t);
	const struct sw_delivery delivery = {
		.url = url,
		.how = &t->receiver->how,
		.state_dir = t->instance->state_dir,
		.type = "application/json",
		.body = body,
	};
	int err = body ? 0 : -ENOMEM;

	snprintf(t->told, sizeof(t->told), "%.*s", (int)(host - url + strcspn(host, "/?#")), url);
	if (!err)
		err = sw_deliver(&delivery, &t->final, error);
	free(body);
	return err;
}

/* Of whom no address is known, nobody will know one at the next attempt. */
static int find_customer(struct sw_telling *t, struct sw_customer *out, struct sw_error *error)
{
	const json_t *found = json_object_get(t->document, "case");
	const char *account = json_string_value(json_object_get(found, "account"));
	int err = account ? sw_customer_find(t->notices->customers, account, out, error) : 0;

	if (err)
		return err < 0 ? err : 0;
	t->final = true;
	if (!account)
		return sw_fail(error, -ENOENT, "it is not known whose address it is");
	return sw_fail(error, -ENOENT, "%s: has no line of the account `%s`", t->notices->customers,
		       account);
}

static int mail(struct sw_telling *t, struct sw_error *error)
{
	struct sw_customer customer = { 0 };
	struct sw_notice_mail letter = {
		.source = { t->document, t->notices },
		.from = t->receiver->from,
		.to = t->to ?: t->receiver->to,
		.format = t->receiver->format,
		.customer = !t->receiver->to,
	};
	struct sw_delivery delivery = {
		.url = t->receiver->mail,
		.how = &t->receiver->how,
		.state_dir = t->instance->state_dir,
		.from = t->receiver->from,
	};
	char *text = NULL;
	int err = letter.to ? 0 : find_customer(t, &customer, error);

	if (err)
		return err;
	if (!letter.to)
		letter.to = customer.address;
	letter.language = customer.language[0] ? customer.language : t->notices->language ?: "en";
	snprintf(t->told, sizeof(t->told), "%s", letter.to);
	err = sw_notice_mail(&letter, &text, error);
	t->final = err == -ENODATA;
	delivery.to = letter.to;
	delivery.body = text;
	if (!err)
		err = sw_deliver(&delivery, &t->final, error);
	free(text);
	return err;
}

int sw_courier_tell(struct sw_telling *t, struct sw_error *error)
{
	int err;

	t->final = false;
	t->told[0] = '\0';
	if (t->receiver->exec[0])
		err = execute(t, error);
	else
		err = t->receiver->webhook ? post(t, error) : mail(t, error);
	if (err && error && !error->text[0])
		sw_fail(error, err, "%s", strerror(-err));
	return err;
}

/* One round. */
struct round {
	struct sw_store *store;
	const struct sw_instance *instance;
	const struct sw_config *config;
	const struct sw_notice_receiver *receiver;
	struct sw_notice_receiver_state state;
	struct sw_error *error;
};

static __s64 pause_ms(__u32 failures)
{
	__s64 pause = PAUSE_FIRST_MS;

	while (--failures && pause < PAUSE_MOST_MS)
		pause *= 2;
	return pause < PAUSE_MOST_MS ? pause : PAUSE_MOST_MS;
}

/* What was tried: the notice, and how it stands with the receiver. */
static void judge(struct round *r, struct sw_notice *notice, int err, bool final,
		  const struct sw_error *why)
{
	__s64 now_ms = sw_wall_ms();

	notice->attempts++;
	sw_printable(notice->error, sizeof(notice->error), why->text);
	notice->state = err ? SW_NOTICE_WAITING : SW_NOTICE_SENT;
	if (err && (final || now_ms - notice->at_ms > (__s64)r->receiver->give_up_s * 1000))
		notice->state = SW_NOTICE_FAILED;
	notice->ended_ms = notice->state == SW_NOTICE_WAITING ? 0 : now_ms;
	if (final && err)
		return; /* which is no fault of the receiver */
	r->state.failures = err ? r->state.failures + 1 : 0;
	r->state.until_ms = err ? now_ms + pause_ms(r->state.failures) : 0;
	memcpy(r->state.error, notice->error, sizeof(r->state.error));
	if (err)
		notice->due_ms = r->state.until_ms;
	if (err && r->state.failures == 1)
		sw_warn("notices: %s: %s; it is tried again, see `spamweir notice list`",
			r->receiver->name, notice->error);
}

static int write_down(struct round *r, const struct sw_notice *notice)
{
	char text[640];
	int err = sw_store_begin(r->store, r->error);

	snprintf(text, sizeof(text), "%s, %s%s%s%s%s", notice->event,
		 sw_notice_state_name(notice->state), notice->told[0] ? ": " : "", notice->told,
		 notice->error[0] ? ": " : "", notice->error);
	if (!err)
		err = sw_notice_tried(r->store, notice, r->receiver->every_s * 1000, r->error);
	if (!err && notice->case_id && notice->state != SW_NOTICE_WAITING)
		err = sw_case_told(r->store, notice->case_id, notice->ended_ms, r->receiver->name,
				   text, r->error);
	if (!err)
		err = sw_notice_receiver_went(r->store, &r->state, r->error);
	if (!err)
		err = sw_store_commit(r->store, r->error);
	if (err)
		sw_store_rollback(r->store);
	return err;
}

/* *failed: he is to be left alone now. */
static int try(struct round *r, struct sw_notice *notice, const char *text, bool *failed)
{
	struct sw_telling telling = {
		.instance = r->instance,
		.notices = &r->config->notices,
		.receiver = r->receiver,
	};
	struct sw_error why = { 0 };
	json_t *document = NULL;
	int err = sw_json_parse(text, strlen(text), &document);

	telling.document = document;
	if (err)
		sw_fail(&why, err, "its document is damaged");
	else
		err = sw_courier_tell(&telling, &why);
	json_decref(document);
	snprintf(notice->told, sizeof(notice->told), "%s", telling.told);
	judge(r, notice, err, telling.final || !document, &why);
	*failed = err && !telling.final && document;
	return write_down(r, notice);
}

static int go_round(struct round *r, __u64 *tries)
{
	__u64 until = sw_monotonic_ms() + WHILE_MS;
	struct sw_notice notice;
	char *document = NULL;
	bool failed = false;
	int err = sw_notice_receiver_get(r->store, r->receiver->name, &r->state, r->error);

	if (err || r->state.until_ms > sw_wall_ms())
		return err;
	while (!err && !failed && sw_monotonic_ms() < until) {
		err = sw_notice_next(r->store, r->receiver->name, sw_wall_ms(), &notice, &document,
				     r->error);
		if (err <= 0)
			return err;
		++*tries;
		err = try(r, &notice, document, &failed);
		free(document);
		document = NULL;
	}
	return err;
}

int sw_courier_work(const struct sw_instance *instance, const struct sw_config *config,
		    const struct sw_notice_receiver *receiver, __u64 *tries, struct sw_error *error)
{
	struct round r = {
		.instance = instance,
		.config = config,
		.receiver = receiver,
		.error = error,
	};
	int err = sw_store_open(instance->state_dir, 0, &r.store, error);

	*tries = 0;
	if (!err)
		err = go_round(&r, tries);
	sw_store_close(r.store);
	return err;
}
