// SPDX-License-Identifier: GPL-2.0
#include "kernel/attached.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/links.h"

static int link_info(const char *pin, struct bpf_link_info *info)
{
	__u32 size = sizeof(*info);
	int link = bpf_obj_get(pin);
	int err = 0;

	if (link < 0)
		return -errno;
	memset(info, 0, sizeof(*info));
	if (bpf_obj_get_info_by_fd(link, info, &size))
		err = -errno;
	close(link);
	return err;
}

int sw_attached_program(const char *pin)
{
	struct bpf_link_info info;
	int program, err;

	err = link_info(pin, &info);
	if (err)
		return err;
	program = bpf_prog_get_fd_by_id(info.prog_id);
	return program < 0 ? -errno : program;
}

/* A link tells the number of its NIC and not in which network namespace that is.
 * If it is not this one, the number is nobody's here, or another NIC's, which does
 * not run the link's program. */
static int look(const struct bpf_link_info *info, enum sw_attachment *mode)
{
	struct sw_link there;
	int err = sw_link_by_index(info->xdp.ifindex, &there);

	*mode = SW_ELSEWHERE;
	if (err)
		return err == -ENODEV ? 0 : err;
	if (there.native == info->prog_id)
		*mode = SW_NATIVE;
	else if (there.generic == info->prog_id)
		*mode = SW_GENERIC;
	else if (there.offloaded == info->prog_id)
		*mode = SW_OFFLOADED;
	return 0;
}

#define TRIES 8

int sw_attachment(const char *pin, unsigned *ifindex, enum sw_attachment *mode)
{
	struct bpf_link_info info, again;
	int tries, err;

	err = link_info(pin, &info);
	for (tries = 0; !err && tries < TRIES; tries++) {
		*ifindex = info.xdp.ifindex;
		*mode = SW_DETACHED;
		if (!info.xdp.ifindex)
			return 0;
		err = look(&info, mode);
		if (err || *mode != SW_ELSEWHERE)
			return err;
		/* Unless its program was replaced, or its NIC went, just then. */
		err = link_info(pin, &again);
		if (!err && again.prog_id == info.prog_id && again.xdp.ifindex == info.xdp.ifindex)
			return 0;
		info = again;
	}
	return err;
}

static int add(void *ctx, const char *path)
{
	struct sw_attached_list *list = ctx;
	struct sw_attached *link = &list->link[list->links];
	int err;

	if (list->links == SW_ATTACHED_MAX)
		return 0;
	err = sw_attachment(path, &link->ifindex, &link->mode);
	if (err)
		return err == -ENOENT ? 0 : err;
	link->pin = strdup(path);
	if (!link->pin)
		return -ENOMEM;
	list->links++;
	return 0;
}

int sw_attached_read(const struct sw_state *state, struct sw_attached_list *out,
		     struct sw_error *error)
{
	int err;

	out->links = 0;
	err = sw_state_each_link(state, add, out);
	if (err)
		sw_fail(error, err, "cannot read the links pinned under %s: %s", state->directory,
			strerror(-err));
	return err;
}

void sw_attached_free(struct sw_attached_list *list)
{
	while (list->links)
		free(list->link[--list->links].pin);
}

const struct sw_attached *sw_attached_on(const struct sw_attached_list *list, unsigned ifindex)
{
	size_t i;

	for (i = 0; i < list->links; i++) {
		if (ifindex && list->link[i].ifindex == ifindex &&
		    list->link[i].mode != SW_DETACHED && list->link[i].mode != SW_ELSEWHERE)
			return &list->link[i];
	}
	return NULL;
}

const struct sw_attached *sw_attached_elsewhere(const struct sw_attached_list *list,
						unsigned ifindex, const char *pin)
{
	size_t i;

	for (i = 0; i < list->links; i++) {
		if (list->link[i].mode == SW_ELSEWHERE &&
		    (list->link[i].ifindex == ifindex || (pin && !strcmp(list->link[i].pin, pin))))
			return &list->link[i];
	}
	return NULL;
}
