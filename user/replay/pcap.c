// SPDX-License-Identifier: GPL-2.0
#include "replay/pcap.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>

#include "base/array.h"

#define LIBRARY "libpcap.so.0.8" /* of this name since 2005: no other has been */

const struct sw_pcap *sw_pcap_load(struct sw_error *error)
{
	static struct sw_pcap pcap;
	static bool loaded;
	const struct {
		const char *name;
		void *into;
	} symbol[] = {
		{ "pcap_fopen_offline_with_tstamp_precision",
		  &pcap.fopen_offline_with_tstamp_precision },
		{ "pcap_next_ex", &pcap.next_ex },
		{ "pcap_geterr", &pcap.geterr },
		{ "pcap_datalink", &pcap.datalink },
		{ "pcap_datalink_val_to_name", &pcap.datalink_val_to_name },
		{ "pcap_close", &pcap.close },
	};
	void *library;
	size_t i;

	if (loaded)
		return &pcap;
	library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	for (i = 0; library && i < SW_COUNT(symbol); i++) {
		*(void **)symbol[i].into = dlsym(library, symbol[i].name);
		if (!*(void **)symbol[i].into)
			library = NULL;
	}
	if (!library) {
		sw_fail(error, -ELIBACC, "no capture can be read without libpcap: %s", dlerror());
		return NULL;
	}
	loaded = true;
	return &pcap;
}
