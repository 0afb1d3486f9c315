// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#define SETTING "/proc/sys/net/core/"

static int read_setting(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = -1;

	if (!file)
		return -1;
	if (fscanf(file, "%d", &value) != 1)
		value = -1;
	fclose(file);
	return value;
}

void sw_judge_jit(int jit, int harden, struct sw_findings *out)
{
	if (jit < 0)
		sw_find(out, SW_FOUND_NOTE, NULL,
			"whether BPF programs are compiled to machine code (net.core.bpf_jit_enable) "
			"cannot be seen from here");
	else if (!jit)
		sw_find(out, SW_FOUND_WARNING, "sysctl -w net.core.bpf_jit_enable=1",
			"BPF programs are interpreted (net.core.bpf_jit_enable is 0), which costs every "
			"packet several times as much");
	else if (harden > 1)
		sw_find(out, SW_FOUND_NOTE, "sysctl -w net.core.bpf_jit_harden=1",
			"root's BPF programs are hardened too (net.core.bpf_jit_harden is %d), which "
			"costs every packet time",
			harden);
	else
		sw_find(out, SW_FOUND_OK, NULL, "BPF programs are compiled to machine code");
}

void sw_check_jit(const struct sw_patient *patient, struct sw_findings *out)
{
	(void)patient;
	sw_judge_jit(read_setting(SETTING "bpf_jit_enable"), read_setting(SETTING "bpf_jit_harden"),
		     out);
}
