// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <stdio.h>

#define MIB 1048576.0

/* What is available, from /proc/meminfo, in bytes; 0: it does not say. */
static __u64 read_available(void)
{
	FILE *file = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "MemAvailable: %llu kB", &kib) == 1)
			break;
	}
	if (file)
		fclose(file);
	return kib * 1024;
}

/* While tables are replaced they are there twice. */
void sw_judge_memory(__u64 available, const struct sw_footprint *footprint, bool loaded,
		     struct sw_findings *out)
{
	__u64 need = loaded ? footprint->tables : footprint->tables + footprint->state;

	if (available < need)
		sw_find(out, SW_FOUND_FAILURE,
			"take lists out, or lower their max_entries, or give the machine more memory",
			"the kernel needs %.1f MiB more for the configured lists, and %.1f MiB are to "
			"be had",
			need / MIB, available / MIB);
	else if (available < need + footprint->tables)
		sw_find(out, SW_FOUND_WARNING,
			"take lists out, or lower their max_entries, or give the machine more memory",
			"the lists take %.1f MiB, and as much again while they change: %.1f MiB to be had "
			"are too few for that",
			footprint->tables / MIB, available / MIB);
	else
		sw_find(out, SW_FOUND_OK, NULL,
			"the lists take %.1f MiB, twice while they change, and the rest %.1f MiB; %.0f MiB "
			"are to be had",
			footprint->tables / MIB, footprint->state / MIB, available / MIB);
}

void sw_check_memory(const struct sw_patient *patient, struct sw_findings *out)
{
	__u64 available = read_available();

	if (!available)
		sw_find(out, SW_FOUND_NOTE, NULL,
			"/proc/meminfo does not say how much is to be had");
	else if (patient->footprint.tables)
		sw_judge_memory(available, &patient->footprint, patient->state, out);
}
