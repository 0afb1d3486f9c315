// SPDX-License-Identifier: GPL-2.0
#include "doctor/kernel_version.h"

#include <stdio.h>
#include <sys/utsname.h>

unsigned sw_kernel_version(const char *release)
{
	unsigned major, minor;

	if (sscanf(release, "%4u.%4u", &major, &minor) != 2)
		return 0;
	return SW_LINUX(major, minor > 255 ? 255 : minor);
}

unsigned sw_kernel_version_running(void)
{
	struct utsname name;

	return uname(&name) ? 0 : sw_kernel_version(name.release);
}
