/* SPDX-License-Identifier: GPL-2.0 */
/* Somebody before a terminal: what he sees, and what his keys do. */
#ifndef SPAMWEIR_TOP_SESSION_H
#define SPAMWEIR_TOP_SESSION_H

#include <stdbool.h>

#include "top/look.h"
#include "top/view.h"

#define SW_INPUT_MOST 64

/* What a letter typed into the last line is for. */
enum sw_top_mode {
	SW_MODE_KEYS,
	SW_MODE_FILTER,
	SW_MODE_ADDRESS, /* to look up */
	SW_MODE_CONFIRM, /* y or n, to list or to lift */
	SW_MODE_TEXT,	 /* what a verb has said is read */
};

struct sw_top_session {
	struct sw_top_live *live;
	struct sw_top_view view;
	enum sw_top_mode mode;
	int chosen; /* line; -1: none */
	int first;  /* line that is shown at the top */
	char input[SW_INPUT_MOST];
	char subject[SW_PREFIX_TEXT]; /* that is chosen, wherever it is shown */
	const char *verb;	      /* "add" or "del": to be confirmed */
	struct sw_top_line *text;     /* SW_MODE_TEXT */
	int texts;
	bool over; /* he has quit */
};

/* A key as sw_terminal_key gives it. */
void sw_top_take_key(struct sw_top_session *session, int key);

#endif
