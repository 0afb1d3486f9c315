/* SPDX-License-Identifier: GPL-2.0 */
/* Whom the checks look at: an instance, its machine, and one NIC after the other. */
#ifndef SPAMWEIR_DOCTOR_PATIENT_H
#define SPAMWEIR_DOCTOR_PATIENT_H

#include "config/schema.h"
#include "kernel/attached.h"
#include "kernel/ethtool.h"
#include "kernel/footprint.h"
#include "kernel/links.h"
#include "kernel/state.h"
#include "policy/rules.h"

/* What is known before the checks; nothing of it is theirs. */
struct sw_patient {
	const char *config_path, *pin_dir, *state_dir;
	const struct sw_config *config; /* NULL: it cannot be read, and `trouble` says why */
	const struct sw_rules *rules;	/* of its lists; NULL: they are not known */
	struct sw_error trouble;	/* with the configuration, or else with the lists; "" */
	struct sw_footprint footprint;	/* of the lists; zeroes: it is not known, as */
	struct sw_layout room;		/* what tables a load would make for them */
	__s64 seen_s;			/* Unix time of what was last done here; 0: nothing was */
	struct sw_state *state;		/* NULL: nothing is loaded, or it cannot be read, and */
	struct sw_error unreadable;	/* says why; "" */
	struct sw_attached_list attached;
};

/* Opens what is loaded under .pin_dir, to be closed by sw_patient_discharge. */
void sw_patient_admit(struct sw_patient *patient);
void sw_patient_discharge(struct sw_patient *patient);

/* One NIC. */
struct sw_nic_facts {
	const char *name; /* as it was asked for */
	const struct sw_interface_config *config;
	struct sw_link link; /* .ifindex 0: there is none */
	struct sw_ethtool ethtool;
	bool features_known;
	__u64 features;	 /* see kernel/xdp_features.h */
	unsigned vfs;	 /* SR-IOV: virtual functions it has made */
	unsigned cpus;	 /* of the machine, that are there */
	unsigned kernel; /* see doctor/kernel_version.h */
	bool attached;	 /* our program is on it, alone, */
	bool native;	 /* and in native mode */
};

/* Reads all that; `patient` and `config` have to outlive it. -errno of netlink. */
int sw_nic_facts_read(const struct sw_patient *patient, const struct sw_interface_config *config,
		      struct sw_nic_facts *out);

#endif
