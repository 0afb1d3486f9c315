// SPDX-License-Identifier: GPL-2.0
#include "event/capture_file.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/names.h"
#include "base/version.h"

enum block {
	BLOCK_SECTION = 0x0a0d0d0a,
	BLOCK_INTERFACE = 1,
	BLOCK_STATISTICS = 5,
	BLOCK_FRAME = 6,
};

enum option {
	OPTION_END = 0,
	OPTION_COMMENT = 1, /* of all blocks */
	SECTION_OS = 3,
	SECTION_APPLICATION = 4,
	INTERFACE_NAME = 2,
	INTERFACE_DESCRIPTION = 3,
	INTERFACE_TSRESOL = 9,
	FRAME_FLAGS = 2,
	FRAME_VERDICT = 7,
	STATISTICS_START = 2,
	STATISTICS_END = 3,
	STATISTICS_RECEIVED = 4,
	STATISTICS_DROPPED = 5,
};

#define MAGIC 0x1a2b3c4d
#define LINKTYPE_ETHERNET 1
#define FLAGS_INBOUND 1
#define VERDICT_XDP 2
#define NANOSECONDS 9

#define BUFFER (256 << 10) /* two of the largest frames, with all that is said of them */
#define BLOCK_ROOM (72 << 10)
#define NOT_DESCRIBED (-1)

struct sw_capture_file {
	const char *path;
	int fd;
	bool is_ours; /* to be closed, and cut */
	__u32 snaplen;
	int number[SW_MAX_INTERFACES]; /* of the interface block of a slot */
	int numbers;
	__u64 start_ns; /* Unix time */
	__s64 shift_ns; /* from CLOCK_BOOTTIME to Unix time */
	off_t whole;	/* bytes that are in the file */
	__u64 frames;
	size_t used;
	size_t block; /* where the block that is being made begins */
	char buffer[BUFFER];
};

/* Appends bytes, and zeros up to a word. What a block can hold at most has been asked for
 * by begin(). */
static void put(struct sw_capture_file *file, const void *data, size_t size)
{
	memcpy(file->buffer + file->used, data, size);
	file->used += size;
	while (file->used & 3)
		file->buffer[file->used++] = 0;
}

static void put_word(struct sw_capture_file *file, __u32 word)
{
	put(file, &word, sizeof(word));
}

static void put_time(struct sw_capture_file *file, __u64 ns)
{
	put_word(file, ns >> 32);
	put_word(file, ns);
}

static void put_option(struct sw_capture_file *file, enum option code, const void *value,
		       size_t size)
{
	const __u16 head[2] = { code, size };

	put(file, head, sizeof(head));
	put(file, value, size);
}

static void put_text(struct sw_capture_file *file, enum option code, const char *text)
{
	put_option(file, code, text, strlen(text));
}

static void put_number(struct sw_capture_file *file, enum option code, __u64 number)
{
	put_option(file, code, &number, sizeof(number));
}

static int begin(struct sw_capture_file *file, enum block type, struct sw_error *error)
{
	int err = 0;

	if (BUFFER - file->used < BLOCK_ROOM)
		err = sw_capture_file_flush(file, error);
	if (err)
		return err;
	file->block = file->used;
	put_word(file, type);
	put_word(file, 0); /* its length, which is not known yet */
	return 0;
}

/* Ends the options and the block. */
static void end(struct sw_capture_file *file)
{
	__u32 length;

	put_word(file, OPTION_END);
	length = file->used - file->block + sizeof(length);
	put_word(file, length);
	memcpy(file->buffer + file->block + 4, &length, sizeof(length));
}

static int write_section(struct sw_capture_file *file, const char *about, struct sw_error *error)
{
	const __u16 version[2] = { 1, 0 };
	const __s64 unknown = -1;
	struct utsname os;
	char text[128];
	int err = begin(file, BLOCK_SECTION, error);

	if (err)
		return err;
	put_word(file, MAGIC);
	put(file, version, sizeof(version));
	put(file, &unknown, sizeof(unknown));
	if (*about)
		put_text(file, OPTION_COMMENT, about);
	if (!uname(&os)) {
		snprintf(text, sizeof(text), "%.40s %.80s", os.sysname, os.release);
		put_text(file, SECTION_OS, text);
	}
	snprintf(text, sizeof(text), "spamweir %.100s", sw_version);
	put_text(file, SECTION_APPLICATION, text);
	end(file);
	return sw_capture_file_flush(file, error);
}

static int open_path(struct sw_capture_file *file, struct sw_error *error)
{
	file->is_ours = strcmp(file->path, "-") != 0;
	if (!file->is_ours) {
		file->path = "standard output";
		file->fd = STDOUT_FILENO;
		return 0;
	}
	file->fd = open(file->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0600);
	if (file->fd >= 0)
		return 0;
	return sw_fail(error, -errno, "%s: %s", file->path, strerror(errno));
}

int sw_capture_file_open(const char *path, const char *about, __u32 snaplen,
			 struct sw_capture_file **out, struct sw_error *error)
{
	struct sw_capture_file *file = calloc(1, sizeof(*file));
	int i, err;

	if (!file)
		return -ENOMEM;
	file->path = path;
	file->snaplen = snaplen;
	file->start_ns = sw_wall_ns();
	file->shift_ns = file->start_ns - sw_boottime_ns();
	for (i = 0; i < SW_MAX_INTERFACES; i++)
		file->number[i] = NOT_DESCRIBED;
	err = open_path(file, error);
	if (!err)
		err = write_section(file, about, error);
	if (err) {
		sw_capture_file_close(file);
		return err;
	}
	*out = file;
	return 0;
}

int sw_capture_file_interface(struct sw_capture_file *file, __u32 slot,
			      const struct sw_interface_slot *interface, struct sw_error *error)
{
	const __u16 link[2] = { LINKTYPE_ETHERNET, 0 };
	const __u8 resolution = NANOSECONDS;
	char text[64];
	int err;

	if (file->number[slot] != NOT_DESCRIBED)
		return 0;
	err = begin(file, BLOCK_INTERFACE, error);
	if (err)
		return err;
	put(file, link, sizeof(link));
	put_word(file, file->snaplen);
	put_text(file, INTERFACE_NAME, interface->name);
	snprintf(text, sizeof(text), "spamweir, role %s", sw_role_name(interface->role));
	put_text(file, INTERFACE_DESCRIPTION, text);
	put_option(file, INTERFACE_TSRESOL, &resolution, sizeof(resolution));
	end(file);
	file->number[slot] = file->numbers++;
	return 0;
}

/* What the program told the kernel to do. */
static __u64 xdp_action(__u32 decision)
{
	int monitored = (decision & SW_DECISION_MONITORED) != 0;

	return sw_reason_verdict_as(sw_decision_reason(decision), monitored) == SW_DROP ? XDP_DROP
											: XDP_PASS;
}

int sw_capture_file_frame(struct sw_capture_file *file, const struct sw_captured *frame,
			  const void *data, const char *comment, struct sw_error *error)
{
	const __u32 flags = FLAGS_INBOUND;
	const __u64 action = xdp_action(frame->decision);
	__u8 verdict[1 + sizeof(action)] = { VERDICT_XDP };
	int err = begin(file, BLOCK_FRAME, error);

	if (err)
		return err;
	memcpy(verdict + 1, &action, sizeof(action));
	put_word(file, file->number[frame->interface]);
	put_time(file, frame->time_ns + file->shift_ns);
	put_word(file, frame->size);
	put_word(file, frame->length);
	put(file, data, frame->size);
	put_text(file, OPTION_COMMENT, comment);
	put_option(file, FRAME_FLAGS, &flags, sizeof(flags));
	put_option(file, FRAME_VERDICT, verdict, sizeof(verdict));
	end(file);
	return 0;
}

static void put_time_option(struct sw_capture_file *file, enum option code, __u64 ns)
{
	const __u32 halves[2] = { ns >> 32, ns };

	put_option(file, code, halves, sizeof(halves));
}

int sw_capture_file_count(struct sw_capture_file *file, __u32 slot,
			  const struct sw_capture_count *count, struct sw_error *error)
{
	__u64 now = sw_wall_ns();
	char text[96];
	int err;

	if (file->number[slot] == NOT_DESCRIBED)
		return 0;
	err = begin(file, BLOCK_STATISTICS, error);
	if (err)
		return err;
	put_word(file, file->number[slot]);
	put_time(file, now);
	snprintf(text, sizeof(text), "%llu frames fitted, %llu of them were lost", count->wanted,
		 count->lost);
	put_text(file, OPTION_COMMENT, text);
	put_time_option(file, STATISTICS_START, file->start_ns);
	put_time_option(file, STATISTICS_END, now);
	put_number(file, STATISTICS_RECEIVED, count->wanted);
	put_number(file, STATISTICS_DROPPED, count->lost);
	end(file);
	return 0;
}

/* How much of the buffer's beginning, of which `size` bytes were written, are whole blocks;
 * and how many of those have frames. */
static size_t whole_blocks(const struct sw_capture_file *file, size_t size, __u64 *frames)
{
	size_t at = 0;
	__u32 head[2];

	while (at + sizeof(head) <= size) {
		memcpy(head, file->buffer + at, sizeof(head));
		if (at + head[1] > size)
			break;
		at += head[1];
		*frames += head[0] == BLOCK_FRAME;
	}
	return at;
}

int sw_capture_file_flush(struct sw_capture_file *file, struct sw_error *error)
{
	size_t done = 0;
	ssize_t got = 0;
	int err = 0;

	while (done < file->used && !err) {
		got = write(file->fd, file->buffer + done, file->used - done);
		if (got > 0)
			done += got;
		else if (got == 0 || errno != EINTR)
			err = got ? -errno : -ENOSPC;
	}
	file->whole += whole_blocks(file, done, &file->frames);
	file->used = 0;
	if (!err)
		return 0;
	if (file->is_ours && done && ftruncate(file->fd, file->whole))
		sw_warn("%s: ends in the middle of a block: %s", file->path, strerror(errno));
	return sw_fail(error, err, "%s: %s; it has %llu frames", file->path, strerror(-err),
		       file->frames);
}

int sw_capture_file_close(struct sw_capture_file *file)
{
	int err = 0;

	if (!file)
		return 0;
	if (file->is_ours && file->fd >= 0 && close(file->fd))
		err = -errno;
	free(file);
	return err;
}
