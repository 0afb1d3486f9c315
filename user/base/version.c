// SPDX-License-Identifier: GPL-2.0
#include "base/version.h"

#include "spamweir.version.h" /* made by the Makefile */

const char *const sw_version = SW_VERSION;
