// SPDX-License-Identifier: GPL-2.0
#include "base/person.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

static ssize_t read_proc(const char *path, char *out, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	if (fd < 0)
		return -errno;
	got = read(fd, out, room - 1);
	if (got < 0)
		got = -errno;
	close(fd);
	out[got > 0 ? got : 0] = '\0';
	return got;
}

/* The first entry of /etc/passwd of that name (or NULL: of that number). Not through NSS:
 * it loads libraries, which end the process when there is no memory for them, and may
 * ask servers. */
static bool find(const char *name, uid_t uid, struct passwd *entry, char *buffer, size_t room)
{
	FILE *file = fopen("/etc/passwd", "re");
	struct passwd *found = NULL;
	bool is = false;

	while (file && !is && !fgetpwent_r(file, entry, buffer, room, &found))
		is = name ? !strcmp(entry->pw_name, name) : entry->pw_uid == uid;
	if (file)
		fclose(file);
	return is;
}

bool sw_person_find(const char *name, uid_t *uid, gid_t *gid)
{
	struct passwd entry;
	char buffer[1024];

	if (!find(name, 0, &entry, buffer, sizeof(buffer)))
		return false;
	*uid = entry.pw_uid;
	*gid = entry.pw_gid;
	return true;
}

static void find_name(uid_t uid, char *out, size_t room)
{
	struct passwd entry;
	char buffer[1024];

	snprintf(out, room, "%u", uid);
	if (find(NULL, uid, &entry, buffer, sizeof(buffer)))
		sw_quote(out, room, entry.pw_name, strlen(entry.pw_name));
}

void sw_person_self(struct sw_person *out)
{
	char text[32];

	*out = (struct sw_person){ .login_uid = SW_NO_UID };
	if (read_proc("/proc/self/loginuid", text, sizeof(text)) > 0)
		out->login_uid = strtoul(text, NULL, 10);
	find_name(out->login_uid == SW_NO_UID ? getuid() : out->login_uid, out->name,
		  sizeof(out->name));
}

static bool is_plain(const char *word)
{
	return *word && !word[strcspn(word, " \t\n'\"\\$`|&;<>()*?[]#~!{}")];
}

char *sw_command_line(char *out, size_t room)
{
	char raw[4096], quoted[1024];
	ssize_t size = read_proc("/proc/self/cmdline", raw, sizeof(raw));
	size_t at = size > 0 ? strlen(raw) + 1 : 0, used = 0;
	const char *mark;

	*out = '\0';
	for (; size > 0 && at < (size_t)size && used < room; at += strlen(raw + at) + 1) {
		mark = is_plain(raw + at) ? "" : "'";
		sw_quote(quoted, sizeof(quoted), raw + at, strlen(raw + at));
		used += snprintf(out + used, room - used, "%s%s%s%s", used ? " " : "", mark, quoted,
				 mark);
	}
	if (used >= room && room > 4)
		strcpy(out + room - 4, "...");
	return out;
}
