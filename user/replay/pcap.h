/* SPDX-License-Identifier: GPL-2.0 */
/* libpcap, loaded when a capture is read: with the eight libraries that Debian's needs
 * it would cost every command more than half of the time that it takes to start. */
#ifndef SPAMWEIR_REPLAY_PCAP_H
#define SPAMWEIR_REPLAY_PCAP_H

#include <pcap/pcap.h>
#include <stdio.h>

#include "base/error.h"

/* Functions by the names that libpcap has for them, without its prefix. */
struct sw_pcap {
	pcap_t *(*fopen_offline_with_tstamp_precision)(FILE *file, u_int precision, char *why);
	int (*next_ex)(pcap_t *pcap, struct pcap_pkthdr **header, const u_char **data);
	char *(*geterr)(pcap_t *pcap);
	int (*datalink)(pcap_t *pcap);
	const char *(*datalink_val_to_name)(int link);
	void (*close)(pcap_t *pcap);
};

/* It, loaded for good; or NULL, with `error` (may be NULL) set. */
const struct sw_pcap *sw_pcap_load(struct sw_error *error);

#endif
