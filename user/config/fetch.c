// SPDX-License-Identifier: GPL-2.0
#include "config/fetch.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

#define URL_MAX 1024
#define TIMEOUT_MAX_S 3600
#define SIZE_MAX_MIB 1024

static const char *const schemes[] = { "http://", "https://", "file://" };
static const char *const web_schemes[] = { "http://", "https://" };
static const char *const mail_schemes[] = { "smtp://", "smtps://" };
static const char *const proxies[] = { "http://", "https://", "socks5://", "socks5h://" };

struct sw_fetch_config sw_fetch_default(void)
{
	return (struct sw_fetch_config){
		.every_s = SW_FETCH_EVERY_S,
		.timeout_s = SW_FETCH_TIMEOUT_S,
		.max_size = SW_FETCH_MAX_SIZE,
	};
}

/* What stands behind the scheme. NULL: it is none of them. */
static const char *behind(const char *text, const char *const *scheme, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!strncasecmp(text, scheme[i], strlen(scheme[i])))
			return text + strlen(scheme[i]);
	}
	return NULL;
}

static bool is_one_word(const char *text)
{
	for (; *text; text++) {
		if (!isgraph((unsigned char)*text) || strchr("\"<>\\^`{|}", *text))
			return false;
	}
	return true;
}

/* A URL is shown in errors, in the status and in the database. */
static int refuse_secret(const struct sw_value *value, const char *authority, const char *instead)
{
	size_t size = strcspn(authority, "/?#");

	if (!memchr(authority, '@', size))
		return 0;
	return sw_value_fail(value,
			     "a name or password in a URL would be shown to others "
			     "(expected %s)",
			     instead);
}

static int read_url(const struct sw_value *value, const char *const *scheme, size_t schemes_count,
		    const char *what, const char *instead, char **out)
{
	const char *text = sw_value_text(value, what), *rest;
	int err;

	if (!text)
		return -EINVAL;
	rest = behind(text, scheme, schemes_count);
	if (!rest || !*rest || strlen(text) > URL_MAX || !is_one_word(text))
		return sw_value_expected(value, what);
	err = refuse_secret(value, rest, instead);
	if (err)
		return err;
	*out = strdup(text);
	return *out ? 0 : sw_value_no_memory(value);
}

int sw_fetch_read_url(const struct sw_value *value, void *into)
{
	static const char what[] = "a URL such as https://example.net/list.txt, http://... or "
				   "file:///...";
	struct sw_feed_config *feed = into;
	const char *host;
	int err = read_url(value, schemes, SW_COUNT(schemes), what, "credentials_file: PATH",
			   &feed->url);

	if (err)
		return err;
	host = strstr(feed->url, "://") + 3;
	if (!strncasecmp(feed->url, "file:", 5) != (*host == '/'))
		return sw_value_expected(value, what);
	return 0;
}

int sw_fetch_read_webhook(const struct sw_value *value, char **out)
{
	return read_url(value, web_schemes, SW_COUNT(web_schemes),
			"a URL such as https://desk.example.net/hook", "credentials_file: PATH",
			out);
}

int sw_fetch_read_relay(const struct sw_value *value, char **out)
{
	return read_url(value, mail_schemes, SW_COUNT(mail_schemes),
			"a relay such as smtp://mail.example.net:25 or smtps://...",
			"credentials_file: PATH", out);
}

int sw_fetch_read_proxy_url(const struct sw_value *value, char **out)
{
	return read_url(value, proxies, SW_COUNT(proxies),
			"a URL such as http://proxy.example.net:3128, https://... or socks5h://...",
			"proxy_credentials_file: PATH", out);
}

static int read_seconds(const struct sw_value *value, __u64 most, __u64 *out)
{
	int err = sw_value_seconds(value, 1, out);

	if (!err && *out > most)
		return sw_value_expected(value, "at most 1h");
	return err;
}

int sw_fetch_read_every(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_seconds(value, 1, &feed->fetch.every_s);
}

int sw_fetch_read_timeout(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return read_seconds(value, TIMEOUT_MAX_S, &feed->fetch.timeout_s);
}

int sw_fetch_read_max_size(const struct sw_value *value, void *into)
{
	static const char what[] = "a size from 1K to 1024M, such as 500K or 20M";
	const char *text = sw_value_text(value, what);
	struct sw_feed_config *feed = into;
	unsigned long number;
	char *unit;

	if (!text)
		return -EINVAL;
	number = isdigit((unsigned char)*text) ? strtoul(text, &unit, 10) : 0;
	if (!number || number > SIZE_MAX_MIB << 10 || (*unit != 'K' && *unit != 'M') || unit[1])
		return sw_value_expected(value, what);
	feed->fetch.max_size = (__u64)number << (*unit == 'K' ? 10 : 20);
	if (feed->fetch.max_size > (__u64)SIZE_MAX_MIB << 20)
		return sw_value_expected(value, what);
	return 0;
}

int sw_fetch_read_proxy(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_fetch_read_proxy_url(value, &feed->fetch.proxy);
}

int sw_fetch_read_proxy_credentials_file(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_path(value, &feed->fetch.proxy_credentials_file);
}

int sw_fetch_read_ca_file(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_path(value, &feed->fetch.ca_file);
}

int sw_fetch_read_headers_file(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_path(value, &feed->fetch.headers_file);
}

int sw_fetch_read_credentials_file(const struct sw_value *value, void *into)
{
	struct sw_feed_config *feed = into;

	return sw_value_path(value, &feed->fetch.credentials_file);
}

int sw_fetch_check(const struct sw_value *value, const struct sw_feed_config *feed)
{
	const struct sw_fetch_config *fetch = &feed->fetch, usual = sw_fetch_default();

	if (feed->path && feed->url)
		return sw_value_fail(value, "feed \"%s\" has both path and url (expected one)",
				     feed->name);
	if (!feed->url &&
	    (fetch->every_s != usual.every_s || fetch->timeout_s != usual.timeout_s ||
	     fetch->max_size != usual.max_size || fetch->proxy || fetch->proxy_credentials_file ||
	     fetch->ca_file || fetch->headers_file || fetch->credentials_file))
		return sw_value_fail(value,
				     "feed \"%s\" has no url, and every, timeout, max_size, proxy, "
				     "proxy_credentials_file, ca_file, headers_file and "
				     "credentials_file are for one",
				     feed->name);
	if (fetch->proxy_credentials_file && !fetch->proxy)
		return sw_value_fail(value,
				     "feed \"%s\" has a proxy_credentials_file and no proxy "
				     "(expected both, or credentials_file for the server itself)",
				     feed->name);
	return 0;
}

void sw_fetch_free(struct sw_fetch_config *fetch)
{
	free(fetch->proxy);
	free(fetch->proxy_credentials_file);
	free(fetch->ca_file);
	free(fetch->headers_file);
	free(fetch->credentials_file);
}
