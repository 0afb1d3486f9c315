// SPDX-License-Identifier: GPL-2.0
#include "kernel/dump.h"

#include <errno.h>

int sw_dump(struct mnl_socket *socket, struct nlmsghdr *message, mnl_cb_t take, void *ctx)
{
	char buffer[32768];
	ssize_t got;
	int more = MNL_CB_OK;

	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (mnl_socket_sendto(socket, message, message->nlmsg_len) < 0)
		return -errno;
	while (more > MNL_CB_STOP) {
		got = mnl_socket_recvfrom(socket, buffer, sizeof(buffer));
		if (got < 0)
			return -errno;
		errno = ENOMEM; /* which stays if it is `take` that fails */
		more = mnl_cb_run(buffer, got, message->nlmsg_seq, mnl_socket_get_portid(socket),
				  take, ctx);
	}
	return more < 0 ? -errno : 0;
}
