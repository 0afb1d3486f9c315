// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "cli/output.h"
#include "cli/verbs.h"
#include "policy/gate.h"
#include "worker/parse.h"

static const struct sw_feed_config *find(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (!strcmp(config->feed[i].name, name))
			return &config->feed[i];
	}
	return NULL;
}

struct trial {
	const char *path;
	const char *name; /* of the feed that it is judged as; NULL: none */
	struct sw_feed_copy copy, before;
	struct sw_feed_report report;
};

static int judge(struct trial *trial, const struct sw_options *options,
		 const struct sw_feed_config *feed, struct sw_error *error)
{
	struct sw_feed_config tested = *feed;
	int err;

	if (sw_feed_has_list(feed) && sw_feed_copy_open(options->instance.state_dir, feed,
							SW_COPY_ENFORCE, &trial->before, error))
		error->text[0] = '\0'; /* there is nothing to compare it with */
	tested.path = (char *)trial->path;
	tested.url = NULL;
	err = sw_worker_read(&tested, &trial->copy, &trial->report, error);
	if (err)
		return err;
	return sw_gate_judge(&tested, &trial->copy, trial->before.size ? &trial->before : NULL,
			     error);
}

static int try_file(struct trial *trial, const struct sw_options *options, struct sw_error *error)
{
	const struct sw_feed_config new_feed = {
		.name = "NAME",
		.kind = SW_KIND_CNC,
		.min_count = 1,
		.max_width = { [SW_IPV4] = SW_MAX_WIDTH_IPV4, [SW_IPV6] = SW_MAX_WIDTH_IPV6 },
	};
	const struct sw_feed_config *feed = &new_feed;
	struct sw_config *config = NULL;
	int err = 0;

	if (trial->name) {
		err = sw_config_read(options->instance.config, &config, error);
		if (err)
			return err;
		feed = find(config, trial->name);
	}
	if (feed)
		err = judge(trial, options, feed, error);
	else
		err = sw_fail(error, -ENOENT, "%s: names no feed \"%s\"", config->path,
			      trial->name);
	sw_config_free(config);
	return err;
}

static json_t *trial_json(const struct trial *trial)
{
	const struct sw_feed_report *report = &trial->report;
	const struct sw_copy_header *header = trial->copy.header;

	if (!header)
		return NULL;
	return json_pack("{s:b s:o s:s s:I s:I s:I s:I s:I s:I s:I s:I}", "ok", 1, "file",
			 sw_json_text(trial->path), "format", sw_format_name(report->format),
			 "ipv4", (json_int_t)header->v4, "ipv6", (json_int_t)header->v6,
			 "ipv4_addresses", (json_int_t)header->covers, "bad_lines",
			 (json_int_t)report->bad, "too_wide", (json_int_t)report->wide, "below",
			 (json_int_t)report->below, "exclusions", (json_int_t)report->excluded,
			 "cut", (json_int_t)report->cut);
}

static void print_trial(const struct trial *trial)
{
	const struct sw_feed_report *report = &trial->report;
	const struct sw_copy_header *header = trial->copy.header;
	__u32 i;

	printf("%s, %llu IPv4 and %llu IPv6 entries, %llu IPv4 addresses\n",
	       sw_format_name(report->format), header->v4, header->v6, header->covers);
	if (trial->before.size)
		printf("its good copy has %llu IPv4 and %llu IPv6 entries\n",
		       trial->before.header->v4, trial->before.header->v6);
	printf("%u bad lines, %u too wide, %u passed over, %u exclusions, %u cut\n", report->bad,
	       report->wide, report->below, report->excluded, report->cut);
	for (i = 0; i < report->bads; i++)
		printf("  line %u: \"%s\" is left out: expected %s\n", report->kept[i].line,
		       report->kept[i].text, report->kept[i].expected);
}

int cmd_feed_test(const struct sw_options *options)
{
	struct trial trial = {
		.path = options->argument[0],
		.name = options->arguments > 1 ? options->argument[1] : NULL,
	};
	struct sw_error error = {};
	int err = try_file(&trial, options, &error);

	if (!err && options->json)
		err = sw_print_json(trial_json(&trial));
	else if (!err)
		print_trial(&trial);
	sw_feed_copy_close(&trial.copy);
	sw_feed_copy_close(&trial.before);
	return err ? sw_print_error(&error, err) : SW_EXIT_DONE;
}
