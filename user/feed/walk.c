// SPDX-License-Identifier: GPL-2.0
#include "feed/walk.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

#define DEPTH 256

struct walk {
	const char *at, *end;
	struct sw_walk_element element;
	int (*take)(void *ctx, const struct sw_walk_element *element);
	void *ctx;
	struct sw_walk_fault *fault;
	__u32 line;
	bool whole, found;
};

static int fail(struct walk *w, const char *expected)
{
	const char *newline = memchr(w->at, '\n', w->end - w->at);

	*w->fault = (struct sw_walk_fault){
		.line = w->line,
		.at = sw_trim((struct sw_span){ w->at, (newline ?: w->end) - w->at }),
		.expected = expected,
	};
	return -EBADMSG;
}

static void skip_blanks(struct walk *w)
{
	for (; w->at < w->end && strchr(" \t\r\n", *w->at) && *w->at; w->at++)
		w->line += *w->at == '\n';
}

/* The next character that is no blank; '\0' at the end. */
static char next(struct walk *w)
{
	skip_blanks(w);
	return w->at < w->end ? *w->at : '\0';
}

static int skip_string(struct walk *w, struct sw_span *text)
{
	const char *at;

	for (at = w->at + 1; at < w->end && *at != '"' && *at != '\n'; at++)
		at += *at == '\\' && at + 1 < w->end && at[1] != '\n';
	if (at >= w->end)
		w->at = w->end;
	if (at >= w->end || *at == '\n')
		return fail(w, "a string that is closed");
	*text = (struct sw_span){ w->at + 1, at - w->at - 1 };
	w->at = at + 1;
	return 0;
}

static int skip_word(struct walk *w)
{
	const char *at = w->at;

	while (w->at < w->end && (isalnum((unsigned char)*w->at) || strchr("+-.", *w->at)) &&
	       *w->at)
		w->at++;
	return w->at == at ? fail(w, "a JSON value") : 0;
}

/* Inside of an element only its brackets and strings matter here. */
static int skip_value(struct walk *w)
{
	char closing[DEPTH], c;
	struct sw_span string;
	int depth = 0, err = 0;

	do {
		c = next(w);
		if (!c) {
			err = fail(w, "the end of what was begun");
		} else if (c == '"') {
			err = skip_string(w, &string);
		} else if (c == '{' || c == '[') {
			if (depth == DEPTH)
				return fail(w, "no more than 256 levels of brackets");
			closing[depth++] = c == '{' ? '}' : ']';
			w->at++;
		} else if (depth && c == closing[depth - 1]) {
			depth--;
			w->at++;
		} else if (depth && (c == ',' || c == ':')) {
			w->at++;
		} else {
			err = skip_word(w);
		}
	} while (!err && depth);
	return err;
}

static int take_element(struct walk *w)
{
	int err;

	skip_blanks(w);
	w->element.line = w->line;
	w->element.text.at = w->at;
	err = skip_value(w);
	w->element.text.size = w->at - w->element.text.at;
	return err ? err : w->take(w->ctx, &w->element);
}

static int follow(struct walk *w, const char *path);

/* Behind a member or an element: true if another one follows. */
static bool goes_on(struct walk *w, char closing, int *err)
{
	char c = next(w);

	if (c == ',' || c == closing)
		w->at++;
	else
		*err = fail(w, "a comma or a closing bracket");
	return !*err && c == ',';
}

static int follow_array(struct walk *w, const char *rest)
{
	int err = 0;

	if (rest)
		w->element.key = (struct sw_span){ 0 };
	w->at++;
	if (next(w) == ']') {
		w->found = true; /* and nothing is there */
		w->at++;
		return 0;
	}
	do {
		err = rest ? follow(w, rest) : take_element(w);
	} while (!err && goes_on(w, ']', &err));
	return err;
}

static int take_key(struct walk *w, struct sw_span *key)
{
	int err;

	if (next(w) != '"')
		return fail(w, "a key in quotes");
	err = skip_string(w, key);
	if (!err && next(w) != ':')
		err = fail(w, "a colon behind the key");
	w->at += !err;
	return err;
}

static int follow_object(struct walk *w, const char *part, size_t size, const char *rest)
{
	bool all = size == 1 && *part == '*', seen = false, here;
	struct sw_span key = { .at = "" };
	int err = 0;

	w->at++;
	if (next(w) == '}') {
		w->found = w->found || all;
		w->at++;
		return 0;
	}
	do {
		err = take_key(w, &key);
		if (err)
			break;
		here = all || (key.size == size && !memcmp(key.at, part, size));
		if (here && seen && !all)
			return fail(w, "a key that was not given before");
		seen = seen || here;
		if (all)
			w->element.key = (struct sw_span){ key.at - 1, key.size + 2 };
		err = here ? follow(w, rest) : skip_value(w);
	} while (!err && goes_on(w, '}', &err));
	return err;
}

static int follow(struct walk *w, const char *path)
{
	size_t size = strcspn(path, ".");
	const char *rest = path + size + (path[size] == '.');
	char c = next(w);

	w->found = w->found || !*path;
	if (!*path && c == '[' && !w->whole)
		return follow_array(w, NULL);
	if (!*path && (c != 'n' || w->whole))
		return take_element(w);
	if (c == '{' && *path)
		return follow_object(w, path, size, rest);
	if (c == '[' && *path == '*' && size == 1)
		return follow_array(w, rest);
	return skip_value(w);
}

static int walk(struct sw_span text, const char *path, bool whole,
		int (*take)(void *ctx, const struct sw_walk_element *element), void *ctx,
		struct sw_walk_fault *fault)
{
	struct walk w = {
		.at = text.at,
		.end = text.at + text.size,
		.take = take,
		.ctx = ctx,
		.fault = fault,
		.line = 1,
		.whole = whole,
	};
	int err = follow(&w, path);

	skip_blanks(&w);
	if (!err && w.at < w.end)
		err = fail(&w, "nothing behind the end of the JSON");
	if (!err && !w.found) {
		*fault = (struct sw_walk_fault){ .line = w.line };
		err = -EBADMSG;
	}
	return err;
}

int sw_walk(struct sw_span text, const char *path,
	    int (*take)(void *ctx, const struct sw_walk_element *element), void *ctx,
	    struct sw_walk_fault *fault)
{
	return walk(text, path, false, take, ctx, fault);
}

int sw_walk_whole(struct sw_span text, const char *path,
		  int (*take)(void *ctx, const struct sw_walk_element *element), void *ctx,
		  struct sw_walk_fault *fault)
{
	return walk(text, path, true, take, ctx, fault);
}
