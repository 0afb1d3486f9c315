// SPDX-License-Identifier: GPL-2.0
#include "doctor/checks.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "kernel/verified.h"

#define COMFORT 90 /* of a hundred: another kernel walks more or less of it */

void sw_judge_verifier(__u32 most, struct sw_findings *out)
{
	if (!most)
		sw_find(out, SW_FOUND_OK, NULL, "the kernel's verifier takes spamweir's programs");
	else if (most > SW_VERIFIED_MOST / 100 * COMFORT)
		sw_find(out, SW_FOUND_WARNING,
			"take what is not needed out of tunnels: and vlans:, and do not change kernels "
			"without trying one",
			"the kernel's verifier walks %u instructions of a program, of %u that it ever "
			"does: another kernel may refuse it",
			most, SW_VERIFIED_MOST);
	else
		sw_find(out, SW_FOUND_OK, NULL,
			"the kernel's verifier takes spamweir's programs, of which it walks %u "
			"instructions, of %u that it would",
			most, SW_VERIFIED_MOST);
}

/* The most of those that are on NICs; 0: none tells. */
static __u32 look_at_ours(const struct sw_patient *patient)
{
	const struct sw_attached_list *attached = &patient->attached;
	__u32 most = 0, one;
	size_t i;
	int fd;

	for (i = 0; i < attached->links; i++) {
		fd = sw_attached_program(attached->link[i].pin);
		if (fd < 0)
			continue;
		if (!sw_verified(fd, &one) && one > most)
			most = one;
		close(fd);
	}
	return most;
}

/* As a load would, of the NICs that are configured. Of those of one role one is enough, unless
 * it has VLANs. */
static void try(const struct sw_patient *patient, struct sw_findings *out)
{
	const struct sw_config *config = patient->config;
	static const struct sw_seed seed;
	struct sw_error error = {};
	unsigned tried = 0, kind;
	__u32 most = 0, one;
	size_t i;

	for (i = 0; i < config->interfaces; i++) {
		const struct sw_interface_config *nic = &config->interface[i];
		const struct sw_datapath_options options = {
			.layout = &patient->room,
			.seed = &seed,
			.role = nic->role,
			.vlans = nic->vlans ? nic->vlan : NULL,
			.tunnels = config->tunnels,
		};

		kind = 1U << (nic->role * 2 + nic->vlans);
		if (tried & kind)
			continue;
		tried |= kind;
		if (sw_verified_try(&options, &one, &error)) {
			sw_find_error(out, SW_FOUND_FAILURE,
				      "SPAMWEIR_DEBUG=1 spamweir load, which shows why", &error);
			return;
		}
		most = one > most ? one : most;
	}
	sw_judge_verifier(most, out);
}

void sw_check_verifier(const struct sw_patient *patient, struct sw_findings *out)
{
	if (patient->attached.links)
		sw_judge_verifier(look_at_ours(patient), out);
	else if (patient->config && patient->footprint.tables)
		try(patient, out);
	else
		sw_find(out, SW_FOUND_NOTE, NULL,
			"what the kernel's verifier says is not known before the configuration is valid");
}
