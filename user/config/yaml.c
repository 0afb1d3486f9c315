// SPDX-License-Identifier: GPL-2.0
#include "config/yaml.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#define SIZE_LIMIT (16U << 20)

struct text {
	char *bytes;
	size_t size;
	size_t room;
};

/* The file is read, not mapped, because a config may come from a pipe. What was read is
 * the caller's to free, on failure too. */
static int read_all(int fd, struct text *text)
{
	ssize_t got;

	do {
		if (text->size == text->room &&
		    sw_grow((void **)&text->bytes, &text->room, 1, 65536))
			return -ENOMEM;
		got = read(fd, text->bytes + text->size, text->room - text->size);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got > 0)
			text->size += got;
	} while (got && text->size <= SIZE_LIMIT);
	return 0;
}

/* A pipe as of a shell's <(...), whose writer is there; a FIFO in a directory may have none. */
static bool is_anonymous_pipe(int fd)
{
	struct statfs fs;

	return !fstatfs(fd, &fs) && fs.f_type == PIPEFS_MAGIC;
}

static int open_file(const char *path, struct sw_error *error)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat stat;
	int err = 0;

	if (fd < 0 || fstat(fd, &stat))
		err = sw_fail(error, -errno, "%s: %s", path, strerror(errno));
	else if (!S_ISREG(stat.st_mode) && !is_anonymous_pipe(fd))
		err = sw_fail(error, -EINVAL, "%s: is %s (expected a regular file)", path,
			      sw_file_kind(stat.st_mode));
	else
		fcntl(fd, F_SETFL, 0); /* to wait for what a pipe's writer still has */
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

static int read_file(const char *path, struct text *text, struct sw_error *error)
{
	int fd = open_file(path, error);
	int err;

	if (fd < 0)
		return fd;
	err = read_all(fd, text);
	close(fd);
	if (err)
		return sw_fail(error, err, "%s: %s", path, strerror(-err));
	if (text->size > SIZE_LIMIT)
		return sw_fail(error, -EINVAL, "%s: larger than %u MiB: this is no configuration",
			       path, SIZE_LIMIT >> 20);
	return 0;
}

static size_t line_of_offset(const struct text *text, size_t offset)
{
	size_t line = 1, i;

	for (i = 0; i < offset && i < text->size; i++)
		line += text->bytes[i] == '\n';
	return line;
}

/* A tab is the commonest slip, and libyaml only says that a character cannot start a
 * token. */
static bool is_indented_by_tab(const struct text *text, size_t line)
{
	size_t i;

	for (i = 0; i < text->size && line > 1; i++)
		line -= text->bytes[i] == '\n';
	while (i < text->size && text->bytes[i] == ' ')
		i++;
	return i < text->size && text->bytes[i] == '\t';
}

static int syntax_error(const yaml_parser_t *parser, const struct text *text,
			const struct sw_yaml *yaml)
{
	const char *problem = parser->problem ? parser->problem : "not valid YAML";
	size_t line = parser->problem_mark.line + 1;

	switch (parser->error) {
	case YAML_NO_ERROR: /* what libyaml says if a node found no memory */
	case YAML_MEMORY_ERROR:
		return sw_fail(yaml->error, -ENOMEM, "%s: %s", yaml->path, strerror(ENOMEM));
	case YAML_READER_ERROR:
		return sw_fail(yaml->error, -EINVAL, "%s:%zu: YAML: %s", yaml->path,
			       line_of_offset(text, parser->problem_offset), problem);
	default: /* the enum is libyaml's and may grow */
		break;
	}
	if (is_indented_by_tab(text, line))
		problem = "a tab cannot indent: use spaces";
	else if (parser->context)
		return sw_fail(yaml->error, -EINVAL, "%s:%zu: YAML: %s (%s, line %zu)", yaml->path,
			       line, problem, parser->context, parser->context_mark.line + 1);
	return sw_fail(yaml->error, -EINVAL, "%s:%zu: YAML: %s", yaml->path, line, problem);
}

static const char *untagged(yaml_node_type_t type)
{
	switch (type) {
	case YAML_SCALAR_NODE:
		return YAML_DEFAULT_SCALAR_TAG;
	case YAML_SEQUENCE_NODE:
		return YAML_DEFAULT_SEQUENCE_TAG;
	case YAML_MAPPING_NODE:
		return YAML_DEFAULT_MAPPING_TAG;
	case YAML_NO_NODE:
		break;
	}
	return "";
}

/* Refuses what readers of values should not have to think of: tags, which nothing here
 * heeds, and NUL bytes, which would cut texts short. */
static int check_nodes(struct sw_yaml *yaml)
{
	const yaml_node_t *node = yaml->document.nodes.start;
	char quoted[96];

	for (; node < yaml->document.nodes.top; node++) {
		size_t line = node->start_mark.line + 1;
		const char *tag = (const char *)node->tag;

		if (strcmp(tag, untagged(node->type)))
			return sw_fail(yaml->error, -EINVAL,
				       "%s:%zu: tags are not supported, got \"%s\"", yaml->path,
				       line, sw_quote(quoted, sizeof(quoted), tag, strlen(tag)));
		if (node->type == YAML_SCALAR_NODE &&
		    memchr(node->data.scalar.value, '\0', node->data.scalar.length))
			return sw_fail(yaml->error, -EINVAL, "%s:%zu: a text holds a NUL byte",
				       yaml->path, line);
	}
	return 0;
}

/* What follows the document must be the end of the file. */
static int check_last(yaml_parser_t *parser, const struct text *text, const struct sw_yaml *yaml)
{
	yaml_document_t next;
	size_t line;
	bool more;

	if (!yaml_parser_load(parser, &next))
		return syntax_error(parser, text, yaml);
	more = yaml_document_get_root_node(&next);
	line = next.start_mark.line + 1;
	yaml_document_delete(&next);
	if (more)
		return sw_fail(yaml->error, -EINVAL,
			       "%s:%zu: a second YAML document begins; only one can be read",
			       yaml->path, line);
	return 0;
}

static int parse(struct sw_yaml *yaml, yaml_parser_t *parser, const struct text *text)
{
	const yaml_node_t *root;
	int err;

	yaml_parser_set_input_string(parser, (const unsigned char *)text->bytes, text->size);
	if (!yaml_parser_load(parser, &yaml->document))
		return syntax_error(parser, text, yaml);
	root = yaml_document_get_root_node(&yaml->document);
	if (!root || sw_yaml_is_nothing(root))
		err = sw_fail(yaml->error, -EINVAL, "%s: empty", yaml->path);
	else
		err = check_last(parser, text, yaml);
	if (!err)
		err = check_nodes(yaml);
	if (err)
		yaml_document_delete(&yaml->document);
	return err;
}

int sw_yaml_load(struct sw_yaml *yaml, const char *path, struct sw_error *error)
{
	struct text text = { 0 };
	yaml_parser_t parser;
	int err;

	*yaml = (struct sw_yaml){ .path = path, .error = error };
	err = read_file(path, &text, error);
	if (!err && !yaml_parser_initialize(&parser))
		err = sw_fail(error, -ENOMEM, "%s: %s", path, strerror(ENOMEM));
	if (!err) {
		err = parse(yaml, &parser, &text);
		yaml_parser_delete(&parser);
	}
	free(text.bytes);
	return err;
}

void sw_yaml_free(struct sw_yaml *yaml)
{
	yaml_document_delete(&yaml->document);
}

bool sw_yaml_is_nothing(const yaml_node_t *node)
{
	const char *text = (const char *)node->data.scalar.value;

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!*text || !strcmp(text, "~") || !strcmp(text, "null"));
}
