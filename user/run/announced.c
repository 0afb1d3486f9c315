// SPDX-License-Identifier: GPL-2.0
#include "run/announced.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "report/textfile.h"

#define NUMBERS 11

static char *path_of(const struct sw_instance *instance)
{
	char *path;

	return asprintf(&path, "%s/announced", instance->state_dir) < 0 ? NULL : path;
}

__u64 sw_announced_netns(void)
{
	struct stat netns;

	return stat("/proc/self/ns/net", &netns) ? 0 : netns.st_ino;
}

static int print(void *ctx, FILE *out)
{
	const struct sw_announced *a = ctx;

	fprintf(out,
		"table %u\nmetric %u\nmost %u\nwhat %u\ntype %u\nprotocol %u\nnetns %llu\n"
		"routes %llu\nover %llu\ntaken %llu\nleft_out %llu\ntrouble %s\n"
		"severity %u\nwhole %llu %llu %llu %llu %s\n",
		a->as.table, a->as.metric, a->as.most, a->as.what, a->as.type, a->as.protocol,
		a->netns, a->routes, a->over, a->taken, a->left_out, a->trouble, a->as.severity,
		a->whole.generation, a->whole.changes, a->whole.at_ns, a->whole.next_ns,
		a->whole.map);
	return fflush(out) || ferror(out) ? -errno : 0;
}

/* What a file of before has not. */
static void scan_rest(const char *text, struct sw_announced *a)
{
	struct sw_announced_whole *whole = &a->whole;

	if (sscanf(text, " severity %hhu whole %llu %llu %llu %llu %95[^\n]", &a->as.severity,
		   &whole->generation, &whole->changes, &whole->at_ns, &whole->next_ns,
		   whole->map) != 6)
		whole->generation = 0;
}

static bool scan(const char *text, struct sw_announced *a)
{
	int rest = 0, got;

	got = sscanf(text,
		     "table %u metric %u most %u what %hhu type %hhu protocol %hhu netns %llu "
		     "routes %llu over %llu taken %llu left_out %llu trouble%n",
		     &a->as.table, &a->as.metric, &a->as.most, &a->as.what, &a->as.type,
		     &a->as.protocol, &a->netns, &a->routes, &a->over, &a->taken, &a->left_out,
		     &rest);
	if (got != NUMBERS || !rest || !a->as.table || !a->as.protocol)
		return false;
	text += rest;
	text += *text == ' ';
	rest = strcspn(text, "\n");
	snprintf(a->trouble, sizeof(a->trouble), "%.*s", rest, text);
	scan_rest(text + rest, a);
	return true;
}

bool sw_announced_as_same(const struct sw_announce_config *a, const struct sw_announce_config *b)
{
	return a->table == b->table && a->metric == b->metric && a->most == b->most &&
	       a->what == b->what && a->severity == b->severity && a->type == b->type &&
	       a->protocol == b->protocol;
}

static bool is_same_whole(const struct sw_announced_whole *a, const struct sw_announced_whole *b)
{
	return a->generation == b->generation && a->changes == b->changes && a->at_ns == b->at_ns &&
	       a->next_ns == b->next_ns && !strcmp(a->map, b->map);
}

bool sw_announced_same(const struct sw_announced *a, const struct sw_announced *b)
{
	return sw_announced_as_same(&a->as, &b->as) && a->netns == b->netns &&
	       a->routes == b->routes && a->over == b->over && a->taken == b->taken &&
	       a->left_out == b->left_out && !strcmp(a->trouble, b->trouble) &&
	       is_same_whole(&a->whole, &b->whole);
}

int sw_announced_read(const struct sw_instance *instance, struct sw_announced *out,
		      struct sw_error *error)
{
	char *path = path_of(instance), text[1024];
	struct sw_mapping file;
	int err = path ? sw_mapping_open(path, &file, NULL) : -ENOMEM;

	*out = (struct sw_announced){};
	if (err && err != -ENOMEM)
		err = -ENOENT; /* without a state directory, which others warn of, nothing is */
	if (!err) {
		snprintf(text, sizeof(text), "%.*s", (int)file.size, file.at);
		sw_mapping_close(&file);
		if (!scan(text, out)) {
			*out = (struct sw_announced){};
			err = sw_fail(error, -EINVAL, "%s: is damaged (spamweir reload mends it)",
				      path);
		}
	}
	free(path);
	return err;
}

int sw_announced_write(const struct sw_instance *instance, const struct sw_announced *announced,
		       struct sw_error *error)
{
	char *path = path_of(instance);
	int err = path ? sw_textfile_write(path, print, (void *)announced, error) : -ENOMEM;

	free(path);
	return err;
}

void sw_announced_forget(const struct sw_instance *instance)
{
	char *path = path_of(instance);

	if (path)
		unlink(path);
	free(path);
}
