// SPDX-License-Identifier: GPL-2.0
#include "kernel/constants.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kernel/program_map.h"

#define CONSTANTS_MAP "spamweir.rodata" /* as libbpf calls it */

/* Copies one by its name, wherever this version of the program has it. -ENOENT: it has none of
 * that size. */
static int take(const struct btf *btf, const struct bpf_map_info *map, const char *values,
		const char *name, void *out, size_t size)
{
	const struct btf_type *section = btf__type_by_id(btf, map->btf_value_type_id), *type;
	const struct btf_var_secinfo *at;
	int i;

	if (!section || !btf_is_datasec(section))
		return -ENOENT;
	at = btf_var_secinfos(section);
	for (i = 0; i < btf_vlen(section); i++) {
		type = btf__type_by_id(btf, at[i].type);
		if (!type || strcmp(btf__name_by_offset(btf, type->name_off) ?: "", name))
			continue;
		if (at[i].size != size || at[i].offset + size > map->value_size)
			break;
		memcpy(out, values + at[i].offset, size);
		return 0;
	}
	return -ENOENT;
}

static int take_all(const struct btf *btf, const struct bpf_map_info *map, const char *values,
		    struct sw_constants *out)
{
	__u8 looked_for = 0, vlans = 0;
	int err = take(btf, map, values, "has_vlans", &vlans, sizeof(vlans));

	if (!err)
		err = take(btf, map, values, "vlan_roles", out->vlan, sizeof(out->vlan));
	if (!err)
		err = take(btf, map, values, "has_tunnels", &looked_for, sizeof(looked_for));
	if (!err)
		err = take(btf, map, values, "opened_tunnels", &out->tunnels.opened,
			   sizeof(out->tunnels.opened));
	out->vlans = vlans;
	out->tunnels.looked_for = looked_for;
	return err;
}

int sw_constants_read(int program, struct sw_constants *out)
{
	struct bpf_map_info info;
	int map = sw_program_map(program, CONSTANTS_MAP, &info), err = 0;
	struct btf *btf = NULL;
	char *values = NULL;
	__u32 zero = 0;

	if (map < 0)
		return map;
	values = malloc(info.value_size);
	btf = btf__load_from_kernel_by_id(info.btf_id);
	if (!values || !btf)
		err = values ? -ENOENT : -ENOMEM;
	else if (bpf_map_lookup_elem(map, &zero, values))
		err = -errno;
	if (!err)
		err = take_all(btf, &info, values, out);
	btf__free(btf);
	free(values);
	close(map);
	return err;
}
