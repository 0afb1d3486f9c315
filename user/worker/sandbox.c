// SPDX-License-Identifier: GPL-2.0
#include "worker/sandbox.h"

#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/person.h"
#include "worker/syscalls.h"

#define NOBODY 65534
#define DESCRIPTORS 64

/* Maps that are mapped would be writable for a child too: fork(2) copies what is
 * private, and this is what it does not. */
static int unmap_shared(void)
{
	unsigned long from[256], to[256];
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512], shared;
	size_t count = 0, i;

	if (!maps)
		return -errno;
	while (fgets(line, sizeof(line), maps)) {
		if (count < 256 &&
		    sscanf(line, "%lx-%lx %*3c%c", &from[count], &to[count], &shared) == 3 &&
		    shared == 's')
			count++;
	}
	fclose(maps);
	for (i = 0; i < count; i++) {
		if (munmap((void *)from[i], to[i] - from[i]))
			return -errno;
	}
	return count < 256 ? 0 : -E2BIG;
}

static int address_space(__u64 *bytes)
{
	FILE *statm = fopen("/proc/self/statm", "re");
	unsigned long pages;
	int got;

	if (!statm)
		return -errno;
	got = fscanf(statm, "%lu", &pages);
	fclose(statm);
	*bytes = pages * (__u64)sysconf(_SC_PAGESIZE);
	return got == 1 ? 0 : -EIO;
}

static int set_limits(const struct sw_sandbox *sandbox)
{
	__u64 memory = 0;
	int err = address_space(&memory);
	const struct {
		int what;
		__u64 most;
	} limit[] = {
		{ RLIMIT_AS, memory + sandbox->memory },
		{ RLIMIT_CPU, sandbox->cpu_s },
		{ RLIMIT_NOFILE, DESCRIPTORS },
		{ RLIMIT_FSIZE, 0 },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_MEMLOCK, 0 },
		{ RLIMIT_MSGQUEUE, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(limit) / sizeof(limit[0]) && !err; i++) {
		const struct rlimit both = { limit[i].most, limit[i].most };

		if (setrlimit(limit[i].what, &both))
			err = -errno;
	}
	return err;
}

/* A directory that is removed before it becomes the root: there is nothing in it, and
 * nobody can put anything there. */
static int open_empty(void)
{
	static const char *const parent[] = { "/run", "/tmp", "/var/tmp" };
	char path[64];
	size_t i;
	int fd = -ENOENT;

	for (i = 0; i < sizeof(parent) / sizeof(parent[0]) && fd < 0; i++) {
		snprintf(path, sizeof(path), "%s/spamweir-XXXXXX", parent[i]);
		if (!mkdtemp(path)) {
			fd = -errno;
			continue;
		}
		fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
		rmdir(path);
	}
	return fd;
}

static int change_root(const char *root)
{
	int fd = root ? open(root, O_PATH | O_DIRECTORY | O_CLOEXEC) : open_empty();
	int err = 0;

	if (fd < 0)
		return root ? -errno : fd;
	if (fchdir(fd) || chroot("."))
		err = -errno;
	close(fd);
	return err;
}

static void find_user(uid_t *uid, gid_t *gid)
{
	if (sw_person_find(SW_WORKER_USER, uid, gid) && *uid)
		return;
	if (sw_person_find("nobody", uid, gid) && *uid)
		return;
	*uid = NOBODY;
	*gid = NOBODY;
}

/* Who may not take capabilities from the bounding set needs not: no new ones can be
 * had from it. */
static int drop_capabilities(void)
{
	capng_clear(CAPNG_SELECT_ALL);
	capng_apply(CAPNG_SELECT_BOUNDS);
	capng_clear(CAPNG_SELECT_ALL);
	return capng_apply(CAPNG_SELECT_CAPS) || capng_apply(CAPNG_SELECT_AMBIENT) ? -EPERM : 0;
}

static int change_user(uid_t uid, gid_t gid)
{
	if (setgroups(0, NULL) || setresgid(gid, gid, gid) || setresuid(uid, uid, uid))
		return -errno;
	return getuid() == uid && geteuid() == uid ? 0 : -EPERM;
}

/* Asked for once the user has changed, for that would undo it. */
static int die_with(pid_t parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return -errno;
	return getppid() == parent ? 0 : -ESRCH;
}

static bool may_change_root(void)
{
	capng_get_caps_process();
	return capng_have_capability(CAPNG_EFFECTIVE, CAP_SYS_CHROOT);
}

static int become_another(const struct sw_sandbox *sandbox, const char **what)
{
	bool root = !geteuid();
	uid_t uid = 0;
	gid_t gid = 0;
	int err = 0;

	if (root)
		find_user(&uid, &gid); /* which needs the root as it is */
	*what = "changing the root directory";
	if (root || may_change_root())
		err = change_root(sandbox->root);
	if (err || !root)
		return err;
	*what = "changing the user";
	return change_user(uid, gid);
}

int sw_sandbox_enter(const struct sw_sandbox *sandbox, pid_t parent, struct sw_error *error)
{
	const char *what = "unmapping shared memory";
	int err = unmap_shared();

	if (!err) {
		what = "limiting resources";
		err = set_limits(sandbox);
	}
	if (!err)
		err = become_another(sandbox, &what);
	if (!err) {
		what = "dropping capabilities";
		err = drop_capabilities();
	}
	if (!err) {
		what = "ending with its parent";
		err = die_with(parent);
	}
	if (!err) {
		what = "limiting system calls";
		err = sw_syscalls_limit(sandbox->network);
	}
	if (!err)
		return 0;
	return sw_fail(error, err, "no process can be confined to read lists in: %s: %s", what,
		       strerror(-err));
}

int sw_sandbox_none(pid_t parent, struct sw_error *error)
{
	int err = geteuid() ? drop_capabilities() : 0;

	if (!err)
		err = die_with(parent);
	return err ? sw_fail(error, err, "no process can be started: %s", strerror(-err)) : 0;
}
