// SPDX-License-Identifier: GPL-2.0
/*
 * frames TARGET DIR: what the targets that take frames begin with, one axis of
 * the packet tests' matrix varied at a time. `packet` and `datapath` get a file
 * a frame, behind their octets of options; `replay` a capture an axis.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "axes.h"
#include "cast.h"
#include "heads.h"

static const char *directory;
static unsigned char option[3];
static int options;
static int captures;
static FILE *capture; /* of the axis at hand */
static int frames;

static FILE *create(const char *name, int number)
{
	char path[512];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s-%d", directory, name, number);
	file = fopen(path, "w");
	if (!file) {
		perror(path);
		exit(1);
	}
	return file;
}

static void begin_axis(const char *name)
{
	const struct {
		__u32 magic;
		__u16 version[2];
		__u32 zone, figures, snap, link;
	} header = { 0xa1b2c3d4, { 2, 4 }, 0, 0, 65535, 1 };

	if (!captures)
		return;
	if (capture)
		fclose(capture);
	capture = create(name, 0);
	fwrite(&header, sizeof(header), 1, capture);
}

static void put_frame(const struct sw_frame *frame)
{
	const __u32 record[] = { frames, 0, frame->len, frame->len };
	FILE *file;

	frames++;
	if (captures) {
		fwrite(record, sizeof(record), 1, capture);
		fwrite(frame->data, frame->len, 1, capture);
		return;
	}
	file = create("frame", frames);
	fwrite(option, options, 1, file);
	fwrite(frame->data, frame->len, 1, file);
	fclose(file);
}

static void put(const struct sw_spec *spec)
{
	static struct sw_frame frame;

	sw_frame_build(&frame, spec);
	put_frame(&frame);
}

static struct sw_spec smtp(__u8 family)
{
	return sw_spec_smtp(family, sw_cast_src(SW_PART_CLEAN, family),
			    sw_cast_dst(SW_PART_CLEAN, family));
}

static void vary_link(__u8 family)
{
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < sw_link_axis_count; i++) {
		spec = smtp(family);
		sw_axis_link(&spec, &sw_link_axis[i]);
		put(&spec);
	}
}

static void vary_net(void)
{
	struct sw_spec spec;
	char name[32];
	unsigned net;

	for (net = 0; net < SW_NET_AXIS; net++) {
		spec = smtp(sw_axis_net_family(net));
		sw_axis_net(&spec, net, name, sizeof(name));
		put(&spec);
	}
}

static void vary_tunnel(void)
{
	static struct sw_frame frame;
	struct sw_spec inner, outer;
	size_t i;

	for (i = 0; i < 2 * sw_head_count; i++) {
		const struct sw_head *head = &sw_heads[i / 2];

		inner = smtp(head->inner ?: SW_IPV4);
		inner.src = sw_cast_src(SW_PART_ZOMBIE, inner.family);
		outer = smtp(i % 2 ? SW_IPV6 : SW_IPV4);
		outer.protocol = head->protocol;
		sw_frame_build(&frame, &inner);
		sw_frame_wrap(&frame, &outer, head);
		put_frame(&frame);
	}
}

static void vary_fragment(__u8 family, int transport, int exts)
{
	struct sw_spec spec;
	int fragment, i;

	for (fragment = 0; fragment < SW_FRAGMENT_AXIS; fragment++) {
		spec = smtp(family);
		sw_axis_transport(&spec, transport);
		for (i = 0; i < exts; i++)
			sw_spec_ext(&spec, SW_EXT_DEST, 2);
		sw_axis_fragment(&spec, fragment, 1);
		put(&spec);
	}
}

static void vary_transport(__u8 family)
{
	struct sw_spec spec;
	int transport;

	for (transport = 0; transport < SW_TRANSPORT_AXIS; transport++) {
		spec = smtp(family);
		sw_axis_transport(&spec, transport);
		put(&spec);
	}
}

/* Packets that end early, and say so. */
static void vary_end(__u8 family)
{
	static const __u8 bytes[] = { 0, 1, 3, 4, 12, 13, 14, 19, 20 };
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < sizeof(bytes); i++) {
		spec = smtp(family);
		spec.transport = bytes[i];
		put(&spec);
	}
}

/* Those of the policy, their neighbours, and what a hash may take for them. */
static void vary_port(__u8 family)
{
	static const __u16 port[] = { 0, 24, 25, 26, 25 + 64, 25 << 8, 587, 587 + 64, 65535 };
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < sizeof(port) / sizeof(port[0]); i++) {
		spec = smtp(family);
		spec.dport = port[i];
		put(&spec);
	}
}

static void vary_parties(__u8 family, int fragment)
{
	struct sw_spec spec;
	size_t i;

	for (i = 0; i < sw_pair_count; i++) {
		spec = sw_spec_smtp(family, sw_cast_src(sw_pairs[i].src, family),
				    sw_cast_dst(sw_pairs[i].dst, family));
		sw_axis_fragment(&spec, fragment, 0);
		put(&spec);
	}
}

static void vary_all(void)
{
	__u8 family;

	begin_axis("link");
	for (family = SW_IPV4; family < SW_FAMILIES; family++)
		vary_link(family);
	begin_axis("net");
	vary_net();
	begin_axis("fragment");
	vary_fragment(SW_IPV4, SW_AXIS_SMTP_SYN, 0);
	vary_fragment(SW_IPV4, SW_AXIS_UDP_25, 0);
	vary_fragment(SW_IPV6, SW_AXIS_SMTP_SYN, 0);
	vary_fragment(SW_IPV6, SW_AXIS_SMTP_SYN, 2);
	begin_axis("transport");
	for (family = SW_IPV4; family < SW_FAMILIES; family++)
		vary_transport(family);
	begin_axis("end");
	for (family = SW_IPV4; family < SW_FAMILIES; family++)
		vary_end(family);
	begin_axis("port");
	for (family = SW_IPV4; family < SW_FAMILIES; family++)
		vary_port(family);
	begin_axis("parties");
	for (family = SW_IPV4; family < SW_FAMILIES; family++) {
		vary_parties(family, SW_AXIS_WHOLE);
		vary_parties(family, SW_AXIS_LATER);
	}
	begin_axis("tunnel");
	vary_tunnel();
	if (capture)
		fclose(capture);
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: frames packet|datapath|replay DIR\n");
		return 2;
	}
	directory = argv[2];
	captures = !strcmp(argv[1], "replay");
	options = !strcmp(argv[1], "packet") ? 2 : 3;
	if (options == 2)
		option[1] = 64; /* cut there */
	else
		option[0] = 0xd0; /* six times in a row: over every limit */
	vary_all();
	return 0;
}
