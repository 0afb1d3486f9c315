/* SPDX-License-Identifier: GPL-2.0 */
/* How the page looks: light and dark, on a phone and on paper. */
#ifndef SPAMWEIR_REPORT_PERIOD_STYLE_H
#define SPAMWEIR_REPORT_PERIOD_STYLE_H

extern const char sw_period_style[];

#endif
