// SPDX-License-Identifier: GPL-2.0
#include "kernel/xdp_features.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <stdbool.h>
#include <sys/socket.h>

/* Numbers of <linux/netdev.h>, which Linux has since 6.3. */
#define NETDEV_FAMILY "netdev"
#define NETDEV_DEV_GET 1
#define NETDEV_DEV_IFINDEX 1
#define NETDEV_DEV_XDP_FEATURES 3

#define ANSWER_MAX 8192

struct answer {
	__u16 family;
	__u64 features;
	bool told;
};

static int take_family(const struct nlattr *attribute, void *data)
{
	struct answer *answer = data;

	if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
		answer->family = mnl_attr_get_u16(attribute);
	return MNL_CB_OK;
}

static int take_features(const struct nlattr *attribute, void *data)
{
	struct answer *answer = data;

	if (mnl_attr_get_type(attribute) == NETDEV_DEV_XDP_FEATURES) {
		answer->features = mnl_attr_get_u64(attribute);
		answer->told = true;
	}
	return MNL_CB_OK;
}

static int read_family(const struct nlmsghdr *header, void *data)
{
	return mnl_attr_parse(header, sizeof(struct genlmsghdr), take_family, data);
}

static int read_device(const struct nlmsghdr *header, void *data)
{
	return mnl_attr_parse(header, sizeof(struct genlmsghdr), take_features, data);
}

static struct nlmsghdr *begin(char *buffer, __u16 type, __u8 command, __u8 version)
{
	struct nlmsghdr *question = mnl_nlmsg_put_header(buffer);
	struct genlmsghdr *generic;

	question->nlmsg_type = type;
	question->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	question->nlmsg_seq = 1;
	generic = mnl_nlmsg_put_extra_header(question, sizeof(*generic));
	generic->cmd = command;
	generic->version = version;
	return question;
}

static int ask(struct mnl_socket *socket, const struct nlmsghdr *question, mnl_cb_t read,
	       struct answer *answer)
{
	char buffer[ANSWER_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t size;
	int more;

	if (mnl_socket_sendto(socket, question, question->nlmsg_len) < 0)
		return -errno;
	do {
		size = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		more = size < 0 ? -1
				: mnl_cb_run(buffer, size, question->nlmsg_seq,
					     mnl_socket_get_portid(socket), read, answer);
	} while (more > 0);
	return more < 0 ? -errno : 0;
}

static int ask_both(struct mnl_socket *socket, unsigned ifindex, struct answer *answer)
{
	char buffer[256] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *question = begin(buffer, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1);
	int err;

	mnl_attr_put_strz(question, CTRL_ATTR_FAMILY_NAME, NETDEV_FAMILY);
	err = ask(socket, question, read_family, answer);
	if (err || !answer->family)
		return err ? err : -ENOENT;
	question = begin(buffer, answer->family, NETDEV_DEV_GET, 1);
	mnl_attr_put_u32(question, NETDEV_DEV_IFINDEX, ifindex);
	return ask(socket, question, read_device, answer);
}

int sw_xdp_features(unsigned ifindex, __u64 *out)
{
	struct mnl_socket *socket = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	struct answer answer = {};
	int err = -EIO;

	if (!socket)
		return -errno;
	if (!mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID))
		err = ask_both(socket, ifindex, &answer);
	mnl_socket_close(socket);
	if (!err && !answer.told)
		err = -ENOENT;
	*out = answer.features;
	return err;
}
