/* SPDX-License-Identifier: GPL-2.0 */
/* Versions of Linux as numbers that compare. */
#ifndef SPAMWEIR_DOCTOR_KERNEL_VERSION_H
#define SPAMWEIR_DOCTOR_KERNEL_VERSION_H

#define SW_LINUX(major, minor) ((major) << 8 | (minor))

/* The version in uname(2)'s release, such as "6.1.0-23-amd64"; 0: it begins otherwise.
 * Numbers that are too large stay below the next. */
unsigned sw_kernel_version(const char *release);
unsigned sw_kernel_version_running(void);

#endif
