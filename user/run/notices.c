// SPDX-License-Identifier: GPL-2.0
#include "run/notices.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "run/case_json.h"
#include "run/notice_alarms.h"
#include "store/cases_read.h"
#include "store/notice_receivers.h"
#include "store/notices.h"

#define BATCH 500	/* lines of time lines, in a transaction */
#define SPOOL_MAX 10000 /* of a receiver: what is behind stays in time lines until then */
#define EXPIRE_EVERY_MS 3600000LL

struct making {
	struct sw_store *store;
	const struct sw_notice_receiver *receiver;
	struct sw_case_news news[BATCH];
	size_t count;
	__s64 now_ms;
	struct sw_error *error;
};

/* RFC 9562, version 4. */
static void make_id(char *out, size_t room)
{
	unsigned char b[16] = { 0 };

	while (getrandom(b, sizeof(b), 0) < 0 && errno == EINTR)
		;
	b[6] = (b[6] & 0x0f) | 0x40;
	b[8] = (b[8] & 0x3f) | 0x80;
	snprintf(out, room, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
}

json_t *sw_notice_document(const char *event, enum sw_severity severity, const char *text)
{
	json_t *document = json_object();
	char id[40], host[256] = "";

	make_id(id, sizeof(id));
	gethostname(host, sizeof(host) - 1);
	sw_json_set(&document, "version", json_integer(1));
	sw_json_set(&document, "id", json_string(id));
	sw_json_set(&document, "host", sw_json_text(host));
	sw_json_set(&document, "event", json_string(event));
	sw_json_set(&document, "severity", json_string(sw_severity_name(severity)));
	sw_json_set(&document, "at", json_integer(sw_wall_ms() / 1000));
	sw_json_set(&document, "text", sw_json_text(text));
	return document;
}

static enum sw_notice_event event_of(const char *what)
{
	static const struct {
		const char *what;
		enum sw_notice_event event;
	} known[] = {
		{ "opened", SW_NOTICE_OPENED },	   { "graver", SW_NOTICE_GRAVER },
		{ "relapse", SW_NOTICE_REOPENED }, { "reopened", SW_NOTICE_REOPENED },
		{ "closed", SW_NOTICE_CLOSED },
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!strcmp(known[i].what, what))
			return known[i].event;
	}
	return SW_NOTICE_EVENTS;
}

/* A report is of what somebody does, and not of its end or of ourselves. */
static bool wants(const struct sw_notice_receiver *receiver, enum sw_notice_event event,
		  enum sw_severity severity)
{
	if (!(receiver->events >> event & 1) || severity < receiver->severity)
		return false;
	if (!receiver->to && receiver->mail && event > SW_NOTICE_CLOSED)
		return false;
	return receiver->format == SW_NOTICE_PLAIN || event < SW_NOTICE_CLOSED;
}

static int put(struct making *m, const struct sw_notice *notice, json_t *document)
{
	char *text = document ? json_dumps(document, JSON_COMPACT | JSON_PRESERVE_ORDER) : NULL;
	int err = text ? 0 : -ENOMEM;

	json_decref(document);
	if (!err)
		err = sw_notice_put(m->store, notice, text, m->receiver->every_s * 1000, m->error);
	free(text);
	return err;
}

static int put_case(struct making *m, const struct sw_case *found, enum sw_notice_event event)
{
	struct sw_notice notice = {
		.severity = found->severity,
		.case_id = found->id,
		.at_ms = m->now_ms,
	};
	json_t *document, *object, *signals = NULL;
	int err = sw_case_signals_json(m->store, found->id, &signals, m->error);

	snprintf(notice.receiver, sizeof(notice.receiver), "%s", m->receiver->name);
	snprintf(notice.event, sizeof(notice.event), "%s", sw_notice_event_name(event));
	snprintf(notice.subject, sizeof(notice.subject), "case %lld", found->id);
	object = sw_case_json(found);
	sw_json_set(&object, "signals", signals);
	document = sw_notice_document(notice.event, found->severity, found->sentence);
	sw_json_set(&document, "case", object);
	if (!err)
		return put(m, &notice, document);
	json_decref(document);
	return err;
}

static int make_one(struct making *m, const struct sw_case_news *news)
{
	enum sw_notice_event event = event_of(news->what);
	struct sw_case found;
	int err = sw_case_get(m->store, news->case_id, &found, m->error);

	if (err <= 0)
		return err; /* it is forgotten by now */
	return wants(m->receiver, event, found.severity) ? put_case(m, &found, event) : 0;
}

static int keep_news(void *ctx, const struct sw_case_news *news)
{
	struct making *m = ctx;

	m->news[m->count++] = *news;
	return 0;
}

/* Where nothing is to be sent, what comes is seen and not told. */
static int make_batch(struct making *m, struct sw_notice_receiver_state *state, bool hold)
{
	__s64 seen = state->seen;
	size_t i;
	int err;

	m->count = 0;
	err = sw_cases_news(m->store, seen, BATCH, keep_news, m, m->error);
	for (i = 0; i < m->count && !err; i++) {
		if (!hold)
			err = make_one(m, &m->news[i]);
		seen = m->news[i].line;
	}
	if (!err && seen != state->seen)
		err = sw_notice_receiver_seen(m->store, state->name, seen, m->error);
	state->seen = seen;
	return err;
}

/* Numbers of lines may be given anew once the last was forgotten. */
static int begin_at(struct making *m, struct sw_notice_receiver_state *state)
{
	__s64 newest;
	int err = sw_notice_receiver_get(m->store, m->receiver->name, state, m->error);

	if (!err)
		err = sw_cases_newest(m->store, &newest, m->error);
	if (!err && newest < state->seen) {
		state->seen = newest;
		err = sw_notice_receiver_seen(m->store, state->name, newest, m->error);
	}
	return err;
}

static int make_for(struct making *m, bool hold)
{
	struct sw_notice_receiver_state state;
	__u64 waiting = 0;
	__s64 due_ms;
	int err = begin_at(m, &state);

	if (!err && !hold)
		err = sw_notices_waiting(m->store, m->receiver->name, &waiting, &due_ms, m->error);
	if (!err && waiting < SPOOL_MAX)
		err = make_batch(m, &state, hold);
	return err;
}

static int make_alarm(struct making *m, const struct sw_alarm *alarm)
{
	struct sw_notice notice = { .severity = alarm->severity, .at_ms = m->now_ms };

	if (!wants(m->receiver, alarm->event, alarm->severity))
		return 0;
	snprintf(notice.receiver, sizeof(notice.receiver), "%s", m->receiver->name);
	snprintf(notice.event, sizeof(notice.event), "%s", sw_notice_event_name(alarm->event));
	snprintf(notice.subject, sizeof(notice.subject), "%s", alarm->name);
	return put(m, &notice, sw_notice_document(notice.event, alarm->severity, alarm->text));
}

/* Those that are new, for everybody. */
static int make_alarms(struct making *m, const struct sw_config *config,
		       const struct sw_alarms *alarms, bool hold)
{
	size_t i, r;
	int err = 0, news;

	for (i = 0; i < alarms->count && !err; i++) {
		news = sw_alarm_set(m->store, alarms->alarm[i].name, alarms->alarm[i].on, m->now_ms,
				    m->error);
		if (news < 0)
			return news;
		for (r = 0; r < config->notices.receivers && news && !hold && !err; r++) {
			m->receiver = &config->notices.receiver[r];
			err = make_alarm(m, &alarms->alarm[i]);
		}
	}
	return err;
}

static int expire(struct making *m, const struct sw_config *config)
{
	static const char name[] = "notices_expired";
	__s64 last;
	int err = sw_store_get_number(m->store, name, 0, &last, m->error);

	if (err || (m->now_ms >= last && m->now_ms - last < EXPIRE_EVERY_MS))
		return err;
	err = sw_store_put_number(m->store, name, m->now_ms, m->error);
	return err ? err
		   : sw_notices_expire(m->store, m->now_ms - (__s64)config->cases.keep_s * 1000,
				       m->error);
}

struct leaving {
	const struct sw_notices_config *notices;
	char name[32]; /* one that is configured no more */
};

static int find_leaving(void *ctx, const struct sw_notice_receiver_state *state)
{
	struct leaving *leaving = ctx;
	size_t i;

	for (i = 0; i < leaving->notices->receivers; i++) {
		if (!strcmp(leaving->notices->receiver[i].name, state->name))
			return 0;
	}
	memcpy(leaving->name, state->name, sizeof(leaving->name));
	return 1;
}

static int let_leave(struct making *m, const struct sw_config *config)
{
	struct leaving leaving = { .notices = &config->notices };
	int err;

	do {
		err = sw_notice_receivers_each(m->store, find_leaving, &leaving, m->error);
		if (err > 0)
			err = sw_notice_receiver_leaves(m->store, leaving.name, m->now_ms, m->error)
				      ?: 1;
	} while (err > 0);
	return err;
}

static int make_all(struct making *m, const struct sw_config *config,
		    const struct sw_alarms *alarms)
{
	bool hold = config->monitor && !config->notices.in_monitor;
	size_t i;
	int err = sw_store_begin(m->store, m->error);

	if (!err)
		err = let_leave(m, config);
	for (i = 0; i < config->notices.receivers && !err; i++) {
		m->receiver = &config->notices.receiver[i];
		err = make_for(m, hold);
	}
	if (!err)
		err = make_alarms(m, config, alarms, hold);
	if (!err)
		err = expire(m, config);
	if (!err)
		err = sw_store_commit(m->store, m->error);
	if (err)
		sw_store_rollback(m->store);
	return err;
}

int sw_notices_know(const struct sw_config *config, struct sw_store *store, struct sw_error *error)
{
	struct sw_notice_receiver_state state;
	size_t i;
	int err = 0;

	for (i = 0; i < config->notices.receivers && !err; i++)
		err = sw_notice_receiver_get(store, config->notices.receiver[i].name, &state,
					     error);
	return err;
}

int sw_notices_make(const struct sw_instance *instance, const struct sw_config *config,
		    struct sw_store *store, struct sw_error *error)
{
	struct making *m = calloc(1, sizeof(*m));
	struct sw_alarms alarms = { 0 };
	int err = m ? 0 : -ENOMEM;

	if (!err)
		err = sw_alarms_look(instance, config, &alarms, error);
	if (!err) {
		*m = (struct making){ .store = store, .now_ms = sw_wall_ms(), .error = error };
		err = make_all(m, config, &alarms);
	}
	free(alarms.alarm);
	free(m);
	return err;
}

int sw_notices_look(const struct sw_config *config, struct sw_store *store,
		    struct sw_notices_due *out, struct sw_error *error)
{
	struct sw_notice_receiver_state state;
	__s64 now_ms = sw_wall_ms(), due_ms;
	__u64 waiting;
	size_t i;
	int err = 0;

	*out = (struct sw_notices_due){ .next_ms = SW_FOREVER_MS };
	if (config->monitor && !config->notices.in_monitor)
		return 0;
	for (i = 0; i < config->notices.receivers && !err; i++) {
		const char *name = config->notices.receiver[i].name;

		err = sw_notices_waiting(store, name, &waiting, &due_ms, error);
		if (!err && waiting)
			err = sw_notice_receiver_get(store, name, &state, error);
		if (err || !waiting)
			continue;
		if (due_ms < state.until_ms)
			due_ms = state.until_ms;
		if (due_ms <= now_ms)
			out->receivers |= 1ULL << i;
		else if (due_ms < out->next_ms)
			out->next_ms = due_ms;
	}
	return err;
}
