// SPDX-License-Identifier: GPL-2.0
#include "replay/capture.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/blocks.h"
#include "replay/pcap.h"
#include "replay/pcapng.h"
#include "replay/stream.h"

#define NS_PER_S 1000000000ULL
#define LINK_HEADER_MOST 64

struct sw_capture {
	const char *path;
	struct sw_stream *stream;
	const struct sw_pcap *lib;
	pcap_t *pcap;		  /* either this, of `lib` */
	struct sw_pcapng *pcapng; /* or this */
	__u8 captured[SW_FRAME_MOST + LINK_HEADER_MOST];
	__u8 ethernet[SW_FRAME_MOST];
};

const char *sw_capture_path(const struct sw_capture *capture)
{
	return capture->path;
}

const char *sw_capture_link_name(unsigned link)
{
	static char number[16];
	const struct sw_pcap *lib = sw_pcap_load(NULL);
	const char *name = lib ? lib->datalink_val_to_name(link) : NULL;

	if (name)
		return name;
	snprintf(number, sizeof(number), "%u", link);
	return number;
}

static int refuse_link(const char *path, unsigned link, struct sw_error *error)
{
	return sw_fail(error, -EINVAL,
		       "%s: link type %s, expected Ethernet, Linux cooked, raw IP or PPP", path,
		       sw_capture_link_name(link));
}

static int open_pcap(struct sw_capture *capture, struct sw_error *error)
{
	const char *path = capture->path, *damage = sw_stream_damage(capture->stream);
	char why[PCAP_ERRBUF_SIZE];
	FILE *file;

	capture->lib = sw_pcap_load(error);
	if (!capture->lib)
		return -ELIBACC;
	file = sw_stream_file(capture->stream);
	if (!file)
		return sw_fail(error, -errno, "%s: cannot read: %s", path, strerror(errno));
	capture->pcap =
		capture->lib->fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO,
								  why);
	if (!capture->pcap) {
		fclose(file);
		return sw_fail(error, -EINVAL, "%s: %s", path, damage ?: why);
	}
	if (!sw_link_is_known(capture->lib->datalink(capture->pcap)))
		return refuse_link(path, capture->lib->datalink(capture->pcap), error);
	return 0;
}

static int open_pcapng(struct sw_capture *capture, struct sw_error *error)
{
	struct sw_error why = {};
	int err = sw_pcapng_open(capture->stream, &capture->pcapng, &why);

	if (!err)
		return 0;
	return sw_fail(error, err, "%s: %s", capture->path,
		       why.text[0] ? why.text : strerror(-err));
}

int sw_capture_open(const char *path, struct sw_capture **out, struct sw_error *error)
{
	struct sw_capture *capture = calloc(1, sizeof(*capture));
	unsigned char first[SW_STREAM_PEEK];
	__u32 magic;
	int err;

	if (!capture)
		return -ENOMEM;
	capture->path = path;
	err = sw_stream_open(path, &capture->stream, error);
	if (!err) {
		if (sw_stream_peek(capture->stream, first) < sizeof(magic))
			memset(first, 0, sizeof(magic));
		memcpy(&magic, first, sizeof(magic));
		if (magic == SW_BLOCK_SECTION)
			err = open_pcapng(capture, error);
		else
			err = open_pcap(capture, error);
	}
	if (err) {
		sw_capture_close(capture);
		return err;
	}
	*out = capture;
	return 0;
}

void sw_capture_close(struct sw_capture *capture)
{
	if (!capture)
		return;
	if (capture->pcap)
		capture->lib->close(capture->pcap);
	sw_pcapng_close(capture->pcapng);
	sw_stream_close(capture->stream);
	free(capture);
}

static int next_of_pcap(struct sw_capture *capture, struct sw_frame *out, struct sw_error *error)
{
	struct pcap_pkthdr *header;
	const u_char *data;
	int got = capture->lib->next_ex(capture->pcap, &header, &data);

	if (got == PCAP_ERROR_BREAK)
		return 0;
	if (got != 1)
		return sw_fail(error, -EBADMSG, "%s", capture->lib->geterr(capture->pcap));
	*out = (struct sw_frame){
		.link = capture->lib->datalink(capture->pcap),
		.data = data,
		.size = header->caplen,
		.length = header->len < header->caplen ? header->caplen : header->len,
		/* tv_usec holds nanoseconds: asked for when opening. */
		.time_ns = header->ts.tv_sec * NS_PER_S + header->ts.tv_usec,
	};
	return 1;
}

int sw_capture_next(struct sw_capture *capture, struct sw_frame *out, struct sw_error *error)
{
	const char *damage;
	int got;

	if (capture->pcap)
		got = next_of_pcap(capture, out, error);
	else
		got = sw_pcapng_next(capture->pcapng, capture->captured, sizeof(capture->captured),
				     out, error);
	if (got == 1) {
		if (sw_link_is_known(out->link))
			sw_link_to_ethernet(out, capture->ethernet);
		else
			out->data = NULL;
		return 1;
	}
	if (sw_stream_failed(capture->stream))
		got = sw_stream_failed(capture->stream);
	damage = sw_stream_damage(capture->stream);
	if (got == -EBADMSG || (!got && damage)) /* what was cut tells more than where */
		return damage ? sw_fail(error, -EBADMSG, "%s", damage) : -EBADMSG;
	return got ? sw_fail(error, got, "%s: cannot read: %s", capture->path, strerror(-got)) : 0;
}
