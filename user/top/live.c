// SPDX-License-Identifier: GPL-2.0
#include "top/live.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "top/terminal.h"
#include "top/session.h"

#define HELP                                                                                       \
	"q quit  Tab/1-8 page  s sort  / filter  space freeze  l look up  z list  u lift  ? keys"

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static const char *status_line(const struct sw_top_session *session, char *out, size_t room)
{
	const struct sw_top_view *view = &session->view;

	switch (session->mode) {
	case SW_MODE_KEYS:
		snprintf(out, room, "[%s by %s%s%s] " HELP, sw_top_page_name(view->page),
			 sw_top_sort_name(view->sort), view->filter[0] ? ", /" : "", view->filter);
		break;
	case SW_MODE_FILTER:
		snprintf(out, room, "show rows with: %s_  (Enter; Esc shows all)", session->input);
		break;
	case SW_MODE_ADDRESS:
		snprintf(out, room, "look up: %s_  (Enter; Esc goes back)", session->input);
		break;
	case SW_MODE_CONFIRM:
		if (!strcmp(session->verb, "add"))
			snprintf(out, room, "list %s as a live zombie for an hour? (y/n)",
				 session->subject);
		else
			snprintf(out, room, "lift the live zombie %s? (y/n)", session->subject);
		break;
	case SW_MODE_TEXT:
		snprintf(out, room, "q, Esc: back   up, down: scroll");
		break;
	}
	return out;
}

/* The line of what was chosen, for it moves. */
static void find_chosen(struct sw_top_session *session)
{
	int i;

	session->chosen = -1;
	for (i = 0; session->subject[0] && i < session->view.lines; i++) {
		if (!strcmp(session->view.line[i].subject, session->subject)) {
			session->chosen = i;
			return;
		}
	}
}

static void show(struct sw_top_session *session)
{
	char status[256];
	int width, height;

	sw_terminal_size(&width, &height);
	status_line(session, status, sizeof(status));
	if (session->mode == SW_MODE_TEXT) {
		sw_terminal_show(session->text, session->texts, session->first, -1, status);
		return;
	}
	session->view.width = width;
	session->view.height = session->view.page == SW_PAGE_ALL ? height - 1 : 0;
	sw_top_draw(&session->view, &session->live->top, &session->live->hosts);
	find_chosen(session);
	session->first = 0;
	if (session->chosen >= height - 1)
		session->first = session->chosen - height + 2;
	sw_terminal_show(session->view.line, session->view.lines, session->first, session->chosen,
			 status);
}

static void go_on(struct sw_top_session *session)
{
	struct sw_top_live *live = session->live;
	__u64 due = 0, now;
	int key;

	while (!stopped && !session->over) {
		now = sw_monotonic_ms();
		if (now >= due) {
			if (!session->view.frozen)
				sw_top_look(live);
			due = now + SW_TOP_EVERY_MS;
		}
		show(session);
		now = sw_monotonic_ms();
		key = sw_terminal_key(due > now ? due - now : 0);
		if (key != SW_KEY_NONE)
			sw_top_take_key(session, key);
	}
}

int sw_top_run(struct sw_top_live *live, struct sw_error *error)
{
	const struct sigaction action = { .sa_handler = stop };
	struct sw_top_session *session = calloc(1, sizeof(*session));
	int err;

	if (!session)
		return -ENOMEM;
	setlocale(LC_CTYPE, "");
	session->live = live;
	session->chosen = -1;
	session->view.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	err = sw_terminal_open(error);
	if (!err) {
		sigaction(SIGINT, &action, NULL);
		sigaction(SIGTERM, &action, NULL);
		go_on(session);
		sw_terminal_close();
	}
	free(session->text);
	free(session);
	return err;
}
