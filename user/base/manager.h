/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the service manager is told, by the protocol of sd_notify(3): a datagram to the socket
 * whose path NOTIFY_SOCKET has. It is a few lines, and stable; libsystemd would be one more
 * library in a process that is root.
 */
#ifndef SPAMWEIR_BASE_MANAGER_H
#define SPAMWEIR_BASE_MANAGER_H

#include <linux/types.h>

/* Tells a state, such as "READY=1"; lines, if there are several. Nobody is told where no manager
 * asks to be. One who cannot be reached is warned of: it will end this process. */
void sw_manager_tell(const char *state);

/* How often, in ms, the manager wants to hear "WATCHDOG=1": twice as often as it looks. Never
 * more than `most`, which it also is if no manager wants to hear it. */
__u64 sw_manager_watchdog_ms(__u64 most);

#endif
