// SPDX-License-Identifier: GPL-2.0
#include "kernel/dispatcher_version.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "kernel/links.h"

#define SECTION "xdp_metadata"
#define VARIABLE "dispatcher_version"

static unsigned version_of(const struct btf *btf, const struct btf_type *variable)
{
	const struct btf_type *type = btf__type_by_id(btf, variable->type);

	if (strcmp(btf__name_by_offset(btf, variable->name_off), VARIABLE) || !btf_is_ptr(type))
		return 0;
	type = btf__type_by_id(btf, type->type);
	return btf_is_array(type) ? btf_array(type)->nelems : 0;
}

/* 0: it is of no dispatcher. */
static unsigned version_in(const struct btf *btf)
{
	int i, id = btf__find_by_name_kind(btf, SECTION, BTF_KIND_DATASEC);
	const struct btf_type *section = id > 0 ? btf__type_by_id(btf, id) : NULL;
	unsigned version = 0;

	for (i = 0; section && i < btf_vlen(section) && !version; i++)
		version = version_of(btf, btf__type_by_id(btf, btf_var_secinfos(section)[i].type));
	return version;
}

unsigned sw_dispatcher_version_on(unsigned ifindex, bool *generic)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);
	unsigned version = 0;
	struct sw_link link;
	struct btf *btf;
	int program;

	if (sw_link_by_index(ifindex, &link))
		return 0;
	*generic = !link.native && link.generic;
	program = bpf_prog_get_fd_by_id(*generic ? link.generic : link.native);
	if (program < 0)
		return 0;
	if (!bpf_obj_get_info_by_fd(program, &info, &size) && info.btf_id) {
		btf = btf__load_from_kernel_by_id(info.btf_id);
		version = btf ? version_in(btf) : 0;
		btf__free(btf);
	}
	close(program);
	return version;
}
