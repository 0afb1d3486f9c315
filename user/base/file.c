// SPDX-License-Identifier: GPL-2.0
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/both.h"
#include "base/error.h"
#include "base/memory.h"

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

const char *sw_file_kind(mode_t mode)
{
	if (S_ISDIR(mode))
		return "a directory";
	if (S_ISFIFO(mode))
		return "a FIFO";
	if (S_ISSOCK(mode))
		return "a socket";
	return "a device";
}

static bool same_version(const struct stat *a, const struct stat *b)
{
	return a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
	       a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

struct piece {
	int fd;
	char *out;
	size_t begin, end; /* of the file, and of `out` */
	int err;
};

/* A piece that does not begin where the file does leaves the place where that is read alone. */
static void read_piece(void *ctx)
{
	struct piece *piece = ctx;
	size_t at = piece->begin, left;
	ssize_t got;

	while (at < piece->end && !piece->err) {
		left = piece->end - at;
		got = piece->begin ? pread(piece->fd, piece->out + at, left, at)
				   : read(piece->fd, piece->out + at, left);
		if (got > 0)
			at += got;
		else if (!got)
			piece->err = -ENODATA;
		else if (errno != EINTR)
			piece->err = -errno;
	}
}

#define LONG_FILE (4UL << 20) /* of which it pays to read two halves at once */

/* 0 once `size` bytes are there; -ENODATA if the file ends earlier. */
static int read_all(int fd, char *out, size_t size)
{
	size_t middle = size < LONG_FILE ? size : size / 2;
	struct piece first = { fd, out, 0, middle, 0 };
	struct piece second = { fd, out, middle, size, 0 };

	if (middle < size)
		sw_do_both(read_piece, &first, &second);
	else
		read_piece(&first);
	return first.err ?: second.err;
}

/* A copy, not a mapping of the file: when somebody rewrites a mapped file in
 * place, its reader gets SIGBUS. */
static int read_copy(int fd, const char *path, const struct stat *before, char *out,
		     struct sw_error *error)
{
	struct stat after;
	int err = read_all(fd, out, before->st_size);

	if (!err && fstat(fd, &after))
		err = -errno;
	if (err == -ENODATA || (!err && !same_version(before, &after)))
		return sw_fail(error, -EINVAL,
			       "%s: changed while it was read (expected a file that is written "
			       "elsewhere and renamed into place)",
			       path);
	if (err)
		return sw_fail(error, err, "%s: cannot read: %s", path, strerror(-err));
	return 0;
}

static __u64 nanoseconds(const struct timespec *time)
{
	return time->tv_sec * 1000000000ULL + time->tv_nsec;
}

static struct sw_file_id id_of(const struct stat *stat)
{
	return (struct sw_file_id){
		.device = stat->st_dev,
		.inode = stat->st_ino,
		.size = stat->st_size,
		.modified_ns = nanoseconds(&stat->st_mtim),
		.changed_ns = nanoseconds(&stat->st_ctim),
	};
}

int sw_file_identify(const char *path, struct sw_file_id *id)
{
	struct stat found;

	if (stat(path, &found))
		return -errno;
	*id = id_of(&found);
	return 0;
}

/* A FIFO without a writer would block open(2). */
int sw_file_open(const char *path, struct stat *stat, struct sw_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat found;
	int err;

	if (fd < 0 || fstat(fd, &found)) {
		err = sw_fail(error, -errno, "%s: cannot open: %s", path, strerror(errno));
	} else if (!S_ISREG(found.st_mode)) {
		err = sw_fail(error, -EINVAL, "%s: is %s (expected a regular file)", path,
			      sw_file_kind(found.st_mode));
	} else {
		if (stat)
			*stat = found;
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return err;
}

int sw_file_map(const char *path, struct sw_file *file, struct sw_error *error)
{
	struct stat stat = { 0 };
	__attribute__((cleanup(close_fd))) int fd = sw_file_open(path, &stat, error);
	char *text = "";
	int err;

	if (fd < 0)
		return fd;
	if ((__u64)stat.st_size > SW_FILE_MAX)
		return sw_fail(error, -EFBIG, "%s: has %lld bytes (expected %llu at most)", path,
			       (long long)stat.st_size, SW_FILE_MAX);
	if (stat.st_size) {
		text = mmap(NULL, stat.st_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS,
			    -1, 0);
		if (text == MAP_FAILED)
			return sw_fail(error, -ENOMEM, "%s: no memory for its %lld bytes", path,
				       (long long)stat.st_size);
		sw_prefer_huge(text, stat.st_size);
		err = read_copy(fd, path, &stat, text, error);
		if (err) {
			munmap(text, stat.st_size);
			return err;
		}
	}
	*file = (struct sw_file){
		.text = text,
		.size = stat.st_size,
		.modified_s = stat.st_mtim.tv_sec > 0 ? stat.st_mtim.tv_sec : 1,
		.id = id_of(&stat),
	};
	return 0;
}

void sw_file_unmap(struct sw_file *file)
{
	if (file->size)
		munmap((void *)file->text, file->size);
	*file = (struct sw_file){ 0 };
}

int sw_mapping_open(const char *path, struct sw_mapping *mapping, struct sw_error *error)
{
	struct stat stat = { 0 };
	__attribute__((cleanup(close_fd))) int fd = sw_file_open(path, &stat, error);
	void *memory;

	*mapping = (struct sw_mapping){ .at = "" };
	if (fd < 0 || !stat.st_size)
		return fd < 0 ? fd : 0;
	memory = mmap(NULL, stat.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "%s: cannot map: %s", path, strerror(errno));
	*mapping = (struct sw_mapping){ memory, stat.st_size };
	return 0;
}

void sw_mapping_close(struct sw_mapping *mapping)
{
	if (mapping->size)
		munmap((void *)mapping->at, mapping->size);
	*mapping = (struct sw_mapping){ 0 };
}
