/* SPDX-License-Identifier: GPL-2.0 */
/* The checks, each of which adds one finding or several. They look, and change nothing. */
#ifndef SPAMWEIR_DOCTOR_CHECKS_H
#define SPAMWEIR_DOCTOR_CHECKS_H

#include "doctor/findings.h"
#include "doctor/patient.h"

/* These look at the machine and the instance. */
void sw_check_rights(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_kernel(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_jit(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_clock(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_bpffs(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_config(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_policy(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_roles(const struct sw_patient *patient, struct sw_findings *out);
/* Roles that routes contradict: a part of the check before. */
void sw_find_swapped(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_memory(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_state(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_feeds(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_files(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_textfile(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_daemon(const struct sw_patient *patient, struct sw_findings *out);
/* Whether a process has given up privileges that it might gain, and some system calls. */
bool sw_is_confined(pid_t pid);
/* That of the daemon, if it has one. */
void sw_check_worker(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_verifier(const struct sw_patient *patient, struct sw_findings *out);
void sw_check_reach(const struct sw_patient *patient, struct sw_findings *out);

/* These look at a NIC, the first whether it is there: the others are not called if it is not. */
void sw_check_link(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		   struct sw_findings *out);
void sw_check_stack(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		    struct sw_findings *out);
void sw_check_program(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		      struct sw_findings *out);
void sw_check_driver(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		     struct sw_findings *out);
/* What the table of drivers has on it: a part of the check before. How many. */
size_t sw_find_troubles(const struct sw_nic_facts *nic, struct sw_findings *out);
void sw_check_mtu(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		  struct sw_findings *out);
void sw_check_queues(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		     struct sw_findings *out);
void sw_check_offloads(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		       struct sw_findings *out);
void sw_check_buffers(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		      struct sw_findings *out);

/* What they decide by, apart from reading it: for tests, too. */

/* `jit` and `harden`: net.core.bpf_jit_*, -1 if that cannot be read. */
void sw_judge_jit(int jit, int harden, struct sw_findings *out);
void sw_judge_kernel(const char *release, bool btf, struct sw_findings *out);
/* `seen`: Unix time at which something was done here, of what is known the last; 0: nothing. */
void sw_judge_clock(__s64 unix_seconds, __s64 seen, bool synchronized, struct sw_findings *out);
/* Instructions that the verifier has walked at most; 0: it does not tell. */
void sw_judge_verifier(__u32 most, struct sw_findings *out);
/* Bytes. `loaded`: what the lists take now is in use already. */
void sw_judge_memory(__u64 available, const struct sw_footprint *footprint, bool loaded,
		     struct sw_findings *out);
void sw_judge_room(const char *directory, __u64 bytes, __u64 inodes, struct sw_findings *out);

#endif
