// SPDX-License-Identifier: GPL-2.0
#include "store/case.h"

const char *sw_case_state_name(enum sw_case_state state)
{
	switch (state) {
	case SW_CASE_OPEN:
		return "open";
	case SW_CASE_QUIET:
		return "quiet";
	case SW_CASE_CLOSED:
		return "closed";
	case SW_CASE_STATES:
		break;
	}
	return "unknown";
}
