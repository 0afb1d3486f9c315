/* SPDX-License-Identifier: GPL-2.0 */
/* What `top` shows, as lines of text: on a terminal, or printed once. */
#ifndef SPAMWEIR_TOP_VIEW_H
#define SPAMWEIR_TOP_VIEW_H

#include "top/hosts.h"
#include "top/sample.h"

enum sw_top_page {
	SW_PAGE_ALL, /* the first of all others */
	SW_PAGE_REASONS,
	SW_PAGE_INTERFACES,
	SW_PAGE_FEEDS,
	SW_PAGE_CLASSES,
	SW_PAGE_HOT,
	SW_PAGE_NEW,
	SW_PAGE_SUSPECTS,
	SW_PAGES,
};

enum sw_top_sort {
	SW_SORT_RATE,
	SW_SORT_TOTAL,
	SW_SORT_NAME,
	SW_SORTS,
};

enum sw_top_style {
	SW_STYLE_PLAIN,
	SW_STYLE_HEAD,
	SW_STYLE_TITLE,
	SW_STYLE_CUT, /* something is dropped there now */
	SW_STYLE_WRONG,
};

#define SW_TOP_WIDEST 240
#define SW_TOP_LINES 512

struct sw_top_line {
	char text[3 * SW_TOP_WIDEST + 1]; /* UTF-8, at most as many columns as were asked for */
	enum sw_top_style style;
	char subject[SW_PREFIX_TEXT]; /* an address that can be chosen; "": none */
};

struct sw_top_view {
	enum sw_top_page page;
	enum sw_top_sort sort;
	char filter[32]; /* what must be in a row; "": all are shown */
	bool frozen;
	bool utf8;  /* bars are drawn by blocks */
	int width;  /* columns; at most SW_TOP_WIDEST */
	int height; /* lines; 0: as many as there are */
	struct sw_top_line line[SW_TOP_LINES];
	int lines;
};

const char *sw_top_page_name(enum sw_top_page page);
const char *sw_top_sort_name(enum sw_top_sort sort);

/* Makes the lines. */
void sw_top_draw(struct sw_top_view *view, const struct sw_top *top,
		 const struct sw_top_hosts *hosts);

/* A rate: "0.3", or as sw_format_count has it, in seven columns or less. Returns `out`. */
char *sw_top_number(double value, char out[16]);

#endif
