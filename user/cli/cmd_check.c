// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "base/names.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/planning.h"
#include "cli/verbs.h"
#include "config/words.h"
#include "doctor/checks.h"
#include "kernel/footprint.h"
#include "run/nics_find.h"

static json_t *interfaces_json(const struct sw_config *config, const bool *present)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < config->interfaces; i++)
		sw_json_append(&list, json_pack("{s:s s:s s:b}", "name", config->interface[i].name,
						"role", sw_role_name(config->interface[i].role),
						"present", present[i]));
	return list;
}

static json_t *check_json(const struct sw_plan *plan, const bool *present,
			  const struct sw_footprint *footprint)
{
	json_t *feeds = json_array();
	size_t i;

	for (i = 0; i < plan->config->feeds; i++) {
		const struct sw_feed_config *feed = &plan->config->feed[i];
		const struct sw_feed_state *state = &plan->rules->feed[i];

		sw_json_append(&feeds,
			       json_pack("{s:s s:s s:s s:I s:I s:I s:I s:I s:I s:I}", "name",
					 feed->name, "kind", sw_kind_name(feed->kind), "format",
					 sw_format_name(state->report.format), "entries",
					 (json_int_t)state->prefixes, "bad_lines",
					 (json_int_t)state->report.bad, "too_wide",
					 (json_int_t)state->report.wide, "within_own",
					 (json_int_t)state->own, "special",
					 (json_int_t)state->special, "router",
					 (json_int_t)state->hosts, "excluded",
					 (json_int_t)state->report.excluded));
	}
	return json_pack("{s:b s:o s:o s:o s:{s:I s:I}}", "ok", 1, "config",
			 sw_json_text(plan->config->path), "interfaces",
			 interfaces_json(plan->config, present), "feeds", feeds, "kernel_bytes",
			 "tables", (json_int_t)footprint->tables, "state",
			 (json_int_t)footprint->state);
}

/* What a feed meant before it could say so. */
static void tell_implied(const struct sw_config *config, const struct sw_feed_config *feed)
{
	bool upstream = false;
	size_t i;

	for (i = 0; i < config->interfaces; i++)
		upstream |= config->interface[i].role == SW_UPSTREAM;
	if (upstream && feed->kind == SW_KIND_ALLOW && feed->to == SW_TO_IMPLIED)
		printf("%-28s does not say `to`: mail to it passes on upstream NICs, unjudged\n",
		       "");
}

#define MIB 1048576.0

static void check_text(const struct sw_plan *plan, const struct sw_footprint *footprint)
{
	char path[PATH_MAX];
	size_t i;

	for (i = 0; i < plan->config->feeds; i++) {
		const struct sw_feed_config *feed = &plan->config->feed[i];
		const struct sw_feed_state *state = &plan->rules->feed[i];

		printf("%-20s %-7s %10u entries", feed->name, sw_kind_name(feed->kind),
		       state->prefixes);
		if (state->report.bad)
			printf(", %u bad lines", state->report.bad);
		if (state->report.wide)
			printf(", %u too wide", state->report.wide);
		if (state->own)
			printf(", %u within own space", state->own);
		if (state->special)
			printf(", %u in special-purpose space", state->special);
		if (state->hosts)
			printf(", %u that this router needs", state->hosts);
		if (state->report.excluded)
			printf(", %u exclusions", state->report.excluded);
		putchar('\n');
		tell_implied(plan->config, feed);
	}
	printf("kernel memory: %.1f MiB for the lists, as much again while they change, %.1f MiB "
	       "for the rest\n",
	       footprint->tables / MIB, footprint->state / MIB);
	printf("%s is valid\n", sw_printable(path, sizeof(path), plan->config->path));
}

/* All that is unfit, but for what the error is of. */
static void print_unfit(const struct sw_plan *plan)
{
	size_t i;

	for (i = 0; plan->rules && i < plan->rules->feeds; i++) {
		if (i != plan->failed_feed && plan->rules->feed[i].source.unfit.text[0])
			sw_note("%s", plan->rules->feed[i].source.unfit.text);
	}
}

/* Warnings of the policy alone: notes may be what somebody wants. */
static void examine_policy(const struct sw_patient *patient, struct sw_findings *out)
{
	struct sw_findings all = { 0 };
	size_t i;

	sw_check_policy(patient, &all);
	for (i = 0; i < all.count; i++) {
		if (all.finding[i].severity == SW_FOUND_WARNING)
			sw_warn("%s", all.finding[i].text);
	}
	out->err = out->err ?: all.err;
	sw_findings_free(&all);
}

/* What `doctor` finds in the configuration itself: the files that it names, the roles of its
 * NICs, and its policy. What may be right on another machine is a warning. -ENOENT: a file is
 * missing, and that was said. */
static int examine(const struct sw_plan *plan)
{
	struct sw_patient patient = { .config = plan->config, .rules = plan->rules };
	struct sw_findings findings = {};
	size_t i;
	int err;

	sw_check_files(&patient, &findings);
	sw_check_roles(&patient, &findings);
	examine_policy(&patient, &findings);
	err = findings.err;
	if (err)
		sw_note("what doctor finds in it cannot be told: %s", strerror(-err));
	for (i = 0; i < findings.count; i++) {
		const struct sw_finding *found = &findings.finding[i];

		if (found->severity == SW_FOUND_WARNING)
			sw_warn("%s", found->text);
		else if (found->severity != SW_FOUND_OK)
			sw_note("%s", found->text);
		if (found->severity == SW_FOUND_FAILURE)
			err = -ENOENT;
	}
	sw_findings_free(&findings);
	return err;
}

int cmd_check(const struct sw_options *options)
{
	struct sw_error error = {};
	bool present[SW_MAX_INTERFACES];
	struct sw_footprint footprint;
	struct sw_plan plan;
	int err = sw_plan_strictly(&options->instance, &plan, &error);

	if (err)
		print_unfit(&plan);
	if (!err)
		err = sw_nics_inspect(plan.config, present, &error);
	if (!err)
		err = sw_plan_footprint(&plan, &footprint, &error);
	if (!err && examine(&plan)) {
		sw_plan_free(&plan);
		return SW_EXIT_FAILED;
	}
	if (!err && options->json)
		err = sw_print_json(check_json(&plan, present, &footprint));
	else if (!err)
		check_text(&plan, &footprint);
	sw_plan_free(&plan);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
