/* SPDX-License-Identifier: GPL-2.0 */
/* How bytes are compressed on the web. One stream at a time: each has its own state. */
#ifndef SPAMWEIR_WORKER_UNPACK_CODECS_H
#define SPAMWEIR_WORKER_UNPACK_CODECS_H

#include <stdbool.h>
#include <stddef.h>

struct sw_codec_step {
	const unsigned char *in;
	size_t left; /* of it */
	char *out;
	size_t room;
	bool ended; /* the stream, with what was taken last */
};

struct sw_codec {
	const char *name; /* as Content-Encoding has it */
	const char *magic;
	size_t magic_size; /* 0: nothing tells */
	int (*begin)(void);
	/* Takes from `in`, and adds to `out`; either may come to its end. -EBADMSG, -ENOMEM. */
	int (*step)(struct sw_codec_step *step);
};

#define SW_CODECS_MAX 4

struct sw_codecs {
	const struct sw_codec *codec[SW_CODECS_MAX];
	size_t count;
	char accepts[64]; /* all of them */
};

/* All of which there are libraries. */
const struct sw_codecs *sw_codecs_load(void);

#endif
