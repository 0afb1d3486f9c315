// SPDX-License-Identifier: GPL-2.0
#include "subscriber/format.h"

const struct sw_subscriber_format *sw_subscriber_format(enum sw_subscribers_format format)
{
	switch (format) {
	case SW_SUBSCRIBERS_KEA:
		return &sw_subscriber_kea;
	case SW_SUBSCRIBERS_DETAIL:
		return &sw_subscriber_detail;
	case SW_SUBSCRIBERS_RADACCT:
		return &sw_subscriber_radacct;
	case SW_SUBSCRIBERS_PORTS:
		return &sw_subscriber_ports;
	case SW_SUBSCRIBERS_FIXED:
	case SW_SUBSCRIBERS_FORMATS:
		break;
	}
	return &sw_subscriber_fixed;
}
