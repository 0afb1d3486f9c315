// SPDX-License-Identifier: GPL-2.0
#include "worker/syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int always[] = {
	SCMP_SYS(read),
	SCMP_SYS(readv),
	SCMP_SYS(write),
	SCMP_SYS(writev),
	SCMP_SYS(close),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(brk),
	SCMP_SYS(munmap),
	SCMP_SYS(mremap),
	SCMP_SYS(madvise),
	SCMP_SYS(futex),
	SCMP_SYS(getrandom),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(gettimeofday),
	SCMP_SYS(time),
	SCMP_SYS(sysinfo), /* qsort(3) asks how much memory there is */
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(sched_yield),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
	/* Two threads read a long list, and another waits for answers of name servers. */
	SCMP_SYS(set_robust_list),
	SCMP_SYS(rseq),
	SCMP_SYS(sched_getaffinity),
};

static const int fetching[] = {
	SCMP_SYS(connect),	SCMP_SYS(sendto),	   SCMP_SYS(sendmsg),
	SCMP_SYS(sendmmsg),	SCMP_SYS(recvfrom),	   SCMP_SYS(recvmsg),
	SCMP_SYS(getsockopt),	SCMP_SYS(setsockopt),	   SCMP_SYS(getsockname),
	SCMP_SYS(getpeername),	SCMP_SYS(shutdown),	   SCMP_SYS(poll),
	SCMP_SYS(ppoll),	SCMP_SYS(select),	   SCMP_SYS(pselect6),
	SCMP_SYS(fcntl),	SCMP_SYS(ioctl), /* of what is open: pipes and its own sockets */
	SCMP_SYS(stat),		SCMP_SYS(newfstatat),	   SCMP_SYS(statx),
	SCMP_SYS(uname),	SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
	SCMP_SYS(rt_sigaction), SCMP_SYS(getuid),	   SCMP_SYS(geteuid),
	SCMP_SYS(getgid),	SCMP_SYS(getegid),
};

static const int intrusion[] = {
	SCMP_SYS(execve),
	SCMP_SYS(execveat),
	SCMP_SYS(ptrace),
	SCMP_SYS(process_vm_readv),
	SCMP_SYS(fork),
	SCMP_SYS(vfork),
	SCMP_SYS(process_vm_writev),
	SCMP_SYS(bpf),
	SCMP_SYS(unshare),
	SCMP_SYS(setns),
	SCMP_SYS(mount),
	SCMP_SYS(chroot),
	SCMP_SYS(pivot_root),
	SCMP_SYS(bind),
	SCMP_SYS(listen),
	SCMP_SYS(kill),
	SCMP_SYS(io_uring_setup),
};

static int allow_all(scmp_filter_ctx filter, const int *call, size_t count)
{
	size_t i;
	int err = 0;

	for (i = 0; i < count && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, call[i], 0);
	return err;
}

/* No memory that holds code, nor that can be made to. */
static int allow_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp no_code = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, no_code);

	return err ? err : seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, no_code);
}

/* Allows new threads of this very process, and no new process. */
static int allow_threads(scmp_filter_ctx filter)
{
	int err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
				   SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));

	/* Its flags no filter can see: clone is what is tried next. */
	return err ?: seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

static int allow_sockets(scmp_filter_ctx filter)
{
	static const int family[] = { AF_INET, AF_INET6 };
	size_t i;
	int err;

	/* A pair is connected to itself alone. */
	err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
			       SCMP_A0(SCMP_CMP_EQ, AF_UNIX, 0));
	for (i = 0; i < COUNT(family) && !err; i++) {
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
				       SCMP_A0(SCMP_CMP_EQ, family[i], 0),
				       SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_STREAM));
		if (!err)
			err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2,
					       SCMP_A0(SCMP_CMP_EQ, family[i], 0),
					       SCMP_A1(SCMP_CMP_MASKED_EQ, 0xf, SOCK_DGRAM));
	}
	return err;
}

static int allow_network(scmp_filter_ctx filter)
{
	const int write = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
	int err = allow_all(filter, fetching, COUNT(fetching));

	if (!err)
		err = allow_sockets(filter);
	if (!err)
		err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
				       SCMP_A2(SCMP_CMP_MASKED_EQ, write, 0));
	return err;
}

static int refuse_intrusion(scmp_filter_ctx filter, bool network)
{
	size_t i;
	int err = 0;

	for (i = 0; i < COUNT(intrusion) && !err; i++)
		err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, intrusion[i], 0);
	if (!err && !network)
		err = seccomp_rule_add(filter, SCMP_ACT_KILL_PROCESS, SCMP_SYS(socket), 0);
	return err;
}

int sw_syscalls_limit(bool network)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
	int err;

	if (!filter)
		return -ENOMEM;
	err = allow_all(filter, always, COUNT(always));
	if (!err)
		err = allow_memory(filter);
	if (!err)
		err = allow_threads(filter);
	if (!err && network)
		err = allow_network(filter);
	if (!err)
		err = refuse_intrusion(filter, network);
	if (!err && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		err = -errno;
	if (!err)
		err = seccomp_load(filter);
	seccomp_release(filter);
	return err;
}
