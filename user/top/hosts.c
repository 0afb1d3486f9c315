// SPDX-License-Identifier: GPL-2.0
#include "top/hosts.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "kernel/generation.h"

static bool is_hotter(const struct sw_ledger_view *a, const struct sw_ledger_view *b)
{
	return a->drops > b->drops;
}

static bool is_fresher(const struct sw_ledger_view *a, const struct sw_ledger_view *b)
{
	return a->first_age_s < b->first_age_s;
}

/* Puts it where it belongs, if that is among the first. */
static void insert(struct sw_top_host *list, size_t *count, const struct sw_ledger_view *view,
		   bool (*is_before)(const struct sw_ledger_view *, const struct sw_ledger_view *))
{
	size_t i = *count;

	if (i == SW_TOP_HOSTS && !is_before(view, &list[i - 1].view))
		return;
	if (*count < SW_TOP_HOSTS)
		(*count)++;
	else
		i--;
	for (; i && is_before(view, &list[i - 1].view); i--)
		list[i] = list[i - 1];
	list[i] = (struct sw_top_host){ .view = *view, .rate = -1 };
}

static int visit(void *ctx, const struct sw_ledger_view *view)
{
	struct sw_top_hosts *hosts = ctx;

	if (view->last_age_s <= SW_TOP_RECENT_S)
		insert(hosts->hot, &hosts->hots, view, is_hotter);
	insert(hosts->fresh, &hosts->freshes, view, is_fresher);
	return 0;
}

static const struct sw_top_host *find(const struct sw_top_host *list, size_t count,
				      const struct sw_ledger_view *view)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (list[i].view.side == view->side &&
		    !sw_prefix_compare(&list[i].view.subject, &view->subject))
			return &list[i];
	}
	return NULL;
}

static void set_rates(struct sw_top_host *list, size_t count, const struct sw_top_host *before,
		      size_t befores, double seconds)
{
	const struct sw_top_host *former;
	size_t i;

	for (i = 0; i < count && seconds > 0; i++) {
		former = find(before, befores, &list[i].view);
		if (former && list[i].view.drops >= former->view.drops)
			list[i].rate = (list[i].view.drops - former->view.drops) / seconds;
	}
}

int sw_top_hosts_read(struct sw_top_hosts *hosts, const struct sw_state *state,
		      const struct sw_settings *settings)
{
	static struct sw_top_host hot[SW_TOP_HOSTS], fresh[SW_TOP_HOSTS];
	size_t hots = hosts->hots, freshes = hosts->freshes;
	__u64 now = sw_monotonic_ms();
	double seconds = hosts->looked_ms ? (now - hosts->looked_ms) / 1000.0 : 0;
	int err;

	memcpy(hot, hosts->hot, sizeof(hot));
	memcpy(fresh, hosts->fresh, sizeof(fresh));
	hosts->hots = hosts->freshes = 0;
	err = sw_ledger_each(state, settings, SW_SIDES, visit, hosts);
	set_rates(hosts->hot, hosts->hots, hot, hots, seconds);
	set_rates(hosts->fresh, hosts->freshes, fresh, freshes, seconds);
	hosts->looked_ms = now;
	return err;
}

static bool is_graver(const struct sw_suspect *a, const struct sw_suspect *b)
{
	if (a->severity != b->severity)
		return a->severity > b->severity;
	if (a->contacts != b->contacts)
		return a->contacts > b->contacts;
	return a->seen.servers > b->seen.servers;
}

static int keep_suspect(void *ctx, const struct sw_suspect *suspect)
{
	struct sw_top_hosts *hosts = ctx;
	size_t i = hosts->suspects;

	if (i == SW_TOP_HOSTS && !is_graver(suspect, &hosts->suspect[i - 1]))
		return 0;
	if (i < SW_TOP_HOSTS)
		hosts->suspects++;
	else
		i--;
	for (; i && is_graver(suspect, &hosts->suspect[i - 1]); i--)
		hosts->suspect[i] = hosts->suspect[i - 1];
	hosts->suspect[i] = *suspect;
	return 0;
}

int sw_top_suspects_read(struct sw_top_hosts *hosts, const struct sw_state *state,
			 const struct sw_config *config)
{
	struct sw_generation generation = SW_NO_GENERATION;
	struct sw_suspects suspects = { .state = state };
	int err;

	hosts->suspects = 0;
	hosts->suspects_ms = sw_monotonic_ms();
	if (!config)
		return 0;
	err = sw_generation_running(state->map[SW_MAP_policy], &generation, NULL);
	if (err)
		return err;
	suspects.policy = generation.policy;
	suspects.config = &config->suspects;
	err = sw_suspects_each(&suspects, keep_suspect, hosts);
	sw_generation_close(&generation);
	return err;
}
