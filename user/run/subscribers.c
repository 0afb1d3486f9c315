// SPDX-License-Identifier: GPL-2.0
#include "run/subscribers.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "run/subscribers_files.h"
#include "run/subscribers_read.h"
#include "store/holders.h"
#include "store/holders_source.h"

#define PART (64ULL << 20) /* of a journal, at once */
#define BATCH 10000	   /* rows, until others may write */
#define EXPIRE_EVERY_MS 3600000LL
#define SETTLED_MS 2000 /* a list that names all is not read sooner after it was written */

struct taking {
	struct sw_store *store;
	const struct sw_subscribers_source *source;
	const struct sw_subscriber_format *format;
	struct sw_holders *holders;
	struct sw_holders_source known;
	__s64 pass;
	__u64 records;
	bool changed;
	struct sw_error *error; /* of the store */
	int err;		/* the same */
};

static int put(void *ctx, const struct sw_held *held)
{
	struct taking *t = ctx;

	t->err = sw_holders_put(t->holders, held, t->error);
	if (!t->err && ++t->records % BATCH == 0) {
		t->err = sw_store_commit(t->store, t->error);
		if (!t->err)
			t->err = sw_store_begin(t->store, t->error);
	}
	return t->err;
}

static void note_bad(struct taking *t, const char *path, const struct sw_subscriber_report *report)
{
	t->known.records += report->records;
	t->known.bad += report->bad + report->nameless;
	if (report->bad)
		sw_fail(&t->known.error, -EINVAL,
			"%s: %llu bad, such as line %u of what was read: `%s` (expected %s)", path,
			report->bad, report->bad_line, report->bad_text, report->expected);
	else if (report->nameless && !report->records)
		sw_fail(&t->known.error, -EINVAL,
			"%s: none of %llu lines names an account (see `account`)", path,
			report->nameless);
}

/* From where it is read: up to there it was read before. */
static __u64 offset_of(const struct taking *t, const struct sw_holders_file *before,
		       const struct sw_file_id *id)
{
	bool same = before->device == id->device && before->inode == id->inode;

	return t->format->journal && same && id->size >= before->offset ? before->offset : 0;
}

/* One reading. *more: there is more of it. -errno of the store; else the source says why. */
static int read_part(struct taking *t, const char *path, int fd, const struct sw_file_id *id,
		     struct sw_holders_file *file, bool *more)
{
	struct sw_subscribers_part part = {
		.source = t->source,
		.fd = fd,
		.offset = file->offset,
		.size = id->size - file->offset,
		.modified_ms = id->modified_ns / 1000000,
	};
	struct sw_subscriber_report report;
	struct sw_error why = { 0 };
	int err;

	*more = t->format->journal && part.size > PART;
	if (*more)
		part.size = PART;
	err = sw_store_begin(t->store, t->error);
	if (err)
		return err;
	err = sw_subscribers_read(&part, put, t, &report, &why);
	if (err && !t->err)
		sw_fail(&t->known.error, -EINVAL, "%s: %s", path, why.text);
	if (!t->err && !err) {
		note_bad(t, path, &report);
		file->offset += t->format->journal ? report.used : part.size;
		*more = *more && report.used;
		t->err = sw_holders_file_put(t->store, t->source->name, path, file, t->error);
	}
	if (!t->err)
		t->err = sw_store_commit(t->store, t->error);
	*more = *more && !err;
	return t->err;
}

/* As sw_file_identify has it, of the file that is open. */
static struct sw_file_id id_of(const struct stat *stat)
{
	return (struct sw_file_id){
		.device = stat->st_dev,
		.inode = stat->st_ino,
		.size = stat->st_size,
		.modified_ns = stat->st_mtim.tv_sec * 1000000000ULL + stat->st_mtim.tv_nsec,
	};
}

static int read_file(struct taking *t, const char *path, bool anyway)
{
	struct sw_holders_file before = { 0 }, file;
	struct sw_error why = { 0 };
	struct sw_file_id id;
	struct stat stat;
	bool more = true;
	int fd, err;

	err = sw_holders_file_get(t->store, t->source->name, path, &before, t->error);
	if (err < 0)
		return err;
	fd = sw_file_open(path, &stat, &why);
	if (fd < 0) {
		sw_fail(&t->known.error, -EINVAL, "%s", why.text);
		return sw_holders_forget_files(t->store, t->source->name, t->error);
	}
	id = id_of(&stat);
	file = (struct sw_holders_file){
		.device = id.device,
		.inode = id.inode,
		.offset = err ? offset_of(t, &before, &id) : 0,
		.size = id.size,
		.modified_ns = id.modified_ns,
	};
	if (err && !anyway && before.device == id.device && before.inode == id.inode &&
	    before.size == id.size && before.modified_ns == id.modified_ns) {
		close(fd);
		return 0;
	}
	t->changed = true;
	for (err = 0; more && !err;)
		err = read_part(t, path, fd, &id, &file, &more);
	close(fd);
	return err;
}

/* Whether any of them has changed. */
static int any_changed(struct taking *t, const struct sw_subscribers_files *files, bool *changed)
{
	struct sw_holders_file before;
	struct sw_file_id id;
	size_t i;
	int err = 0;

	*changed = false;
	for (i = 0; i < files->count && err >= 0 && !*changed; i++) {
		err = sw_holders_file_get(t->store, t->source->name, files->path[i], &before,
					  t->error);
		if (err >= 0 && !sw_file_identify(files->path[i], &id))
			*changed = !err || before.device != id.device || before.inode != id.inode ||
				   before.size != id.size || before.modified_ns != id.modified_ns;
	}
	return err < 0 ? err : 0;
}

/* Whoever writes it has been cut short, more likely than that all customers have left. 1: it
 * is so. */
static int is_emptied(struct taking *t)
{
	int any = t->records ? 0 : sw_holders_any(t->holders, t->error);

	if (any > 0)
		sw_fail(&t->known.error, -EINVAL,
			"%s: it names nobody any more: those it has named are kept (take the source "
			"out of the configuration if they have left)",
			t->source->path);
	return any;
}

/* What is in none of the files of a list that names all is not so any more. Of one that
 * could not be read, nobody knows. */
static int end_others(struct taking *t)
{
	int err;

	if (!t->format->all || !t->changed || t->known.error.text[0])
		return 0;
	err = is_emptied(t);
	if (err)
		return err < 0 ? err : 0;
	err = sw_store_begin(t->store, t->error);
	if (!err)
		err = sw_holders_end_others(t->holders, t->pass, t->error);
	return err ? err : sw_store_commit(t->store, t->error);
}

/* Whether one of them may be half written. It is looked at again soon. */
static bool is_being_written(const struct taking *t, const struct sw_subscribers_files *files)
{
	struct sw_file_id id;
	size_t i;

	for (i = 0; i < files->count; i++) {
		__s64 age_ms = sw_file_identify(files->path[i], &id)
				       ? SETTLED_MS
				       : t->pass - (__s64)(id.modified_ns / 1000000);

		if (age_ms >= 0 && age_ms < SETTLED_MS)
			return true;
	}
	return false;
}

static int read_files(struct taking *t, const struct sw_subscribers_files *files)
{
	bool anyway = false;
	size_t i;
	int err = 0;

	if (!files->count) {
		sw_fail(&t->known.error, -EINVAL, "%s: there is no such file", t->source->path);
		return sw_holders_forget_files(t->store, t->source->name, t->error);
	}
	if (t->format->all && is_being_written(t, files))
		return 0;
	if (t->format->all)
		err = any_changed(t, files, &anyway);
	for (i = 0; i < files->count && !err; i++)
		err = read_file(t, files->path[i], anyway);
	return err ? err : end_others(t);
}

/* How it is read. What was read otherwise is read anew. */
static int know_source(struct taking *t, struct sw_error *error)
{
	const struct sw_subscribers_source *source = t->source;
	char about[sizeof(t->known.about)];
	int found = sw_holders_source_get(t->store, source->name, &t->known, error);

	if (found < 0)
		return found;
	snprintf(about, sizeof(about), "%s %s %s", sw_subscribers_format_name(source->format),
		 source->account ?: "-", source->path);
	if (found && !strcmp(t->known.about, about))
		return 0;
	t->known = (struct sw_holders_source){ 0 };
	snprintf(t->known.name, sizeof(t->known.name), "%s", source->name);
	snprintf(t->known.about, sizeof(t->known.about), "%s", about);
	return sw_holders_forget_files(t->store, source->name, error);
}

static int take_source(struct sw_store *store, const struct sw_subscribers_source *source,
		       struct sw_error *error)
{
	struct taking t = {
		.store = store,
		.source = source,
		.format = sw_subscriber_format(source->format),
		.pass = sw_wall_ms(),
		.error = error,
	};
	struct sw_subscribers_files files;
	struct sw_error before;
	struct sw_error why = { 0 };
	int err = know_source(&t, error);

	if (err)
		return err;
	before = t.known.error;
	t.known.error.text[0] = '\0';
	if (sw_subscribers_files_find(source, &files, &why))
		sw_fail(&t.known.error, -EINVAL, "%s", why.text);
	err = sw_holders_open(store, source->name, t.format->all ? t.pass : 0, &t.holders, error);
	if (!err)
		err = read_files(&t, &files);
	sw_holders_close(t.holders);
	sw_subscribers_files_free(&files);
	if (err)
		return err;
	if (!t.changed && !t.known.error.text[0]) /* what was wrong in the files still is */
		t.known.error = before;
	if (t.known.error.text[0] && strcmp(before.text, t.known.error.text))
		sw_warn("subscribers %s: %s", source->name, t.known.error.text);
	t.known.checked_ms = sw_wall_ms();
	return sw_holders_source_put(store, &t.known, error);
}

static bool is_configured(const struct sw_config *config, const char *name)
{
	size_t i;

	for (i = 0; i < config->subscribers.sources; i++) {
		if (!strcmp(config->subscribers.source[i].name, name))
			return true;
	}
	return false;
}

struct leaving {
	const struct sw_config *config;
	char name[32]; /* one that is configured no more; "": all are */
};

static int find_leaving(void *ctx, const struct sw_holders_source *source)
{
	struct leaving *leaving = ctx;

	if (is_configured(leaving->config, source->name))
		return 0;
	memcpy(leaving->name, source->name, sizeof(leaving->name));
	return 1;
}

static int end_sources(struct sw_store *store, const struct sw_config *config,
		       struct sw_error *error)
{
	struct leaving leaving = { .config = config };
	int err = sw_holders_sources(store, find_leaving, &leaving, error);

	while (err > 0) {
		err = sw_store_begin(store, error);
		if (!err)
			err = sw_holders_end_source(store, leaving.name, sw_wall_ms(), error);
		if (!err)
			err = sw_store_commit(store, error);
		if (!err)
			err = sw_holders_sources(store, find_leaving, &leaving, error);
	}
	return err;
}

static int expire(struct sw_store *store, const struct sw_config *config, struct sw_error *error)
{
	static const char name[] = "holding_expired";
	__s64 now = sw_wall_ms(), last;
	int err = sw_store_get_number(store, name, 0, &last, error);

	if (err || (now >= last && now - last < EXPIRE_EVERY_MS))
		return err;
	err = sw_store_put_number(store, name, now, error);
	return err ? err
		   : sw_holders_expire(store, now - (__s64)config->subscribers.keep_s * 1000,
				       error);
}

int sw_subscribers_update(struct sw_store *store, const struct sw_config *config,
			  struct sw_error *error)
{
	size_t i;
	int err = end_sources(store, config, error);

	for (i = 0; i < config->subscribers.sources && !err; i++)
		err = take_source(store, &config->subscribers.source[i], error);
	if (err)
		sw_store_rollback(store);
	return err ? err : expire(store, config, error);
}
