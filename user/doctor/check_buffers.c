// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <unistd.h>

#include "kernel/split.h"

/* Where our program is on it, alone: what has arrived since, that cost a copy. */
void sw_check_buffers(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		      struct sw_findings *out)
{
	const struct sw_attached *link = sw_attached_on(&patient->attached, nic->link.ifindex);
	int program = link ? sw_attached_program(link->pin) : -1;
	__u64 frames;

	if (program < 0)
		return;
	if (!sw_split_frames(program, &frames)) {
		if (frames)
			sw_find(out, SW_FOUND_NOTE, NULL,
				"of %llu frames, since the program was loaded, its driver put headers "
				"behind the first buffer: they are judged all the same, but cost a copy",
				frames);
		else
			sw_find(out, SW_FOUND_OK, NULL,
				"all headers stood in the first buffer of a frame");
	}
	close(program);
}
