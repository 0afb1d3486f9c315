// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "doctor/kernel_version.h"

#define OLDEST SW_LINUX(6, 1)
#define BTF "/sys/kernel/btf/vmlinux"

void sw_judge_kernel(const char *release, bool btf, struct sw_findings *out)
{
	if (sw_kernel_version(release) < OLDEST)
		sw_find(out, SW_FOUND_FAILURE, "install Linux 6.1 or newer",
			"Linux %s is older than 6.1, and spamweir's programs may not load",
			release);
	else if (!btf)
		sw_find(out, SW_FOUND_NOTE, "run a kernel that has CONFIG_DEBUG_INFO_BTF=y",
			"Linux %s tells nothing of its own types (%s), so that sharing NICs through "
			"libxdp may fail",
			release, BTF);
	else
		sw_find(out, SW_FOUND_OK, NULL, "Linux %s, with BTF", release);
}

void sw_check_kernel(const struct sw_patient *patient, struct sw_findings *out)
{
	struct utsname name = {};

	(void)patient;
	uname(&name);
	sw_judge_kernel(name.release, !access(BTF, R_OK), out);
}
