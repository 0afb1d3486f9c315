// SPDX-License-Identifier: GPL-2.0
#include "top/sample.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/names.h"

const char *sw_top_kind_name(enum sw_top_kind kind)
{
	switch (kind) {
	case SW_TOP_REASONS:
		return "reasons";
	case SW_TOP_INTERFACES:
		return "interfaces";
	case SW_TOP_FEEDS:
		return "feeds";
	case SW_TOP_CLASSES:
		return "classes";
	case SW_TOP_KINDS:
		break;
	}
	return "unknown";
}

/* What was counted until now, before rates are made of it. */
struct counted {
	__u64 packets, cut;
};

static void name(struct sw_top_row *row, const char *text, const char *note)
{
	row->used = true;
	row->note = note;
	snprintf(row->name, sizeof(row->name), "%s", text);
}

static void set(const struct sw_top *top, struct sw_top_row *row, struct counted now,
		double seconds)
{
	bool first = !seconds || now.packets < row->packets || now.cut < row->cut;

	row->rate = first ? 0 : (now.packets - row->packets) / seconds;
	row->cut_rate = first ? 0 : (now.cut - row->cut) / seconds;
	row->packets = now.packets;
	row->cut = now.cut;
	row->history[top->samples % SW_TOP_HISTORY] = row->cut ? row->cut_rate : row->rate;
}

static struct counted count_reason(const struct sw_counters *counters, int reason, __u64 *bytes)
{
	struct counted sum = { 0, 0 };
	int mode, family;

	for (mode = 0; mode < 2; mode++) {
		for (family = 0; family < SW_FAMILIES; family++) {
			sum.packets += counters->cell[mode][reason][family].packets;
			*bytes += counters->cell[mode][reason][family].bytes;
		}
	}
	sum.cut = sw_reason_cuts(reason) ? sum.packets : 0;
	return sum;
}

static void add(struct counted *sum, struct counted more)
{
	sum->packets += more.packets;
	sum->cut += more.cut;
}

/* By reason and by NIC at once. */
static void read_reasons(struct sw_top *top, double seconds)
{
	struct counted reason[SW_REASON_COUNT] = { { 0, 0 } }, nic, one, all = { 0, 0 };
	const struct sw_snapshot *s = top->now;
	__u64 bytes = 0;
	int i, r;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		struct sw_top_row *row = &top->row[SW_TOP_INTERFACES][i];

		row->used = false;
		if (!s->registry.interface[i].used)
			continue;
		nic = (struct counted){ 0, 0 };
		for (r = 0; r < SW_REASON_COUNT; r++) {
			one = count_reason(&s->counters[i], r, &bytes);
			add(&reason[r], one);
			add(&nic, one);
		}
		add(&all, nic);
		if (!s->registry.interface[i].attached)
			continue; /* no longer configured: it counts, and has no row */
		name(row, s->registry.interface[i].name,
		     sw_nic_problem_text(s->problem[i])
			     ?: sw_role_name(s->registry.interface[i].role));
		set(top, row, nic, seconds);
	}
	for (r = 0; r < SW_REASON_COUNT; r++) {
		struct sw_top_row *row = &top->row[SW_TOP_REASONS][r];

		name(row, sw_reason_name(r), sw_verdict_name(sw_reason_verdict(r)));
		row->used = reason[r].packets;
		set(top, row, reason[r], seconds);
	}
	set(top, &top->all, all, seconds);
	top->bits = seconds && bytes > top->bytes ? (bytes - top->bytes) * 8 / seconds : 0;
	top->bytes = bytes;
}

static void read_feeds(struct sw_top *top, double seconds)
{
	const struct sw_snapshot *s = top->now;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		const struct sw_feed_slot *slot = &s->registry.feed[i];
		struct sw_top_row *row = &top->row[SW_TOP_FEEDS][i];
		bool cuts = slot->kind != SW_KIND_ALLOW && slot->kind != SW_KIND_OWN;
		__u64 packets = s->feed_counter[i].packets;

		row->used = false;
		if (!slot->active || strcmp(row->name, slot->name))
			*row = (struct sw_top_row){ .used = false };
		if (!slot->active)
			continue;
		name(row, slot->name, sw_kind_name(slot->kind));
		set(top, row, (struct counted){ packets, cuts ? packets : 0 }, seconds);
	}
}

/* Of a role: new connections by its NICs. Of a limit feed: what it has refused. */
static void read_classes(struct sw_top *top, double seconds)
{
	struct counted role[SW_ROLES] = { { 0, 0 } };
	const struct sw_snapshot *s = top->now;
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];
		const __u64 *syns = s->attempts[i].syns;

		if (slot->used && slot->role < SW_ROLES)
			add(&role[slot->role],
			    (struct counted){ syns[SW_ATTEMPT_PASSED] + syns[SW_ATTEMPT_LIMITED],
					      syns[SW_ATTEMPT_LIMITED] });
	}
	for (i = 0; i < SW_ROLES; i++) {
		name(&top->row[SW_TOP_CLASSES][i], sw_role_name(i), "new connections");
		set(top, &top->row[SW_TOP_CLASSES][i], role[i], seconds);
	}
	for (i = SW_ROLES; i < SW_MAX_FEEDS; i++) {
		const struct sw_top_row *feed = &top->row[SW_TOP_FEEDS][i - SW_ROLES];
		bool limits = feed->used && s->registry.feed[i - SW_ROLES].kind == SW_KIND_LIMIT;

		top->row[SW_TOP_CLASSES][i].used = false;
		if (!limits)
			continue;
		top->row[SW_TOP_CLASSES][i] = *feed;
		top->row[SW_TOP_CLASSES][i].note = "refused by its limit";
	}
}

int sw_top_read(struct sw_top *top)
{
	__u64 now = sw_monotonic_ms();
	double seconds = top->at_ms ? (now - top->at_ms) / 1000.0 : 0;
	int err;

	sw_snapshot_free(top->now);
	top->now = NULL;
	top->error.text[0] = '\0';
	err = sw_snapshot_take(top->pin_dir, &top->now, &top->error);
	if (err) {
		if (!top->error.text[0])
			sw_fail(&top->error, err, "%s", strerror(-err));
		top->at_ms = 0;
		return err;
	}
	read_reasons(top, seconds);
	read_feeds(top, seconds);
	read_classes(top, seconds);
	top->at_ms = now;
	top->samples++;
	return 0;
}

void sw_top_free(struct sw_top *top)
{
	sw_snapshot_free(top->now);
	top->now = NULL;
}

/* The first sample has no rate: it is not told of. */
unsigned sw_top_history(const struct sw_top *top, const struct sw_top_row *row, unsigned count,
			float *out)
{
	unsigned known = top->samples ? top->samples - 1 : 0, i;

	if (known > SW_TOP_HISTORY)
		known = SW_TOP_HISTORY;
	if (count > known)
		count = known;
	for (i = 0; i < count; i++)
		out[i] = row->history[(top->samples - count + i) % SW_TOP_HISTORY];
	return count;
}
