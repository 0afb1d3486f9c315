// SPDX-License-Identifier: GPL-2.0
#include "build.h"

#include <bpf/bpf.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "draw.h"

/* The lists' sizes as arguments, and the ends of two pipes as stdin and stdout. */
static __attribute__((noreturn)) void become_host(const char *path, const size_t *sizes, int in,
						  int out)
{
	char text[BENCH_SIZES][24], *argv[BENCH_SIZES + 2] = { (char *)path };
	size_t i;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (i = 0; i < BENCH_SIZES; i++) {
		snprintf(text[i], sizeof(text[i]), "%zu", sizes[i]);
		argv[i + 1] = text[i];
	}
	if (dup2(in, STDIN_FILENO) < 0 || dup2(out, STDOUT_FILENO) < 0)
		bench_die("dup2");
	execv(path, argv);
	bench_die(path);
}

void bench_build_start(struct bench_build *build, const size_t sizes[BENCH_SIZES])
{
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) || pipe2(from, O_CLOEXEC))
		bench_die("pipe");
	build->host = fork();
	if (build->host < 0)
		bench_die("fork");
	if (!build->host)
		become_host(build->path, sizes, to[0], from[1]);
	close(to[0]);
	close(from[1]);
	build->to = fdopen(to[1], "w");
	build->from = fdopen(from[0], "r");
	if (!build->to || !build->from)
		bench_die("pipe");
}

static void read_line(struct bench_build *build, char *line, int room)
{
	if (fgets(line, room, build->from))
		return;
	fprintf(stderr, "packet: %s: ended\n", build->path);
	exit(1);
}

/* -1: the build has none such. */
static int read_program(struct bench_build *build)
{
	char line[32];
	__u32 id;
	int fd;

	read_line(build, line, sizeof(line));
	id = strtoul(line, NULL, 10);
	if (!id)
		return -1;
	fd = bpf_prog_get_fd_by_id(id);
	if (fd < 0)
		bench_die("program");
	return fd;
}

void bench_build_await(struct bench_build *build)
{
	size_t i;

	for (i = 0; i < BENCH_SIZES; i++) {
		build->program[i] = read_program(build);
		if (build->program[i] < 0)
			bench_die("program");
	}
	for (i = 0; i < BENCH_VARIANTS; i++)
		build->variant[i] = read_program(build);
}

void bench_build_stop(struct bench_build *build)
{
	size_t i;

	for (i = 0; i < BENCH_SIZES; i++)
		close(build->program[i]);
	for (i = 0; i < BENCH_VARIANTS; i++) {
		if (build->variant[i] >= 0)
			close(build->variant[i]);
	}
	fclose(build->to);
	fclose(build->from);
	if (waitpid(build->host, NULL, 0) != build->host)
		bench_die("wait");
}

static void command(struct bench_build *build, const char *verb, size_t index, __u32 value)
{
	char line[32];

	fprintf(build->to, "%s %zu %u\n", verb, index, value);
	fflush(build->to);
	read_line(build, line, sizeof(line));
	if (strcmp(line, "ok\n")) {
		fprintf(stderr, "packet: %s: says %s", build->path, line);
		exit(1);
	}
}

void bench_build_limit(struct bench_build *build, size_t index, __u32 burst)
{
	command(build, "limit", index, burst);
}

void bench_build_brake(struct bench_build *build, size_t index, bool brakes)
{
	command(build, "brake", index, brakes);
}

void bench_build_suspects(struct bench_build *build, size_t index, bool suspects)
{
	command(build, "suspects", index, suspects);
}
