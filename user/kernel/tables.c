// SPDX-License-Identifier: GPL-2.0
#include "kernel/tables.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "kernel/dump.h"

struct reader {
	struct sw_tables *tables;
	bool vrfs; /* a rule leads to the tables of VRFs */
};

static void add(struct sw_tables *tables, __u32 table)
{
	size_t i;

	for (i = 0; i < tables->count; i++) {
		if (tables->table[i] == table)
			return;
	}
	if (table && tables->count < SW_TABLES_MOST)
		tables->table[tables->count++] = table;
}

static int take_rule(const struct nlmsghdr *message, void *ctx)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	struct reader *reader = ctx;
	__u32 table = header->table;

	mnl_attr_for_each(attribute, message, sizeof(*header))
	{
		if (mnl_attr_get_type(attribute) == FRA_TABLE &&
		    !mnl_attr_validate(attribute, MNL_TYPE_U32))
			table = mnl_attr_get_u32(attribute);
		else if (mnl_attr_get_type(attribute) == FRA_L3MDEV)
			reader->vrfs = true;
	}
	if (header->action == FR_ACT_TO_TBL)
		add(reader->tables, table);
	return MNL_CB_OK;
}

static int take_kind(const struct nlattr *attribute, void *ctx)
{
	const struct nlattr **kind_and_data = ctx;

	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND)
		kind_and_data[0] = attribute;
	else if (mnl_attr_get_type(attribute) == IFLA_INFO_DATA)
		kind_and_data[1] = attribute;
	return MNL_CB_OK;
}

static bool is_vrf(const struct nlattr *kind)
{
	return !mnl_attr_validate(kind, MNL_TYPE_NUL_STRING) &&
	       !strcmp(mnl_attr_get_str(kind), "vrf");
}

static int take_link(const struct nlmsghdr *message, void *ctx)
{
	const struct nlattr *attribute, *nested, *kind_and_data[2] = {};
	struct reader *reader = ctx;

	mnl_attr_for_each(attribute, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) == IFLA_LINKINFO)
			mnl_attr_parse_nested(attribute, take_kind, kind_and_data);
	}
	if (!kind_and_data[0] || !kind_and_data[1] || !is_vrf(kind_and_data[0]))
		return MNL_CB_OK;
	mnl_attr_for_each_nested(nested, kind_and_data[1])
	{
		if (mnl_attr_get_type(nested) == IFLA_VRF_TABLE &&
		    !mnl_attr_validate(nested, MNL_TYPE_U32))
			add(reader->tables, mnl_attr_get_u32(nested));
	}
	return MNL_CB_OK;
}

static int dump(struct mnl_socket *socket, int type, int family, size_t header, mnl_cb_t take,
		void *ctx)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO))) = { 0 };
	struct nlmsghdr *message = mnl_nlmsg_put_header(buffer);
	__u8 *asked;

	message->nlmsg_type = type;
	message->nlmsg_seq = type * 256 + family;
	asked = mnl_nlmsg_put_extra_header(message, header);
	asked[0] = family; /* which all of these headers begin with */
	return sw_dump(socket, message, take, ctx);
}

/* A kernel without rules, or without the family, has none. */
static bool has_none(int err)
{
	return err == -EAFNOSUPPORT || err == -EOPNOTSUPP || err == -ENOENT;
}

int sw_tables_used(struct mnl_socket *socket, int family, struct sw_tables *out)
{
	struct reader reader = { .tables = out };
	int err;

	out->count = 0;
	err = dump(socket, RTM_GETRULE, family, sizeof(struct fib_rule_hdr), take_rule, &reader);
	if (has_none(err) || (!err && !out->count))
		add(out, RT_TABLE_MAIN);
	if (has_none(err))
		err = 0;
	if (!err && reader.vrfs)
		err = dump(socket, RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg), take_link,
			   &reader);
	return err;
}
