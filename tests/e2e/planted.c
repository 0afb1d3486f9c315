// SPDX-License-Identifier: GPL-2.0
/*
 * LD_PRELOAD: a bug in whatever looks through text by memchr(3), as the parser of lists
 * does: "PLANTED-" in it and a letter make the process do what an intruder would. What
 * succeeds is seen outside ($PLANTED_FILE, $PLANTED_PORT, the parent's death), and in
 * that the process then ends with 42; what fails ends as bugs do.
 *
 * $PLANTED_NOW: a letter that the program does when it begins, so that a test can see
 * that it is no failing of the bug's own.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

static const char marker[] = "PLANTED-";
static char file[256];
static int port;
extern char **environ;

static int creates(void)
{
	return open(file, O_WRONLY | O_CREAT, 0666) >= 0;
}

static int links(void)
{
	return !mkdir(file, 0777) || !symlink("/etc/shadow", file);
}

static int connects(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return fd >= 0 && !connect(fd, (struct sockaddr *)&to, sizeof(to));
}

static int executes(void)
{
	char *argv[] = { "sh", "-c", "true > \"$0\"", file, NULL };

	unsetenv("LD_PRELOAD");
	execve("/bin/sh", argv, environ);
	return 0;
}

static int forks(void)
{
	pid_t child = fork();

	if (child)
		return child > 0;
	creates();
	_exit(0);
}

static int kills(void)
{
	return !kill(getppid(), SIGKILL);
}

static int traces(void)
{
	return !ptrace(PTRACE_SEIZE, getppid(), NULL, NULL);
}

static int reads(void)
{
	return open("/etc/passwd", O_RDONLY) >= 0;
}

static void act(char letter)
{
	int done = letter == 'c'   ? creates()
		   : letter == 'l' ? links()
		   : letter == 'n' ? connects()
		   : letter == 'x' ? executes()
		   : letter == 'f' ? forks()
		   : letter == 'k' ? kills()
		   : letter == 't' ? traces()
		   : letter == 'r' ? reads()
				   : 0;

	if (done)
		_exit(42);
	abort();
}

__attribute__((constructor)) static void begin(void)
{
	const char *name = getenv("PLANTED_FILE"), *number = getenv("PLANTED_PORT");
	const char *now = getenv("PLANTED_NOW");

	if (name)
		strncpy(file, name, sizeof(file) - 1);
	port = number ? atoi(number) : 0;
	if (now)
		act(*now);
}

void *memchr(const void *text, int byte, size_t size)
{
	const char *at = text, *found = NULL;
	size_t i;

	for (i = 0; i < size; i++) {
		if (!found && at[i] == (char)byte)
			found = at + i;
		if (at[i] == 'P' && size - i > sizeof(marker) &&
		    !memcmp(at + i, marker, sizeof(marker) - 1))
			act(at[i + sizeof(marker) - 1]);
	}
	return (void *)found;
}
