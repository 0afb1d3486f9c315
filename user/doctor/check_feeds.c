// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "feed/fetched.h"

/* Whether there was something to say. */
static bool find_file(const struct sw_feed_config *feed, struct sw_findings *out)
{
	struct sw_error error = {};
	char mend[512];
	struct stat st;
	int fd = sw_file_open(feed->path, &st, &error);

	if (fd < 0) {
		snprintf(mend, sizeof(mend), "ls -l %s", feed->path);
		sw_find(out, SW_FOUND_FAILURE, mend, "feed %s cannot be read: %s", feed->name,
			error.text);
		return true;
	}
	close(fd);
	if (!(st.st_mode & 002))
		return false;
	snprintf(mend, sizeof(mend), "chmod o-w %s", feed->path);
	sw_find(out, SW_FOUND_WARNING, mend,
		"feed %s: everybody can write to %s, and so decides what it lists", feed->name,
		feed->path);
	return true;
}

static bool find_fetch(const struct sw_patient *patient, const struct sw_feed_config *feed,
		       struct sw_findings *out)
{
	struct sw_fetch_state state;
	char mend[512];

	if (sw_fetch_state_read(patient->state_dir, feed, &state))
		return false;
	snprintf(mend, sizeof(mend), "spamweir feed update %s", feed->name);
	if (!state.checked_s)
		sw_find(out, SW_FOUND_NOTE, mend, "feed %s has not been fetched yet", feed->name);
	else if (state.failures)
		sw_find(out, SW_FOUND_WARNING, mend,
			"feed %s could not be fetched, %u times in a row: %s", feed->name,
			state.failures, state.error);
	return !state.checked_s || state.failures;
}

void sw_check_feeds(const struct sw_patient *patient, struct sw_findings *out)
{
	const struct sw_config *config = patient->config;
	size_t i, lists = 0, found = 0;

	for (i = 0; config && i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		if (feed->path)
			found += find_file(feed, out);
		if (feed->url)
			found += find_fetch(patient, feed, out);
		lists += sw_feed_has_list(feed);
	}
	if (config && !found)
		sw_find(out, SW_FOUND_OK, NULL, "of %zu feeds, %zu have a list, which can be had",
			config->feeds, lists);
}
