// SPDX-License-Identifier: GPL-2.0
#include "top/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "top/errand.h"
#include "top/terminal.h"

static void choose(struct sw_top_session *session, int step)
{
	int i = session->chosen, last = session->view.lines;

	if (i < 0)
		i = step > 0 ? -1 : last;
	for (i += step; i >= 0 && i < last; i += step) {
		if (session->view.line[i].subject[0]) {
			memcpy(session->subject, session->view.line[i].subject,
			       sizeof(session->subject));
			return;
		}
	}
}

/* Lines of what a verb has said, safe to show. */
static int keep_text(struct sw_top_session *session, char *text)
{
	int count = 1;
	char *line, *at;

	for (at = text; (at = strchr(at, '\n')); at++)
		count++;
	free(session->text);
	session->texts = 0;
	session->text = calloc(count, sizeof(*session->text));
	if (!session->text)
		return -1;
	while ((line = strsep(&text, "\n"))) {
		if (*line || text)
			sw_printable(session->text[session->texts++].text,
				     sizeof(session->text->text), line);
	}
	return 0;
}

/* Runs a verb of ours for `session->subject`, and shows what it says. */
static void run_verb(struct sw_top_session *session, const char *verb, const char *sub)
{
	const struct sw_top_live *live = session->live;
	const char *argument[16] = { "spamweir",	"-c",
				     live->config_path, "--pin-dir",
				     live->top.pin_dir, "--state-dir",
				     live->state_dir };
	struct sw_error error = {};
	char *text = NULL;
	int n = 7;

	if (sub && !strcmp(sub, "add"))
		argument[n++] = "--for=1h";
	argument[n++] = "--"; /* whatever was typed is no option */
	argument[n++] = verb;
	if (sub)
		argument[n++] = sub;
	argument[n++] = session->subject;
	if (sw_top_errand((char *const *)argument, &text, &error) < 0)
		text = strdup(error.text);
	if (text && !*text) {
		free(text);
		text = strdup("done");
	}
	if (text && !keep_text(session, text)) {
		session->mode = SW_MODE_TEXT;
		session->first = 0;
	}
	free(text);
	session->live->hosts.looked_ms = 0; /* what it changed is to be seen */
}

static void edit(struct sw_top_session *session, int key)
{
	size_t size = strlen(session->input);

	if (key == SW_KEY_BACKSPACE && size)
		session->input[size - 1] = '\0';
	else if (key > SW_KEY_OTHER && size + 1 < sizeof(session->input)) {
		session->input[size] = key - SW_KEY_OTHER;
		session->input[size + 1] = '\0';
	}
}

static void type_filter(struct sw_top_session *session, int key)
{
	edit(session, key);
	if (key == SW_KEY_ESCAPE)
		session->input[0] = '\0';
	snprintf(session->view.filter, sizeof(session->view.filter), "%.31s", session->input);
	if (key == SW_KEY_ESCAPE || key == SW_KEY_ENTER)
		session->mode = SW_MODE_KEYS;
}

static void type_address(struct sw_top_session *session, int key)
{
	edit(session, key);
	if (key != SW_KEY_ESCAPE && key != SW_KEY_ENTER)
		return;
	session->mode = SW_MODE_KEYS;
	if (key == SW_KEY_ESCAPE || !session->input[0])
		return;
	snprintf(session->subject, sizeof(session->subject), "%s", session->input);
	run_verb(session, "lookup", NULL);
}

static void confirm(struct sw_top_session *session, int key)
{
	session->mode = SW_MODE_KEYS;
	if (key == SW_KEY_OTHER + 'y')
		run_verb(session, "zombie", session->verb);
}

static void read_text(struct sw_top_session *session, int key)
{
	if (key == SW_KEY_ESCAPE || key == SW_KEY_ENTER || key == SW_KEY_OTHER + 'q')
		session->mode = SW_MODE_KEYS;
	else if (key == SW_KEY_DOWN && session->first + 1 < session->texts)
		session->first++;
	else if (key == SW_KEY_UP && session->first)
		session->first--;
}

static void ask(struct sw_top_session *session, enum sw_top_mode mode, const char *verb)
{
	if (mode == SW_MODE_CONFIRM && !session->subject[0])
		return; /* of nobody */
	session->input[0] = '\0';
	session->verb = verb;
	session->mode = mode;
}

static void show_help(struct sw_top_session *session)
{
	static const char help[] =
		"Tab, 1 to 8    the next page; all, reasons, interfaces, feeds, classes, hot, new, "
		"suspects\n"
		"up, down, j, k choose a source\n"
		"s              sort rows by rate, total or name\n"
		"/              show only rows with a text\n"
		"space          freeze, and go on\n"
		"l, Enter       look up who is chosen, or an address\n"
		"z              list who is chosen as a live zombie, for an hour, once confirmed\n"
		"u              lift the live zombie who is chosen, once confirmed\n"
		"q              quit\n"
		"\n"
		"per s          packets a second; cut/s: of those, what does not pass\n"
		"bars           what happened of late, a second a column\n";
	char *text = strdup(help);

	if (text && !keep_text(session, text)) {
		session->mode = SW_MODE_TEXT;
		session->first = 0;
	}
	free(text);
}

static void do_letter(struct sw_top_session *session, char letter)
{
	struct sw_top_view *view = &session->view;

	if (letter >= '1' && letter < '1' + SW_PAGES)
		view->page = letter - '1';
	switch (letter) {
	case 'q':
		session->over = true;
		break;
	case 's':
		view->sort = (view->sort + 1) % SW_SORTS;
		break;
	case '/':
		ask(session, SW_MODE_FILTER, NULL);
		break;
	case ' ':
		view->frozen = !view->frozen;
		break;
	case 'j':
		choose(session, 1);
		break;
	case 'k':
		choose(session, -1);
		break;
	case 'l':
		ask(session, SW_MODE_ADDRESS, NULL);
		if (session->chosen >= 0)
			snprintf(session->input, sizeof(session->input), "%s", session->subject);
		break;
	case 'z':
		ask(session, SW_MODE_CONFIRM, "add");
		break;
	case 'u':
		ask(session, SW_MODE_CONFIRM, "del");
		break;
	case '?':
	case 'h':
		show_help(session);
		break;
	}
}

static void do_key(struct sw_top_session *session, int key)
{
	switch (key) {
	case SW_KEY_UP:
		choose(session, -1);
		break;
	case SW_KEY_DOWN:
		choose(session, 1);
		break;
	case SW_KEY_NEXT:
		session->view.page = (session->view.page + 1) % SW_PAGES;
		break;
	case SW_KEY_ENTER:
		if (session->chosen >= 0)
			run_verb(session, "lookup", NULL);
		break;
	case SW_KEY_ESCAPE:
		session->subject[0] = '\0';
		break;
	default:
		if (key > SW_KEY_OTHER)
			do_letter(session, key - SW_KEY_OTHER);
	}
}

void sw_top_take_key(struct sw_top_session *session, int key)
{
	switch (session->mode) {
	case SW_MODE_KEYS:
		do_key(session, key);
		break;
	case SW_MODE_FILTER:
		type_filter(session, key);
		break;
	case SW_MODE_ADDRESS:
		type_address(session, key);
		break;
	case SW_MODE_CONFIRM:
		if (key != SW_KEY_RESIZE)
			confirm(session, key);
		break;
	case SW_MODE_TEXT:
		read_text(session, key);
		break;
	}
}
