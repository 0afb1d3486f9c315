// SPDX-License-Identifier: GPL-2.0
#include "base/severity.h"

const char *sw_severity_name(enum sw_severity severity)
{
	switch (severity) {
	case SW_SEVERITY_LOW:
		return "low";
	case SW_SEVERITY_MEDIUM:
		return "medium";
	case SW_SEVERITY_HIGH:
		return "high";
	}
	return "unknown";
}
