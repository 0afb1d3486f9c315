// SPDX-License-Identifier: GPL-2.0
#include "doctor/patient.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "doctor/kernel_version.h"
#include "kernel/generation.h"
#include "kernel/health.h"
#include "kernel/open.h"
#include "kernel/xdp_features.h"

/* A publish, or the daemon's heart beat. */
static __s64 last_seen(const struct sw_state *state)
{
	__s64 seen = sw_health_get(state, SW_HEALTH_HEARTBEAT), published;
	struct sw_generation generation;

	if (sw_generation_glance(state->map[SW_MAP_policy], &generation, NULL))
		return seen;
	published = generation.policy->settings.published_s;
	sw_generation_close(&generation);
	return published > seen ? published : seen;
}

void sw_patient_admit(struct sw_patient *patient)
{
	int err;

	err = sw_state_open(patient->pin_dir, SW_READ, &patient->state, &patient->unreadable);
	if (!err) {
		err = sw_attached_read(patient->state, &patient->attached, &patient->unreadable);
		if (err)
			sw_patient_discharge(patient);
	}
	if (!err)
		patient->seen_s = last_seen(patient->state);
	if (!err || err == -ENOENT)
		patient->unreadable.text[0] = '\0';
}

void sw_patient_discharge(struct sw_patient *patient)
{
	sw_attached_free(&patient->attached);
	sw_state_close(patient->state);
	patient->state = NULL;
}

/* How many virtual functions a NIC of the network namespace has whose /sys this is. */
static unsigned read_vfs(const char *name)
{
	unsigned vfs = 0;
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "/sys/class/net/%s/device/sriov_numvfs", name);
	file = fopen(path, "re");
	if (!file)
		return 0;
	if (fscanf(file, "%u", &vfs) != 1)
		vfs = 0;
	fclose(file);
	return vfs;
}

int sw_nic_facts_read(const struct sw_patient *patient, const struct sw_interface_config *config,
		      struct sw_nic_facts *out)
{
	const struct sw_attached *link;
	int err;

	*out = (struct sw_nic_facts){
		.name = config->name,
		.config = config,
		.cpus = sysconf(_SC_NPROCESSORS_ONLN),
		.kernel = sw_kernel_version_running(),
	};
	err = sw_link_by_name(config->name, &out->link);
	if (err)
		return err == -ENODEV ? 0 : err;
	sw_ethtool_read(out->link.name, &out->ethtool);
	out->features_known = !sw_xdp_features(out->link.ifindex, &out->features);
	out->vfs = read_vfs(out->link.name);
	link = sw_attached_on(&patient->attached, out->link.ifindex);
	out->attached = link;
	out->native = link && link->mode == SW_NATIVE;
	return 0;
}
