// SPDX-License-Identifier: GPL-2.0
#include "top/errand.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"

#define OUTPUT_MOST (256 << 10)

static void become(char *const *arguments, int out)
{
	dup2(out, STDOUT_FILENO);
	dup2(out, STDERR_FILENO);
	close(STDIN_FILENO);
	execv("/proc/self/exe", arguments);
	_exit(127);
}

/* What is said beyond OUTPUT_MOST is read and thrown away. */
static int read_all(int fd, char **text)
{
	size_t room = 0, used = 0;
	char thrown[4096];
	ssize_t got = 1;
	int err;

	while (got > 0) {
		if (used + 1 >= room && room < OUTPUT_MOST) {
			err = sw_grow((void **)text, &room, 1, 4096);
			if (err)
				return err;
		}
		if (used + 1 < room)
			got = read(fd, *text + used, room - used - 1);
		else
			got = read(fd, thrown, sizeof(thrown));
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0 && used + 1 < room)
			used += got;
	}
	(*text)[used] = '\0';
	return got < 0 ? -errno : 0;
}

static int finish(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

int sw_top_errand(char *const *arguments, char **text, struct sw_error *error)
{
	int pipes[2], err, code;
	pid_t child;

	*text = NULL;
	if (pipe2(pipes, O_CLOEXEC))
		return sw_fail(error, -errno, "cannot make a pipe: %s", strerror(errno));
	child = fork();
	if (!child)
		become(arguments, pipes[1]);
	err = child < 0 ? -errno : 0;
	close(pipes[1]);
	if (!err)
		err = read_all(pipes[0], text);
	close(pipes[0]);
	code = child < 0 ? err : finish(child);
	if (err || code < 0) {
		free(*text);
		*text = NULL;
		return sw_fail(error, err ?: code, "cannot run `spamweir %s`: %s", arguments[1],
			       strerror(-(err ?: code)));
	}
	return code;
}
