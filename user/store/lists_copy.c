// SPDX-License-Identifier: GPL-2.0
/* A line an entry, its fields with tabs between, and a last line with their number. */
#include "store/lists_copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/span.h"
#include "store/db.h"

#define HEAD "spamweir operator lists 1\n"

struct writing {
	FILE *out;
	size_t count;
};

static int write_entry(void *ctx, const struct sw_ordered *entry)
{
	struct writing *writing = ctx;
	char text[SW_PREFIX_TEXT];

	writing->count++;
	fprintf(writing->out, "%s\t%s\t%lld\t%lld\t%d\t%s\t%s\t%llu\n", sw_list_name(entry->list),
		sw_prefix_format(&entry->prefix, text), entry->since_ms, entry->until_ms,
		entry->forced, entry->name, entry->why, entry->interval_ns);
	return ferror(writing->out) ? -EIO : 0;
}

static int write_whole(struct sw_store *store, FILE *out, struct sw_error *error)
{
	struct writing writing = { .out = out };
	int err;

	fputs(HEAD, out);
	err = sw_lists_each(store, 0, write_entry, &writing, error);
	fprintf(out, "end\t%zu\n", writing.count);
	if (!err && (fflush(out) || fsync(fileno(out))))
		err = -errno;
	return err;
}

int sw_lists_copy(struct sw_store *store, const char *state_dir, struct sw_error *error)
{
	char *path = NULL, *fresh = NULL;
	FILE *out = NULL;
	int fd, err = -ENOMEM;

	if (asprintf(&path, "%s/" SW_LISTS_FILE, state_dir) < 0 ||
	    asprintf(&fresh, "%s.new", path) < 0)
		goto out;
	fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	out = fd < 0 ? NULL : fdopen(fd, "w");
	err = out ? write_whole(store, out, error) : -errno;
	if (out && fclose(out) && !err)
		err = -errno;
	if (!err && rename(fresh, path))
		err = -errno;
	if (err)
		unlink(fresh);
out:
	if (err && !(error && error->text[0]))
		sw_fail(error, err, "%s: %s", path ? path : state_dir, strerror(-err));
	free(fresh);
	free(path);
	return err;
}

static struct sw_span cut_field(struct sw_span *line)
{
	const char *tab = memchr(line->at, '\t', line->size);
	struct sw_span field = { line->at, tab ? (size_t)(tab - line->at) : line->size };

	line->at += field.size + !!tab;
	line->size -= field.size + !!tab;
	return field;
}

static void copy_field(struct sw_span *line, char *out, size_t room)
{
	struct sw_span field = cut_field(line);

	snprintf(out, room, "%.*s", (int)field.size, field.at);
}

static bool parse_entry(struct sw_span line, struct sw_ordered *out)
{
	char list[8], number[4][24];
	struct sw_span prefix;

	*out = (struct sw_ordered){};
	copy_field(&line, list, sizeof(list));
	prefix = cut_field(&line);
	copy_field(&line, number[0], sizeof(number[0]));
	copy_field(&line, number[1], sizeof(number[1]));
	copy_field(&line, number[2], sizeof(number[2]));
	copy_field(&line, out->name, sizeof(out->name));
	copy_field(&line, out->why, sizeof(out->why));
	copy_field(&line, number[3], sizeof(number[3]));
	out->since_ms = strtoll(number[0], NULL, 10);
	out->until_ms = strtoll(number[1], NULL, 10);
	out->forced = number[2][0] == '1';
	out->interval_ns = strtoull(number[3], NULL, 10);
	return sw_list_of(list, &out->list) && !sw_span_prefix(prefix, &out->prefix) &&
	       out->until_ms;
}

/* Whether it is whole, with `visit` NULL; or calls it. */
static int each_line(const struct sw_file *file, __s64 now_ms, sw_lists_visit visit, void *ctx)
{
	const char *at = file->text + strlen(HEAD), *end = file->text + file->size, *newline;
	struct sw_ordered entry;
	size_t count = 0;
	char last[32];
	int err = 0;

	for (; !err && at < end; at = newline + 1) {
		newline = memchr(at, '\n', end - at);
		if (!newline)
			return -EINVAL;
		snprintf(last, sizeof(last), "end\t%zu", count);
		if ((size_t)(newline - at) == strlen(last) && !memcmp(at, last, strlen(last)))
			return newline + 1 == end ? 0 : -EINVAL;
		if (!parse_entry((struct sw_span){ at, newline - at }, &entry))
			return -EINVAL;
		count++;
		if (visit && entry.until_ms > now_ms)
			err = visit(ctx, &entry);
	}
	return err ? err : -EINVAL;
}

int sw_lists_read_copy(const char *state_dir, __s64 now_ms, sw_lists_visit visit, void *ctx,
		       struct sw_error *error)
{
	__attribute__((cleanup(sw_file_unmap))) struct sw_file file = {};
	char *path;
	int err;

	if (asprintf(&path, "%s/" SW_LISTS_FILE, state_dir) < 0)
		return -ENOMEM;
	err = sw_file_map(path, &file, error);
	if (!err && (file.size < strlen(HEAD) || memcmp(file.text, HEAD, strlen(HEAD)) ||
		     each_line(&file, now_ms, NULL, NULL)))
		err = sw_fail(error, -EINVAL, "%s: is damaged", path);
	free(path);
	return err ? err : each_line(&file, now_ms, visit, ctx);
}

#define RECOVERED "lists_recovered"

struct recovery {
	struct sw_store *store;
	struct sw_error *error;
	__u64 count;
};

static int recover_one(void *ctx, const struct sw_ordered *entry)
{
	struct recovery *recovery = ctx;

	recovery->count++;
	return sw_lists_put(recovery->store, entry, 1, recovery->error);
}

int sw_lists_recover(struct sw_store *store, const char *state_dir, struct sw_error *error)
{
	struct recovery recovery = { .store = store, .error = error };
	bool pending;
	__s64 change;
	int err;

	err = sw_lists_pending(store, &pending, &change, error);
	if (err || change)
		return err;
	err = sw_store_begin(store, error);
	if (!err)
		err = sw_lists_read_copy(state_dir, sw_wall_ms(), recover_one, &recovery, NULL);
	if (err == -ENOENT)
		err = 0;
	else if (!err)
		err = sw_lists_note_change(store, error);
	if (!err && recovery.count)
		err = sw_store_put_number(store, RECOVERED, 1, error);
	if (!err)
		err = sw_store_commit(store, error);
	if (err)
		sw_store_rollback(store);
	else if (recovery.count)
		sw_note("%llu entries of operator lists were taken from %s/" SW_LISTS_FILE,
			recovery.count, state_dir);
	return err;
}

bool sw_lists_recovered(struct sw_store *store)
{
	__s64 recovered;

	return !sw_store_get_number(store, RECOVERED, 0, &recovered, NULL) && recovered;
}
