/* SPDX-License-Identifier: GPL-2.0 */
/* Who started this process, and with which words. */
#ifndef SPAMWEIR_BASE_PERSON_H
#define SPAMWEIR_BASE_PERSON_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define SW_NO_UID 0xffffffffU /* as /proc/self/loginuid has it */

struct sw_person {
	__u32 login_uid; /* of the login that led here, through su and sudo too; SW_NO_UID: of none */
	char name[64]; /* the login's, else the process's user; its number if /etc/passwd has no name */
};

void sw_person_self(struct sw_person *out);

/* A user by name, if /etc/passwd has it. */
bool sw_person_find(const char *name, uid_t *uid, gid_t *gid);

/* The command line behind the program's name, safe to print, words that need it
 * in single quotes; what does not fit ends in "...". Returns `out`. */
char *sw_command_line(char *out, size_t room);

#endif
