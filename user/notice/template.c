// SPDX-License-Identifier: GPL-2.0
#include "notice/template.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "notice/texts.h"

#define SUBJECT "Subject: "

struct filling {
	const struct sw_notice_source *source;
	const char *name;
	unsigned line;
	struct sw_error *error;
};

static int bad(const struct filling *f, const char *text, size_t size)
{
	char quoted[96];

	return sw_fail(f->error, -EINVAL,
		       "%s:%u: `%s` (expected {account}, {address} or another name that NOTICES in "
		       "spamweir(8) lists, or {{ for a brace)",
		       f->name, f->line, sw_quote(quoted, sizeof(quoted), text, size));
}

/* What stands at *at, which is a brace. *empty: it has no value. */
static int fill_value(struct filling *f, const char **at, const char *end, FILE *out, bool *empty)
{
	const char *close = memchr(*at, '}', end - *at);
	char *value;
	int err;

	if (end - *at > 1 && (*at)[1] == '{') {
		fputc('{', out);
		*at += 2;
		return 0;
	}
	if (!close)
		return bad(f, *at, end - *at);
	err = sw_notice_value(f->source, *at + 1, close - *at - 1, &value);
	if (err)
		return err == -EINVAL ? bad(f, *at, close + 1 - *at) : err;
	*empty |= !*value;
	fputs(value, out);
	free(value);
	*at = close + 1;
	return 0;
}

static int fill_line(struct filling *f, const char *at, const char *end, FILE *out)
{
	char *text = NULL;
	size_t size;
	FILE *line = open_memstream(&text, &size);
	bool empty = false;
	int err = line ? 0 : -ENOMEM;

	while (!err && at < end) {
		if (*at == '{')
			err = fill_value(f, &at, end, line, &empty);
		else
			fputc(*at++, line);
	}
	if (line && fclose(line) && !err)
		err = -ENOMEM;
	if (!err && !empty)
		fprintf(out, "%s\n", text);
	free(text);
	return err;
}

static int fill(struct filling *f, const char *text, FILE *out)
{
	const char *end;
	int err = 0;

	for (; *text && !err; text = *end ? end + 1 : end) {
		end = text + strcspn(text, "\n");
		f->line++;
		err = fill_line(f, text, end > text && end[-1] == '\r' ? end - 1 : end, out);
	}
	return err;
}

/* What is filled in is one line, but for the evidence, which is no subject. */
static int split(struct filling *f, char *whole, char **subject, char **body)
{
	char *end = strchr(whole, '\n');

	f->line = 1;
	if (strncmp(whole, SUBJECT, strlen(SUBJECT)) || !end || end[1] != '\n')
		return sw_fail(f->error, -EINVAL,
			       "%s:1: expected \"Subject: ...\" and an empty line behind it",
			       f->name);
	*end = '\0';
	*subject = strdup(whole + strlen(SUBJECT));
	*body = strdup(end + 2);
	return *subject && *body ? 0 : -ENOMEM;
}

int sw_template_fill(const struct sw_notice_source *source, const char *name, const char *text,
		     char **subject, char **body, struct sw_error *error)
{
	struct filling f = { .source = source, .name = name, .error = error };
	char *whole = NULL;
	size_t size;
	FILE *out = open_memstream(&whole, &size);
	int err = out ? fill(&f, text, out) : -ENOMEM;

	*subject = *body = NULL;
	if (out && fclose(out) && !err)
		err = -ENOMEM;
	if (!err)
		err = split(&f, whole, subject, body);
	free(whole);
	return err;
}

static int read_file(const char *path, char **text, struct sw_error *error)
{
	struct sw_file file;
	int err = sw_file_map(path, &file, error);

	if (err)
		return err;
	if (file.size > SW_TEMPLATE_MAX || memchr(file.text, '\0', file.size))
		err = sw_fail(error, -EINVAL, "%s: is no text of at most %d bytes", path,
			      SW_TEMPLATE_MAX);
	else if (!(*text = strndup(file.text, file.size)))
		err = -ENOMEM;
	sw_file_unmap(&file);
	return err;
}

int sw_template_find(const struct sw_notices_config *notices, const char *which,
		     const char *language, char **name, char **text, struct sw_error *error)
{
	const char *built_in;
	int err;

	*name = *text = NULL;
	if (notices->templates) {
		if (asprintf(name, "%s/%s.%s.txt", notices->templates, which, language) < 0) {
			*name = NULL;
			return -ENOMEM;
		}
		err = read_file(*name, text, error);
		if (err != -ENOENT)
			return err;
		free(*name);
		*name = NULL;
	}
	built_in = sw_notice_built_in(which, language);
	*name = strdup(which);
	*text = strdup(built_in);
	return *name && *text ? 0 : -ENOMEM;
}
