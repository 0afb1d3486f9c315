// SPDX-License-Identifier: GPL-2.0
#include "config/words.h"

static const char unknown[] = "unknown";

const char *sw_format_name(enum sw_format format)
{
	switch (format) {
	case SW_FORMAT_AUTO:
		return "auto";
	case SW_FORMAT_PLAIN:
		return "plain";
	case SW_FORMAT_DROP:
		return "drop";
	case SW_FORMAT_NDJSON:
		return "ndjson";
	case SW_FORMAT_DSHIELD:
		return "dshield";
	case SW_FORMAT_IPSUM:
		return "ipsum";
	case SW_FORMATS:
		break;
	}
	return unknown;
}

const char *sw_xdp_mode_name(enum sw_xdp_mode mode)
{
	switch (mode) {
	case SW_XDP_AUTO:
		return "auto";
	case SW_XDP_NATIVE:
		return "native";
	case SW_XDP_GENERIC:
		return "generic";
	}
	return unknown;
}
