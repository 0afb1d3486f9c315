// SPDX-License-Identifier: GPL-2.0
#include "doctor/doctor.h"

#include <string.h>

#include "base/array.h"
#include "doctor/checks.h"

static const struct {
	const char *name;
	void (*look)(const struct sw_patient *patient, struct sw_findings *out);
} machine[] = {
	{ "rights", sw_check_rights },	   { "kernel", sw_check_kernel },
	{ "jit", sw_check_jit },	   { "clock", sw_check_clock },
	{ "config", sw_check_config },	   { "policy", sw_check_policy },
	{ "roles", sw_check_roles },	   { "bpffs", sw_check_bpffs },
	{ "memory", sw_check_memory },	   { "verifier", sw_check_verifier },
	{ "state", sw_check_state },	   { "feeds", sw_check_feeds },
	{ "files", sw_check_files },	   { "reach", sw_check_reach },
	{ "textfile", sw_check_textfile }, { "daemon", sw_check_daemon },
	{ "worker", sw_check_worker },
};

static const struct {
	const char *name;
	void (*look)(const struct sw_patient *patient, const struct sw_nic_facts *nic,
		     struct sw_findings *out);
} nics[] = {
	{ "link", sw_check_link },	   { "stack", sw_check_stack },
	{ "program", sw_check_program },   { "driver", sw_check_driver },
	{ "mtu", sw_check_mtu },	   { "queues", sw_check_queues },
	{ "offloads", sw_check_offloads }, { "buffers", sw_check_buffers },
};

void sw_doctor_quick(const struct sw_patient *patient, struct sw_findings *out)
{
	struct sw_nic_facts nic;
	size_t i;

	out->check = "kernel";
	sw_check_kernel(patient, out);
	out->check = "jit";
	sw_check_jit(patient, out);
	out->check = "roles";
	sw_find_swapped(patient, out);
	out->check = "driver";
	for (i = 0; patient->config && i < patient->config->interfaces; i++) {
		const struct sw_interface_config *config = &patient->config->interface[i];

		out->interface = config->name;
		if (config->xdp != SW_XDP_GENERIC && !sw_nic_facts_read(patient, config, &nic))
			sw_find_troubles(&nic, out);
	}
}

void sw_doctor_machine(const struct sw_patient *patient, struct sw_findings *out)
{
	size_t i;

	out->interface = NULL;
	for (i = 0; i < SW_COUNT(machine); i++) {
		out->check = machine[i].name;
		machine[i].look(patient, out);
	}
}

void sw_doctor_nic(const struct sw_patient *patient, const struct sw_interface_config *config,
		   struct sw_findings *out)
{
	struct sw_nic_facts nic;
	size_t i;
	int err;

	out->interface = config->name;
	out->check = nics[0].name;
	err = sw_nic_facts_read(patient, config, &nic);
	if (err) {
		sw_find(out, SW_FOUND_FAILURE, NULL, "netlink does not tell of it: %s",
			strerror(-err));
		return;
	}
	for (i = 0; i < SW_COUNT(nics); i++) {
		out->check = nics[i].name;
		nics[i].look(patient, &nic, out);
		if (!i && (!nic.link.ifindex || !sw_link_has_ethernet(&nic.link)))
			return;
	}
}
