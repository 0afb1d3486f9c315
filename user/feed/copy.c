// SPDX-License-Identifier: GPL-2.0
#include "feed/copy.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file_clock.h"
#include "feed/copy_sound.h"
#include "feed/copy_source.h"

static bool header_is_whole(const struct sw_copy_header *header)
{
	struct sw_copy_header copy = *header;

	sw_copy_digests(&copy, false);
	return !memcmp(copy.header_digest, header->header_digest, SW_DIGEST_SIZE);
}

static bool is_whole(const struct sw_copy_header *header)
{
	__u8 found[SW_DIGEST_SIZE];

	sw_copy_digest_rest(header, found);
	return !memcmp(found, header->digest, SW_DIGEST_SIZE);
}

static bool has_end(const char *text, size_t size)
{
	return memchr(text, '\0', size);
}

/* Numbers that lay out the file, and texts that will be printed. */
static bool is_sound(const struct sw_copy_header *header, size_t size)
{
	const struct sw_feed_report *report = &header->report;
	struct sw_copy_layout layout;
	__u32 i;

	if (header->size != size || header->header_size != sizeof(*header) ||
	    header->v4 > SW_COPY_MOST || header->v6 > SW_COPY_MOST ||
	    (header->untils && header->untils != header->v4 + header->v6) || !header->path_size ||
	    header->path_size > size || !header->tags_size || header->tags_size > size)
		return false;
	layout = sw_copy_lay_out(header);
	if (layout.size != size || report->format >= SW_FORMATS || report->bads > SW_FEED_BAD_KEPT)
		return false;
	for (i = 0; i < report->bads; i++) {
		if (!has_end(report->kept[i].text, sizeof(report->kept[i].text)) ||
		    !has_end(report->kept[i].expected, sizeof(report->kept[i].expected)))
			return false;
	}
	return !((const char *)header)[layout.path + header->path_size - 1] &&
	       !((const char *)header)[layout.tags + header->tags_size - 1];
}

int sw_feed_copy_verify(const struct sw_feed_copy *copy, struct sw_error *error)
{
	if (is_whole(copy->header) && sw_copy_is_in_order(copy))
		return 0;
	return sw_fail(error, -EBADMSG, "it is damaged");
}

int sw_feed_copy_check(const void *memory, size_t size, enum sw_copy_trust trust,
		       struct sw_feed_copy *copy, struct sw_error *error)
{
	const struct sw_copy_header *header = memory;
	struct sw_feed_copy found;
	int err;

	if (size < sizeof(header->magic) ||
	    memcmp(header->magic, SW_COPY_MAGIC, sizeof(header->magic)))
		return sw_fail(error, -EBADMSG, "it was not made by spamweir");
	if (size < sizeof(*header))
		return sw_fail(error, -EBADMSG, "it is damaged: %zu bytes are no header", size);
	if (header->version != SW_COPY_VERSION)
		return sw_fail(error, -EBADMSG, "it has version %u, this spamweir writes %u",
			       header->version, SW_COPY_VERSION);
	if ((trust != SW_COPY_SENT && !header_is_whole(header)) || !is_sound(header, size))
		return sw_fail(error, -EBADMSG, "it is damaged");
	sw_copy_point(&found, header);
	err = trust == SW_COPY_ENFORCE ? sw_feed_copy_verify(&found, error) : 0;
	if (trust == SW_COPY_SENT && !sw_copy_is_in_order(&found))
		err = sw_fail(error, -EBADMSG, "it is damaged");
	if (!err)
		*copy = found;
	return err;
}

static int map_copy(int fd, const struct stat *stat, enum sw_copy_trust trust,
		    struct sw_feed_copy *copy, struct sw_error *error)
{
	void *memory;
	int err;

	if (!stat->st_size)
		return sw_fail(error, -EBADMSG, "it is empty");
	memory = mmap(NULL, stat->st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "%s", strerror(errno));
	err = sw_feed_copy_check(memory, stat->st_size, trust, copy, error);
	if (err)
		munmap(memory, stat->st_size);
	return err;
}

static int check_source(struct sw_feed_copy *copy, const struct sw_feed_config *feed,
			struct sw_error *error)
{
	char *source = sw_copy_source(feed);
	int err = source ? 0 : -ENOMEM;

	if (!err && strcmp(source, copy->path))
		err = sw_fail(error, -EBADMSG, "it is a copy of another file");
	if (err)
		sw_feed_copy_close(copy);
	free(source);
	return err;
}

int sw_feed_copy_open(const char *state_dir, const struct sw_feed_config *feed,
		      enum sw_copy_trust trust, struct sw_feed_copy *copy, struct sw_error *error)
{
	char *path = sw_copy_path(state_dir, feed->name);
	struct sw_error why = { 0 };
	struct stat stat;
	int fd, err = -ENOMEM;

	*copy = (struct sw_feed_copy){ 0 };
	if (!path)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW);
	if (fd < 0 || fstat(fd, &stat))
		err = sw_fail(&why, -errno, "%s", strerror(errno));
	else if (!S_ISREG(stat.st_mode))
		err = sw_fail(&why, -EBADMSG, "it is %s", sw_file_kind(stat.st_mode));
	else
		err = map_copy(fd, &stat, trust, copy, &why);
	if (fd >= 0)
		close(fd);
	if (!err)
		err = check_source(copy, feed, &why);
	if (err)
		sw_fail(error, err, "the good copy %s is not used: %s", path, why.text);
	free(path);
	return err;
}

void sw_feed_copy_close(struct sw_feed_copy *copy)
{
	if (copy->size)
		munmap((void *)copy->header, copy->size);
	*copy = (struct sw_feed_copy){ 0 };
}

bool sw_feed_copy_is_outdated(const struct sw_feed_copy *copy)
{
	struct sw_file_id now;
	int err = sw_file_identify(copy->path, &now);

	if (err)
		return err == -ENOENT || err == -ENOTDIR; /* else who knows */
	return memcmp(&now, &copy->header->source, sizeof(now));
}

bool sw_feed_copy_is_due(const struct sw_feed_copy *copy)
{
	__u64 begins_s = copy->header->report.begins_s;

	return begins_s && begins_s <= (__u64)sw_wall_ms() / 1000;
}

bool sw_feed_copy_is_current(const struct sw_feed_copy *copy, const struct sw_feed_config *feed)
{
	const struct sw_copy_header *header = copy->header;
	struct sw_copy_options options = sw_copy_options(feed);
	struct sw_file_id now;

	return !sw_feed_copy_is_due(copy) &&
	       sw_file_is_settled(copy->path, &header->source, header->read_ns) &&
	       !memcmp(&options, &header->options, sizeof(options)) &&
	       !sw_file_identify(copy->path, &now) && !memcmp(&now, &header->source, sizeof(now));
}
