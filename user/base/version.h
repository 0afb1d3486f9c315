/* SPDX-License-Identifier: GPL-2.0 */
/* Which spamweir this is. */
#ifndef SPAMWEIR_BASE_VERSION_H
#define SPAMWEIR_BASE_VERSION_H

/* As `git describe` says it, where the sources are a clone with a tag: "0.2.0",
 * "0.2.0-14-g1a2b3c4". Else the release that they belong to. */
extern const char *const sw_version;

#endif
