/* SPDX-License-Identifier: GPL-2.0 */
/* The ELF section of the programs, by which user/kernel/values.c tells them from all others
 * that libbpf loads for the process. */
#ifndef SPAMWEIR_SECTION_H
#define SPAMWEIR_SECTION_H

#define SW_SECTION "xdp.frags/spamweir"

#endif
