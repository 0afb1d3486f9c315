// SPDX-License-Identifier: GPL-2.0
#include "detect/suspects.h"

#include "base/clock.h"
#include "detect/contacts.h"
#include "kernel/conduct.h"
#include "kernel/listed.h"
#include "kernel/live.h"
#include "policy/suspect_limits.h"

/* A source is not to blame for having no answer to what it has just sent: for so long, and
 * for so many connections as a burst may have under way. */
#define UNDER_WAY_S 10
#define UNDER_WAY 16

struct walk {
	struct sw_suspects *suspects;
	struct sw_suspect_limits limits;
	struct sw_contacts contacts;
	bool servers; /* are looked for, and not suspects */
	__s64 now_s;
	sw_suspect_visit visit;
	void *ctx;
};

static int has_answer(void *ctx, const struct sw_conduct_view *view)
{
	(void)ctx;
	return view->this.answered || view->this.refused || view->last.answered ||
	       view->last.refused;
}

static __u32 under_way(const struct sw_conduct_view *view)
{
	if (view->last_age_s >= UNDER_WAY_S)
		return 0;
	return view->this.attempts < UNDER_WAY ? view->this.attempts : UNDER_WAY;
}

/* Attempts at most that were dropped here; of older drops it is not known which. */
static __u32 dropped(const struct sw_contact *contact, __u64 span_s, __u32 attempts)
{
	if (!contact || contact->last_age_s > span_s)
		return 0;
	return contact->limited < attempts ? contact->limited : attempts;
}

static void count_connections(const struct walk *walk, const struct sw_conduct_view *view,
			      const struct sw_contact *contact, struct sw_suspect *out)
{
	struct sw_suspect_counts *seen = &out->seen;

	out->span_s = view->begun_s + (view->last.syns ? view->window_s : 0);
	*seen = (struct sw_suspect_counts){
		.attempts = view->this.attempts + view->last.attempts,
		.servers = view->servers,
		.answered = view->this.answered + view->last.answered,
		.refused = view->this.refused + view->last.refused,
		.listens = view->this.listens || view->last.listens,
	};
	if (walk->suspects->unanswered)
		seen->open = seen->attempts;
	else
		seen->open = under_way(view) + dropped(contact, out->span_s, seen->attempts);
	out->first_s = walk->now_s - out->span_s;
	out->last_s = walk->now_s - view->last_age_s;
}

static void count_contacts(const struct walk *walk, const struct sw_contact *contact,
			   struct sw_suspect *out)
{
	const struct sw_suspects_config *config = walk->suspects->config;
	__s64 first_s = walk->now_s - contact->first_age_s;
	__s64 last_s = walk->now_s - contact->last_age_s;

	if (!contact->contacts || config->action[SW_RULE_CONTACT] == SW_ACTION_OFF ||
	    contact->last_age_s > config->contact_within_s)
		return;
	out->contacts = contact->contacts;
	out->peer = contact->peer;
	out->feed = contact->feed;
	if (!out->first_s || first_s < out->first_s)
		out->first_s = first_s;
	if (last_s > out->last_s)
		out->last_s = last_s;
}

static void find_live(const struct walk *walk, struct sw_suspect *suspect)
{
	__u8 length = sw_source_length(&walk->suspects->policy->settings);
	struct sw_live_key key = sw_live_key(&suspect->subject, length);
	struct sw_live live;

	if (sw_live_get(walk->suspects->state, &key, &live) || live.until_ns <= sw_boottime_ns())
		return;
	suspect->slowed = sw_live_is_slowed(&live);
	suspect->listed |= !suspect->slowed;
}

static bool is_mail_server(const struct sw_suspect *suspect)
{
	const struct sw_suspect_counts *seen = &suspect->seen;

	return !suspect->rules && !suspect->contacts && !suspect->listed && !suspect->slowed &&
	       seen->attempts && sw_suspect_serves(seen);
}

static int judge(const struct walk *walk, struct sw_suspect *suspect)
{
	const struct sw_listing listing = sw_listed(walk->suspects->policy, &suspect->subject);

	if (listing.standing.kind == SW_KIND_ALLOW)
		return 0;
	sw_suspect_rate(suspect, &walk->limits);
	if (!suspect->rules && !walk->servers)
		return 0;
	suspect->listed = listing.standing.kind == SW_KIND_ZOMBIE;
	find_live(walk, suspect);
	if (walk->servers ? is_mail_server(suspect) : suspect->rules)
		return walk->visit(walk->ctx, suspect);
	return 0;
}

static int judge_connections(void *ctx, const struct sw_conduct_view *view)
{
	struct walk *walk = ctx;
	struct sw_contact *contact = sw_contacts_find(&walk->contacts, &view->subject);
	struct sw_suspect suspect = { .subject = view->subject };

	count_connections(walk, view, contact, &suspect);
	if (contact) {
		contact->seen = true;
		count_contacts(walk, contact, &suspect);
	}
	return judge(walk, &suspect);
}

/* Judges those that contacted C&C and opened no SMTP connection. */
static int judge_contacts(struct walk *walk)
{
	size_t i;
	int err = 0;

	for (i = 0; i < walk->contacts.count && !err; i++) {
		const struct sw_contact *contact = &walk->contacts.contact[i];
		struct sw_suspect suspect = { .subject = contact->subject };

		if (contact->seen)
			continue;
		count_contacts(walk, contact, &suspect);
		if (suspect.contacts)
			err = judge(walk, &suspect);
	}
	return err;
}

static int each(struct walk *walk)
{
	const struct sw_state *state = walk->suspects->state;
	const struct sw_settings *settings = &walk->suspects->policy->settings;
	int err;

	walk->now_s = sw_wall_ms() / 1000;
	walk->limits = sw_suspect_limits(walk->suspects->config, SW_ACTION_REPORT);
	err = sw_conduct_each(state, settings, SW_SIDE_SUBSCRIBER, has_answer, NULL);
	if (err < 0)
		return err;
	walk->suspects->unanswered = !err;
	err = sw_contacts_read(state, settings, &walk->contacts);
	if (!err)
		err = sw_conduct_each(state, settings, SW_SIDE_SUBSCRIBER, judge_connections, walk);
	if (!err)
		err = judge_contacts(walk);
	sw_contacts_free(&walk->contacts);
	return err;
}

int sw_suspects_each(struct sw_suspects *suspects, sw_suspect_visit visit, void *ctx)
{
	struct walk walk = { .suspects = suspects, .visit = visit, .ctx = ctx };

	return each(&walk);
}

int sw_mail_servers_each(struct sw_suspects *suspects, sw_suspect_visit visit, void *ctx)
{
	struct walk walk = { .suspects = suspects, .visit = visit, .ctx = ctx, .servers = true };

	return each(&walk);
}
