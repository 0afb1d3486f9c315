/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What `run` does for NICs: it attaches to those that appear, or have lost their
 * program, follows those that are renamed, and says what it cannot help.
 *
 * rtnetlink tells of NICs that come, go and change; that a link was detached, or its
 * pin removed, it does not tell, so there is a look every two seconds too. News is
 * never believed, only looked after: none can be lost.
 */
#ifndef SPAMWEIR_RUN_NICS_WATCH_H
#define SPAMWEIR_RUN_NICS_WATCH_H

#include "config/schema.h"
#include "run/instance.h"

struct sw_nics_watch;

/* `instance` must outlive it. The caller has loaded, and said what is missing. */
int sw_nics_watch_open(const struct sw_instance *instance, struct sw_nics_watch **out);
void sw_nics_watch_close(struct sw_nics_watch *watch); /* NULL is fine */

/* To poll(2) for POLLIN, and then to read. -1: there is no news, only looks. */
int sw_nics_watch_fd(const struct sw_nics_watch *watch);
void sw_nics_watch_read(struct sw_nics_watch *watch);

/* Milliseconds until the next look is due. */
__u64 sw_nics_watch_wait_ms(const struct sw_nics_watch *watch);

/* Looks at the NICs of the config in force, says what has changed for the worse, and
 * whether there is something to mend now. Takes no lock. */
bool sw_nics_watch_look(struct sw_nics_watch *watch, struct sw_config *config);

/* Mends it, and says so. Never waits for the lock. It takes as long as programs take to
 * load, and so may be done by a child, with which `watch` shares its memory; there must
 * be no look meanwhile. */
void sw_nics_watch_mend(struct sw_nics_watch *watch, struct sw_config *config);

#endif
