// SPDX-License-Identifier: GPL-2.0
#include "feed/fetched.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "feed/copy_layout.h"
#include "feed/copy_save.h"
#include "feed/copy_source.h"

#define NS_PER_S 1000000000ULL

/* '@' is in no feed's name. */
static int beside(const struct sw_feed_config *feed, const char *what, char name[SW_NAME_LEN + 16])
{
	return snprintf(name, SW_NAME_LEN + 16, "%s@%s", feed->name, what);
}

struct field {
	const char *key;
	size_t offset;
	size_t room; /* of a text; 0: a number */
};

#define NUMBER(key)                                                                                \
	{                                                                                          \
#key, offsetof(struct sw_fetch_state, key), 0                                      \
	}
#define TEXT(key)                                                                                  \
	{                                                                                          \
#key, offsetof(struct sw_fetch_state, key),                                        \
			sizeof(((struct sw_fetch_state *)0)->key)                                  \
	}

static const struct field fields[] = {
	NUMBER(checked_s), NUMBER(asked_s),  NUMBER(fetched_s), NUMBER(content_s), NUMBER(next_s),
	NUMBER(took_ms),   NUMBER(failures), TEXT(etag),	TEXT(modified),	   TEXT(error),
};

#define FIELDS SW_COUNT(fields)

static void take_field(struct sw_fetch_state *state, const struct field *field, const char *text)
{
	void *at = (char *)state + field->offset;

	if (field->room)
		snprintf(at, field->room, "%s", text);
	else if (at == &state->failures)
		state->failures = strtoul(text, NULL, 10);
	else
		*(__u64 *)at = strtoull(text, NULL, 10);
}

static void take_line(struct sw_fetch_state *state, char *line)
{
	char *blank = strchr(line, ' ');
	size_t i;

	if (!blank)
		return;
	*blank = '\0';
	for (i = 0; i < FIELDS; i++) {
		if (!strcmp(fields[i].key, line))
			take_field(state, &fields[i], blank + 1);
	}
}

/* False if the state is that of another URL: nothing of it holds then. */
static bool parse(const struct sw_feed_config *feed, char *text, struct sw_fetch_state *state)
{
	char *rest = text, *line = strsep(&rest, "\n");

	if (strncmp(line, "url ", 4) || strcmp(line + 4, feed->url))
		return false;
	while (rest && (line = strsep(&rest, "\n")))
		take_line(state, line);
	return true;
}

static char *path_of(const char *state_dir, const struct sw_feed_config *feed)
{
	char name[SW_NAME_LEN + 16];

	beside(feed, "state", name);
	return sw_copy_path(state_dir, name);
}

int sw_fetch_fail(const struct sw_feed_config *feed, const char *why, int code,
		  struct sw_error *error)
{
	return sw_fail(error, code, "%s (spamweir feed update %s)", why, feed->name);
}

int sw_fetch_state_read(const char *state_dir, const struct sw_feed_config *feed,
			struct sw_fetch_state *state)
{
	char *path = path_of(state_dir, feed), *text;
	struct sw_file file;
	int err;

	*state = (struct sw_fetch_state){ 0 };
	if (!path)
		return -ENOMEM;
	err = sw_file_map(path, &file, NULL);
	free(path);
	if (err)
		return err == -ENOMEM ? err : 0;
	text = strndup(file.text, file.size);
	sw_file_unmap(&file);
	if (!text)
		return -ENOMEM;
	if (!parse(feed, text, state))
		*state = (struct sw_fetch_state){ 0 };
	free(text);
	return 0;
}

static void print(const struct sw_feed_config *feed, const struct sw_fetch_state *state, FILE *out)
{
	char line[sizeof(state->error)];
	size_t i;

	fprintf(out, "url %s\n", feed->url);
	for (i = 0; i < FIELDS; i++) {
		const void *at = (const char *)state + fields[i].offset;

		if (fields[i].room)
			fprintf(out, "%s %s\n", fields[i].key,
				sw_printable(line, sizeof(line), at));
		else if (at == &state->failures)
			fprintf(out, "%s %u\n", fields[i].key, state->failures);
		else
			fprintf(out, "%s %llu\n", fields[i].key, *(const __u64 *)at);
	}
}

static int write_to(const char *path, const struct sw_feed_config *feed,
		    const struct sw_fetch_state *state)
{
	char *fresh;
	FILE *out;
	int err = 0;

	if (asprintf(&fresh, "%s.new", path) < 0)
		return -ENOMEM;
	out = fopen(fresh, "we");
	if (!out) {
		err = -errno;
	} else {
		print(feed, state, out);
		if (fflush(out) || fsync(fileno(out)))
			err = -errno;
		if (fclose(out) && !err)
			err = -errno;
		if (!err && rename(fresh, path))
			err = -errno;
		if (err)
			unlink(fresh);
	}
	free(fresh);
	return err;
}

int sw_fetch_state_write(const char *state_dir, const struct sw_feed_config *feed,
			 const struct sw_fetch_state *state, struct sw_error *error)
{
	char *path = path_of(state_dir, feed);
	int err = path ? sw_copy_make_directories(state_dir, error) : -ENOMEM;

	if (!err) {
		err = write_to(path, feed, state);
		if (err)
			sw_fail(error, err, "%s: %s", path, strerror(-err));
	}
	free(path);
	return err;
}

static int open_fetched(const char *state_dir, const struct sw_feed_config *feed,
			enum sw_copy_trust trust, struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_feed_config fetched = *feed;
	char name[SW_NAME_LEN + 16];

	beside(feed, "fetched", name);
	fetched.name = name;
	return sw_feed_copy_open(state_dir, &fetched, trust, copy, error);
}

bool sw_fetched_is_in(const char *state_dir, const struct sw_feed_config *feed,
		      const struct sw_feed_copy *good)
{
	struct sw_copy_options options = sw_copy_options(feed);
	struct sw_feed_copy fetched;
	bool is;

	if (memcmp(&options, &good->header->options, sizeof(options)) ||
	    open_fetched(state_dir, feed, SW_COPY_LOOK, &fetched, NULL))
		return false;
	is = sw_fetched_same(good, &fetched);
	sw_feed_copy_close(&fetched);
	return is;
}

int sw_fetched_open(const char *state_dir, const struct sw_feed_config *feed,
		    struct sw_feed_copy *copy, struct sw_error *error)
{
	struct sw_copy_options options = sw_copy_options(feed);
	int err = open_fetched(state_dir, feed, SW_COPY_ENFORCE, copy, error);

	if (err)
		return err;
	if (!memcmp(&options, &copy->header->options, sizeof(options)) &&
	    !mprotect((void *)copy->header, copy->size, PROT_READ | PROT_WRITE))
		return 0;
	sw_feed_copy_close(copy);
	return -ENOENT;
}

int sw_fetched_keep(const char *state_dir, const struct sw_feed_config *feed,
		    struct sw_feed_copy *copy, __u64 content_s, struct sw_error *error)
{
	struct sw_copy_header *header = (struct sw_copy_header *)copy->header;
	char name[SW_NAME_LEN + 16], *temporary;
	int err;

	header->read_ns = sw_wall_ns();
	header->source = (struct sw_file_id){
		.size = header->source.size,
		.modified_ns = content_s * NS_PER_S,
		.changed_ns = header->read_ns,
	};
	beside(feed, "fetched", name);
	err = sw_feed_copy_write(copy, state_dir, name, &temporary, error);
	if (err)
		return err;
	err = sw_feed_copy_commit(temporary, state_dir, name, error);
	free(temporary);
	return err;
}

bool sw_fetched_same(const struct sw_feed_copy *a, const struct sw_feed_copy *b)
{
	return !memcmp(&a->header->source, &b->header->source, sizeof(a->header->source)) &&
	       !memcmp(&a->header->options, &b->header->options, sizeof(a->header->options));
}

bool sw_fetched_equal(const struct sw_feed_copy *a, const struct sw_feed_copy *b)
{
	const struct sw_copy_header *x = a->header, *y = b->header;

	return x->size == y->size && x->v4 == y->v4 && x->v6 == y->v6 && x->untils == y->untils &&
	       x->report.begins_s == y->report.begins_s && x->tags_size == y->tags_size &&
	       !memcmp(x + 1, y + 1, x->size - sizeof(*x));
}
