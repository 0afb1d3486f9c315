/* SPDX-License-Identifier: GPL-2.0 */
/* Whether an HTTP/1.1 answer has come whole, where libcurl does not tell: it takes
 * headers that break off for all there are, and a cut gzip stream for its end. */
#ifndef SPAMWEIR_WORKER_WHOLE_H
#define SPAMWEIR_WORKER_WHOLE_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>

/* A gzip stream ends with its size (RFC 1952), behind which a last chunk may be. */
#define SW_WHOLE_TAIL 64

/* All zero before a transfer. */
struct sw_whole {
	bool headers; /* they have ended */
	bool gzip;
	unsigned char tail[SW_WHOLE_TAIL]; /* the last bytes that came, as they came */
	size_t tail_size;
};

void sw_whole_header(struct sw_whole *whole, const char *line, size_t size);
void sw_whole_data(struct sw_whole *whole, const void *bytes, size_t size);

/* `size`: of the answer, once decompressed. NULL: it is whole; else how it is not. */
const char *sw_whole_lack(const struct sw_whole *whole, __u64 size);

#endif
