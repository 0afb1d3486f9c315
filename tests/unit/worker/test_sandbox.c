// SPDX-License-Identifier: GPL-2.0
/* What a bug in a parser could do, planted here: none of it succeeds. Run as root, the
 * user and the root directory change too. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "worker/child.h"

/* What an attempt returns: 1 if it got what it should not. */
typedef int (*attempted)(void);

static char outside[64];
static int *shared; /* memory, as the kernel's maps are mapped */
static pid_t parent;
static int file_of_parent;

static int write_outside(void)
{
	return open(outside, O_WRONLY | O_CREAT, 0600) >= 0;
}

static int write_here(void)
{
	return open("here", O_WRONLY | O_CREAT, 0600) >= 0 || mkdir("here", 0700) == 0;
}

static int write_state(void)
{
	return open("/var/lib/spamweir/spamweir.db", O_WRONLY) >= 0 ||
	       !rename("/etc/passwd", "/etc/passwd-") || !unlink(outside);
}

static int read_shadow(void)
{
	return open("/etc/shadow", O_RDONLY) >= 0;
}

static int read_passwd(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static int climb(void)
{
	return open("../../../../etc/passwd", O_RDONLY) >= 0;
}

static int execute(void)
{
	execl("/bin/true", "true", NULL);
	return syscall(SYS_execveat, 0, "", NULL, NULL, 0x1000) == 0;
}

static int trace(void)
{
	return !ptrace(PTRACE_ATTACH, parent, NULL, NULL);
}

static int read_parent(void)
{
	struct iovec here = { &(int){ 0 }, sizeof(int) }, there = { &parent, sizeof(int) };

	return process_vm_readv(parent, &here, 1, &there, 1, 0) > 0;
}

static int signal_parent(void)
{
	return !kill(parent, 0);
}

static int fork_one(void)
{
	pid_t pid = fork();

	if (!pid)
		_exit(0);
	return pid > 0;
}

static int any_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static int raw_socket(void)
{
	return socket(AF_INET, SOCK_RAW, IPPROTO_ICMP) >= 0 || socket(AF_PACKET, SOCK_RAW, 0) >= 0;
}

static int local_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) >= 0 || socket(AF_NETLINK, SOCK_RAW, 0) >= 0;
}

static int listen_for_others(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return !bind(fd, (struct sockaddr *)&any, sizeof(any)) && !listen(fd, 1);
}

static int ask_bpf(void)
{
	return syscall(SYS_bpf, 0, NULL, 0) >= 0;
}

static int become_root(void)
{
	return (!setresuid(0, 0, 0) && getppid() && geteuid() == 0 && !access("/root", W_OK)) ||
	       !setgroups(0, NULL);
}

static int leave_root(void)
{
	return !chroot("/") || !unshare(CLONE_NEWUSER);
}

static int run_new_code(void)
{
	void *at = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
			-1, 0);

	return at != MAP_FAILED;
}

static int reach_descriptor(void)
{
	return write(file_of_parent, "x", 1) == 1;
}

static int write_shared(void)
{
	return poll(NULL, 0, 0), *(volatile int *)shared = 1;
}

struct planted {
	attempted attempt;
	bool network;
};

static void work(void *ctx)
{
	const struct planted *planted = ctx;
	int got = planted->attempt();

	sw_child_send(&got, sizeof(got));
}

static const struct sw_child_kind kind = { .name = "planted", .work = work };

/* 1 if it succeeded; 0 if not; -1 if the child was killed for it. */
static int plant(attempted attempt, bool network)
{
	struct planted planted = { attempt, network };
	const struct sw_child_order order = {
		.kind = &kind,
		.sandbox = { .network = network, .memory = 512 << 20, .cpu_s = 60 },
		.pipe = -1,
		.ctx = &planted,
	};
	struct sw_error error = { 0 };
	struct sw_child child;
	int got = 0, err;

	err = sw_child_start(&order, 60, &child, &error);
	if (err)
		fail_msg("%s", error.text);
	err = sw_child_read(&child, &got, sizeof(got), &error);
	sw_child_end(&child);
	if (err)
		assert_int_equal(err, -ECHILD);
	return err ? -1 : got;
}

static int set_up(void **state)
{
	(void)state;
	parent = getpid();
	snprintf(outside, sizeof(outside), "/tmp/spamweir-outside-%d", parent);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	file_of_parent = open("/dev/null", O_WRONLY);
	file_of_parent = dup2(file_of_parent, 40);
	return shared == MAP_FAILED;
}

static void nothing_planted_succeeds(void **state)
{
	static const attempted all[] = {
		write_outside, write_here, write_state,	 read_shadow,	    climb,
		execute,       trace,	   read_parent,	 signal_parent,	    fork_one,
		any_socket,    raw_socket, local_socket, listen_for_others, ask_bpf,
		become_root,   leave_root, run_new_code, reach_descriptor,  read_passwd,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (plant(all[i], false) > 0)
			fail_msg("planted bug %zu of the parser succeeded", i);
	}
	assert_int_not_equal(access(outside, F_OK), 0);
}

/* Who fetches may open sockets, and read what is in its root: as root, nothing. */
static void nor_where_there_is_a_network(void **state)
{
	static const attempted all[] = {
		write_outside, write_here,	 write_state, read_shadow,	 execute,
		trace,	       read_parent,	 fork_one,    raw_socket,	 local_socket,
		ask_bpf,       become_root,	 leave_root,  listen_for_others, run_new_code,
		signal_parent, reach_descriptor,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		if (plant(all[i], true) > 0)
			fail_msg("planted bug %zu of the fetcher succeeded", i);
	}
	assert_int_not_equal(access(outside, F_OK), 0);
	assert_int_equal(plant(any_socket, true), 1);
	if (!geteuid())
		assert_int_equal(plant(read_passwd, true), 0);
}

static void what_only_an_intruder_asks_for_kills(void **state)
{
	(void)state;
	assert_int_equal(plant(execute, false), -1);
	assert_int_equal(plant(any_socket, false), -1);
	assert_int_equal(plant(trace, true), -1);
}

static void shared_memory_is_out_of_reach(void **state)
{
	(void)state;
	assert_int_equal(plant(write_shared, false), -1);
	assert_int_equal(*shared, 0);
}

static int is_nobody(void)
{
	return getuid() && geteuid() == getuid() && getgid() && getegid() == getgid();
}

static void it_is_nobody(void **state)
{
	(void)state;
	if (geteuid()) {
		print_message("only root can become nobody\n");
		skip();
	}
	assert_int_equal(plant(is_nobody, true), 1);
}

static int forever(void)
{
	volatile int turn = 1;

	while (turn)
		turn |= 1;
	return 0;
}

static int eat(void)
{
	const size_t bite = 1 << 20;
	size_t size = 0;
	char *got;

	/* Not malloc(), which ASan has end the process. */
	while ((got = mmap(NULL, bite, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0)) != MAP_FAILED) {
		memset(got, 1, bite);
		size += bite;
	}
	return size > 600 << 20;
}

static void limits_hold(void **state)
{
	struct planted planted = { forever, false };
	const struct sw_child_order order = {
		.kind = &kind,
		.sandbox = { .memory = 64 << 20, .cpu_s = 60 },
		.pipe = -1,
		.ctx = &planted,
	};
	struct sw_error error = { 0 };
	struct sw_child child;
	int got;

	(void)state;
	assert_int_equal(plant(eat, false), 0);
	assert_int_equal(sw_child_start(&order, 1, &child, &error), 0);
	assert_int_equal(sw_child_read(&child, &got, sizeof(got), &error), -ETIMEDOUT);
	assert_non_null(strstr(error.text, "took too long"));
	sw_child_end(&child);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left */
}

static void who_burns_the_cpu_is_killed(void **state)
{
	struct planted planted = { forever, false };
	const struct sw_child_order order = {
		.kind = &kind,
		.sandbox = { .memory = 64 << 20, .cpu_s = 1 },
		.pipe = -1,
		.ctx = &planted,
	};
	struct sw_error error = { 0 };
	struct sw_child child;
	int got;

	(void)state;
	assert_int_equal(sw_child_start(&order, 300, &child, &error), 0);
	assert_int_equal(sw_child_read(&child, &got, sizeof(got), &error), -ECHILD);
	assert_non_null(strstr(error.text, "killed by signal"));
	sw_child_end(&child);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_planted_succeeds),
		cmocka_unit_test(nor_where_there_is_a_network),
		cmocka_unit_test(what_only_an_intruder_asks_for_kills),
		cmocka_unit_test(shared_memory_is_out_of_reach),
		cmocka_unit_test(it_is_nobody),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(who_burns_the_cpu_is_killed),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
