// SPDX-License-Identifier: GPL-2.0
#include "cli/troubles.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/unfit.h"
#include "config/read.h"
#include "doctor/checks.h"
#include "kernel/ethtool.h"
#include "kernel/links.h"
#include "run/announced.h"
#include "run/outdated.h"
#include "store/notice_receivers.h"

#define NEARLY_FULL 95 /* of a hundred */

/* The next one, or NULL if there is no room. */
static struct sw_trouble *add(struct sw_troubles *out, bool grave, const char *next)
{
	struct sw_trouble *trouble;

	if (out->count == SW_TROUBLES) {
		out->more++;
		return NULL;
	}
	trouble = &out->trouble[out->count++];
	trouble->grave = grave;
	trouble->examined = false;
	snprintf(trouble->next, sizeof(trouble->next), "%s", next);
	return trouble;
}

static void say(struct sw_troubles *out, bool grave, const char *next, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

static void say(struct sw_troubles *out, bool grave, const char *next, const char *format, ...)
{
	struct sw_trouble *trouble = add(out, grave, next);
	char text[sizeof(trouble->text)];
	va_list arguments;

	if (!trouble)
		return;
	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	sw_printable(trouble->text, sizeof(trouble->text), text);
}

/* What was added since there were `before`, `doctor` finds by checks of its own. */
static void examined(struct sw_troubles *out, size_t before)
{
	for (; before < out->count; before++)
		out->trouble[before].examined = true;
}

/* Those by which packets come in unjudged, or the others. */
static void find_nics(const struct sw_status *status, bool grave, struct sw_troubles *out)
{
	const struct sw_snapshot *s = status->snapshot;
	char next[64];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];
		const char *problem = sw_nic_problem_text(s->problem[i]);

		bool judged = s->problem[i] == SW_NIC_ELSEWHERE || s->problem[i] == SW_NIC_STACKED;

		if (!slot->used || !slot->attached || !problem || judged == grave)
			continue;
		snprintf(next, sizeof(next), "spamweir doctor %s", slot->name);
		say(out, grave, s->problem[i] == SW_NIC_BARE ? "spamweir load" : next,
		    "%s (%s) is %s: %s", slot->name, sw_role_name(slot->role),
		    sw_attachment_name(s->attachment[i]), problem);
	}
}

/* Those by which nothing comes in. */
static void find_deaf_nics(const struct sw_status *status, struct sw_troubles *out)
{
	const struct sw_snapshot *s = status->snapshot;
	struct sw_ethtool there;
	char next[64];
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		const struct sw_interface_slot *slot = &s->registry.interface[i];

		if (!slot->used || !slot->attached || s->problem[i] || !s->kernel_name[i][0])
			continue;
		sw_ethtool_read_link(s->kernel_name[i], &there);
		if (there.silent || (there.up && there.carrier))
			continue;
		snprintf(next, sizeof(next), there.up ? "ip -s link show %s" : "ip link set %s up",
			 s->kernel_name[i]);
		say(out, false, next, "%s (%s) %s: nothing comes in by it", slot->name,
		    sw_role_name(slot->role), there.up ? "has no carrier" : "is down");
	}
}

static bool is_known(const struct sw_registry *registry, const char *name)
{
	const struct sw_interface_slot *slot = registry->interface;
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (slot[i].used && slot[i].attached && !strcmp(slot[i].name, name))
			return true;
	}
	return false;
}

static bool is_configured(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		if (!strcmp(config->interface[i].name, name))
			return true;
	}
	return false;
}

/* Whether one is attached in the role that the configuration does not name. */
static bool is_left(const struct sw_registry *registry, const struct sw_config *config, __u8 role)
{
	const struct sw_interface_slot *slot = registry->interface;
	int i;

	for (i = 0; i < SW_MAX_INTERFACES; i++) {
		if (slot[i].used && slot[i].attached && slot[i].role == role &&
		    !is_configured(config, slot[i].name))
			return true;
	}
	return false;
}

/* NICs that are not there, and that no load knows of. The one that was attached in a role is
 * taken for one of it: until the next boot, when nothing tells that it once was. */
static void find_taken_for(const struct sw_status *status, const struct sw_config *config,
			   struct sw_troubles *out)
{
	struct sw_link link;
	size_t i;

	if (!config || status->config_differs || status->held)
		return;
	for (i = 0; i < config->interfaces; i++) {
		const struct sw_interface_config *nic = &config->interface[i];

		if (is_known(&status->snapshot->registry, nic->name) ||
		    sw_link_by_name(nic->name, &link) != -ENODEV)
			continue;
		if (is_left(&status->snapshot->registry, config, nic->role))
			say(out, false, "spamweir check",
			    "%s:%d: there is no interface %s; until the next boot one that was "
			    "attached as %s NIC is taken for it: name that one here",
			    config->path, nic->line, nic->name, sw_role_name(nic->role));
		else
			say(out, true, "spamweir check", "%s:%d: there is no interface %s (%s)",
			    config->path, nic->line, nic->name, sw_role_name(nic->role));
	}
}

/* What a reload has published, and cannot change. */
static void find_outdated(const struct sw_status *status, const struct sw_config *config,
			  struct sw_troubles *out)
{
	const struct sw_snapshot *s = status->snapshot;
	unsigned outdated;

	if (!config || status->config_differs || status->held)
		return;
	outdated = sw_outdated_any(s->state, s->registry.interface, config);
	if (outdated)
		say(out, true, "spamweir load", "%s of the configuration %s not in force",
		    outdated == SW_OUTDATED_VLANS     ? "`vlans`"
		    : outdated == SW_OUTDATED_TUNNELS ? "`tunnels`"
						      : "`vlans` and `tunnels`",
		    outdated == SW_OUTDATED_TUNNELS ? "is" : "are");
}

/* NICs whose VLANs are judged by a role that is not theirs. */
static void find_tags(const struct sw_config *config, struct sw_troubles *out)
{
	struct sw_ethtool there;
	struct sw_link link;
	char next[64];
	size_t i;

	for (i = 0; config && i < config->interfaces; i++) {
		if (!config->interface[i].vlans ||
		    sw_link_by_name(config->interface[i].name, &link))
			continue;
		sw_ethtool_read(link.name, &there);
		if (!there.rxvlan)
			continue;
		snprintf(next, sizeof(next), "ethtool -K %s rxvlan off", link.name);
		say(out, true, next,
		    "%s takes VLAN tags out of frames before they are judged, so that all have its "
		    "own role",
		    config->interface[i].name);
	}
}

/* As `doctor` has it. */
static void find_textfile(const struct sw_config *config, struct sw_troubles *out)
{
	const struct sw_patient patient = { .config = config };
	struct sw_findings findings = {};
	size_t i;

	sw_check_textfile(&patient, &findings);
	for (i = 0; i < findings.count; i++) {
		if (findings.finding[i].severity >= SW_FOUND_WARNING)
			say(out, false, findings.finding[i].mend, "%s", findings.finding[i].text);
	}
	sw_findings_free(&findings);
}

static void find_feeds(const struct sw_status *status, struct sw_troubles *out)
{
	const struct sw_registry *registry = &status->snapshot->registry;
	struct sw_trouble *trouble;
	int i;

	for (i = 1; i < SW_MAX_FEEDS; i++) {
		if (!registry->feed[i].unfit_s)
			continue;
		trouble = add(out, false, "spamweir check");
		if (trouble)
			sw_unfit_text(&registry->feed[i], trouble->text, sizeof(trouble->text));
	}
}

static void find_daemon(const struct sw_status *status, struct sw_troubles *out)
{
	struct sw_daemon_trouble trouble[SW_DAEMON_TROUBLES];
	int count = sw_daemon_troubles(&status->daemon, trouble), i;

	if (status->daemon.alive == SW_ALIVE_NONE)
		say(out, false, "systemctl enable --now spamweir",
		    "no daemon runs: packets are judged, but no list is fetched, no event is "
		    "logged, no entry of `allow` and `block` ends by itself, and NICs that come "
		    "back are not attached");
	for (i = 0; i < count; i++)
		say(out, false, trouble[i].mend, "%s", trouble[i].text);
}

/* Why, whoever asked for it was told, or the journal: the state does not know. */
static void find_publish(const struct sw_status *status, const struct sw_error *unread,
			 struct sw_troubles *out)
{
	if (status->snapshot->reload_failed)
		say(out, false, "spamweir check",
		    "the last load or reload FAILED: what was in force before it is in force "
		    "still");
	else if (status->config_differs && unread->text[0])
		say(out, false, "spamweir check",
		    "the configuration on disk is not in force, and cannot be: %s", unread->text);
	else if (status->config_differs)
		say(out, false, "spamweir reload",
		    "the configuration on disk, %s, is not in force: it is another one than what "
		    "is in force was made of",
		    status->options->instance.config);
}

static void find_rollout(const struct sw_status *status, struct sw_troubles *out)
{
	if (status->trial.back)
		say(out, false, "spamweir confirm",
		    "ON TRIAL: generation %llu comes back in %llu s unless somebody confirms what "
		    "is there",
		    status->trial.back, (status->trial.left_ms + 999) / 1000);
	if (status->held)
		say(out, false, "spamweir reload",
		    "HELD: made of generation %llu, not of the configuration", status->held);
}

static void find_announced(const struct sw_status *status, struct sw_troubles *out)
{
	struct sw_announced announced;

	/* Who prints the rest of it says why it cannot be read. */
	if (sw_announced_read(&status->options->instance, &announced, NULL))
		return;
	if (announced.trouble[0])
		say(out, false, "journalctl -u spamweir",
		    "what is announced in table %u is not as it should be: %s", announced.as.table,
		    announced.trouble);
	if (announced.over)
		say(out, false, "spamweir zombie list",
		    "%llu addresses are not announced: max_routes is %u", announced.over,
		    announced.as.most);
}

static void find_sources(const struct sw_status *status, struct sw_troubles *out)
{
	const char *why;
	json_t *source;
	size_t i;

	json_array_foreach(status->sources, i, source)
	{
		why = json_string_value(json_object_get(source, "why"));
		if (why)
			say(out, false, "spamweir check", "list of subscribers %s is UNFIT: %s",
			    json_string_value(json_object_get(source, "name")), why);
	}
}

static int find_deaf(void *ctx, const struct sw_notice_receiver_state *receiver)
{
	if (receiver->failures)
		say(ctx, false, "spamweir notice list",
		    "NOBODY IS TOLD by way of the receiver %s of notices, after %u attempts: %s",
		    receiver->name, receiver->failures, receiver->error);
	return 0;
}

/* Who would be told of it gets nothing. */
static void find_receivers(const struct sw_status *status, struct sw_troubles *out)
{
	struct sw_error error = {};

	if (status->store && sw_notice_receivers_each(status->store, find_deaf, out, &error))
		sw_warn("%s; so whether notices arrive is not shown", error.text);
}

static void find_full(const struct sw_status *status, struct sw_troubles *out)
{
	const struct sw_snapshot *s = status->snapshot;
	__u64 live = s->entries[SW_TABLE_LIVE], most = s->capacity[SW_TABLE_LIVE];

	if (s->detected.full)
		say(out, false, "spamweir zombie list",
		    "FULL: %llu suspects are listed, as many as `suspects.max_listed` lets; others "
		    "are not",
		    s->detected.in_force);
	if (live * 100 >= most * NEARLY_FULL)
		say(out, false, "spamweir zombie list",
		    "FULL: there are %llu live zombies, of %llu that have room", live, most);
}

/* Without it, nothing of what it holds is shown. What is wrong with the directory that it lies
 * in is mended first. */
static void find_store(const struct sw_status *status, const struct sw_findings *state,
		       struct sw_troubles *out)
{
	const char *next = "spamweir reload";
	size_t i;

	for (i = 0; i < state->count; i++) {
		if (state->finding[i].severity >= SW_FOUND_WARNING)
			next = state->finding[i].mend;
	}
	if (status->unread.text[0])
		say(out, false, next,
		    "%s; so what is held, on trial, braked by hand or not told is not shown",
		    status->unread.text);
}

/* As `doctor` has it. */
static void find_state(const struct sw_findings *state, struct sw_troubles *out)
{
	size_t i;

	for (i = 0; i < state->count; i++) {
		if (state->finding[i].severity == SW_FOUND_FAILURE)
			say(out, false, state->finding[i].mend, "%s", state->finding[i].text);
	}
}

void sw_troubles_find(const struct sw_status *status, struct sw_troubles *out)
{
	const struct sw_patient patient = { .state_dir = status->options->instance.state_dir };
	struct sw_config *config = NULL;
	struct sw_findings state = {};
	struct sw_error unread = {};
	size_t before;

	*out = (struct sw_troubles){};
	if (!sw_config_read(status->options->instance.config, &config, &unread))
		unread.text[0] = '\0';
	if (status->snapshot->state->abi.loading)
		say(out, true, "spamweir load", "a load was INTERRUPTED");
	before = out->count;
	find_nics(status, true, out);
	find_tags(config, out);
	find_deaf_nics(status, out);
	find_nics(status, false, out);
	find_textfile(config, out);
	examined(out, before);
	find_outdated(status, config, out);
	find_taken_for(status, config, out);
	find_publish(status, &unread, out);
	find_rollout(status, out);
	before = out->count;
	find_feeds(status, out);
	sw_check_state(&patient, &state);
	find_state(&state, out);
	find_daemon(status, out);
	examined(out, before);
	find_store(status, &state, out);
	find_announced(status, out);
	find_sources(status, out);
	find_full(status, out);
	find_receivers(status, out);
	sw_findings_free(&state);
	sw_config_free(config);
}

json_t *sw_troubles_json(const struct sw_troubles *troubles)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < troubles->count; i++) {
		const struct sw_trouble *each = &troubles->trouble[i];

		sw_json_append(&list,
			       json_pack("{s:s s:o s:o}", "severity",
					 each->grave ? "failure" : "warning", "text",
					 sw_json_text(each->text), "next",
					 each->next[0] ? sw_json_text(each->next) : json_null()));
	}
	return list;
}
