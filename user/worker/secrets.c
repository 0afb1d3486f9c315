// SPDX-License-Identifier: GPL-2.0
#include "worker/secrets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/span.h"
#include "base/text.h"

#define SECRET_MAX (64 << 10)

/* Without the system's certificates, what needs none can be fetched. */
static int read_ca(const struct sw_fetch_config *fetch, struct sw_file *ca, struct sw_error *error)
{
	int err = sw_file_map(fetch->ca_file ?: SW_SYSTEM_CA, ca, error);

	return err && !fetch->ca_file ? 0 : err;
}

/* Bytes of the mark that some editors put before UTF-8. */
static size_t mark_of(const struct sw_file *file)
{
	return file->size >= 3 && !memcmp(file->text, "\xef\xbb\xbf", 3) ? 3 : 0;
}

static int read_text(const char *path, char **text, struct sw_error *error)
{
	struct sw_file file;
	int err = sw_file_map(path, &file, error);

	if (err)
		return err;
	if (file.size > SECRET_MAX || (file.size && memchr(file.text, '\0', file.size)))
		err = sw_fail(error, -EINVAL, "%s: is no text of at most %d bytes", path,
			      SECRET_MAX);
	else if (!(*text = strndup(file.text + mark_of(&file), file.size - mark_of(&file))))
		err = -ENOMEM;
	sw_file_unmap(&file);
	return err;
}

/* Without white space around it; cut off from what follows. */
static char *next_line(char **rest)
{
	char *line = strsep(rest, "\n");
	size_t size;

	if (!line)
		return NULL;
	line += strspn(line, " \t\r");
	size = strlen(line);
	while (size && strchr(" \t\r", line[size - 1]))
		size--;
	line[size] = '\0';
	return line;
}

/* "Name: value": RFC 9110, 5.1 and 5.6.2. Without a value libcurl would leave it out. */
static bool is_header(const char *line)
{
	size_t name = strspn(line, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"
				   "ABCDEFGHIJKLMNOPQRSTUVWXYZ");

	return name && line[name] == ':' && line[name + 1 + strspn(line + name + 1, " \t")];
}

static int read_headers(const char *path, struct sw_secrets *secrets, struct sw_error *error)
{
	int err = read_text(path, &secrets->headers_text, error);
	char *text = secrets->headers_text, *line;
	unsigned number = 0;

	if (err)
		return err;
	while ((line = next_line(&text))) {
		number++;
		if (!*line || *line == '#')
			continue;
		if (!is_header(line) || sw_has_control(line) || secrets->headers == SW_HEADERS_MAX)
			return sw_fail(error, -EINVAL,
				       "%s:%u: is no header (expected \"Name: value\", and %d at "
				       "most)",
				       path, number, SW_HEADERS_MAX);
		secrets->header[secrets->headers++] = line;
	}
	return 0;
}

/* Reads "user:password", which stands in *text then. */
static int read_credentials(const char *path, char **text, char **credentials,
			    struct sw_error *error)
{
	int err = read_text(path, text, error);
	char *rest = *text;

	if (err)
		return err;
	*credentials = next_line(&rest);
	if (!*credentials || !strchr(*credentials, ':') || sw_has_control(*credentials))
		return sw_fail(error, -EINVAL, "%s:1: is no \"user:password\"", path);
	return 0;
}

/* libcurl decodes the names and passwords of proxies, as those in a URL: "%41" has to become
 * "%2541". NULL: no memory. */
static char *encode(const char *text)
{
	char *encoded = calloc(3, strlen(text) + 1), *to = encoded;

	for (; encoded && *text; text++)
		to = *text == '%' ? stpcpy(to, "%25") : mempcpy(to, text, 1);
	return encoded;
}

static int read_proxy_credentials(const char *path, struct sw_secrets *secrets,
				  struct sw_error *error)
{
	char *text = NULL, *line;
	int err = read_credentials(path, &text, &line, error);

	if (!err) {
		secrets->proxy_user = encode(strsep(&line, ":"));
		secrets->proxy_password = encode(line);
		err = secrets->proxy_user && secrets->proxy_password ? 0 : -ENOMEM;
	}
	free(text);
	return err;
}

int sw_secrets_read(const struct sw_fetch_config *fetch, struct sw_secrets *secrets,
		    struct sw_error *error)
{
	int err = read_ca(fetch, &secrets->ca, error);

	if (!err && fetch->headers_file)
		err = read_headers(fetch->headers_file, secrets, error);
	if (!err && fetch->credentials_file)
		err = read_credentials(fetch->credentials_file, &secrets->credentials_text,
				       &secrets->credentials, error);
	if (!err && fetch->proxy_credentials_file)
		err = read_proxy_credentials(fetch->proxy_credentials_file, secrets, error);
	return err;
}
