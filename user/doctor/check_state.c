// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define MIB 1048576ULL
#define LEAST (1 * MIB)
#define COMFORT (64 * MIB) /* good copies of large lists, and a log that is rotated */

static void find_missing(const char *directory, struct sw_findings *out)
{
	char *copy = strdup(directory), mend[512];
	bool parent = copy && !access(dirname(copy), F_OK);

	free(copy);
	snprintf(mend, sizeof(mend), "install -d -m 700 %s", directory);
	if (parent)
		sw_find(out, SW_FOUND_NOTE, mend, "%s is not there yet: the first load makes it",
			directory);
	else
		sw_find(out, SW_FOUND_WARNING, mend,
			"neither %s is there nor what it would lie in, so that nothing would outlive a "
			"reboot",
			directory);
}

static bool find_owner(const char *directory, const struct stat *st, struct sw_findings *out)
{
	char mend[512];

	if (st->st_uid && st->st_uid != geteuid()) {
		snprintf(mend, sizeof(mend), "chown root %s", directory);
		sw_find(out, SW_FOUND_WARNING, mend,
			"%s belongs to user %u, who can change what comes back after a reboot",
			directory, st->st_uid);
		return true;
	}
	if (st->st_mode & 022) {
		snprintf(mend, sizeof(mend), "chmod 700 %s", directory);
		sw_find(out, SW_FOUND_WARNING, mend,
			"%s has mode %04o, so that others can change what comes back after a reboot",
			directory, st->st_mode & 07777);
		return true;
	}
	return false;
}

static void find_read_only(const char *directory, int err, struct sw_findings *out)
{
	char mend[512];

	if (err == EROFS)
		snprintf(mend, sizeof(mend), "mount -o remount,rw $(findmnt -no TARGET -T %s)",
			 directory);
	else
		snprintf(mend, sizeof(mend), "chown root %s && chmod 700 %s", directory, directory);
	sw_find(out, SW_FOUND_FAILURE, mend,
		"%s cannot be written to (%s): lists by hand, live zombies, good copies and the event "
		"log are lost",
		directory, strerror(err));
}

void sw_judge_room(const char *directory, __u64 bytes, __u64 inodes, struct sw_findings *out)
{
	char mend[512];

	snprintf(mend, sizeof(mend), "du -xhd1 %s, and make room", directory);
	if (bytes < LEAST || !inodes)
		sw_find(out, SW_FOUND_FAILURE, mend,
			"%s is full (%llu KiB and %llu inodes left): what changes cannot be kept",
			directory, bytes / 1024, inodes);
	else if (bytes < COMFORT)
		sw_find(out, SW_FOUND_WARNING, mend, "%s is nearly full: %llu MiB left", directory,
			bytes / MIB);
	else
		sw_find(out, SW_FOUND_OK, NULL, "%s can be written to, and has %llu MiB left",
			directory, bytes / MIB);
}

void sw_check_state(const struct sw_patient *patient, struct sw_findings *out)
{
	const char *directory = patient->state_dir;
	struct statvfs fs;
	struct stat st;

	if (stat(directory, &st)) {
		find_missing(directory, out);
	} else if (!S_ISDIR(st.st_mode)) {
		sw_find(out, SW_FOUND_FAILURE, "name another with --state-dir",
			"%s is no directory", directory);
	} else if (access(directory, W_OK | X_OK)) {
		find_read_only(directory, errno, out);
	} else if (!find_owner(directory, &st, out) && !statvfs(directory, &fs)) {
		/* Some file systems have no number of inodes. */
		sw_judge_room(directory, (__u64)fs.f_bavail * fs.f_frsize,
			      fs.f_files ? fs.f_favail : 1, out);
	}
}
