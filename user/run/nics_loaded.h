/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SPAMWEIR_RUN_NICS_LOADED_H
#define SPAMWEIR_RUN_NICS_LOADED_H

#include "run/applying.h"

/* Names what the configuration says of NICs, of VLANs and of tunnels that is not in force, for
 * only a load changes it; a->partial then. The NICs are known by now. */
void sw_nics_compare_loaded(struct applying *a);

#endif
