// SPDX-License-Identifier: GPL-2.0
#include "worker/http.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/version.h"
#include "worker/answer.h"
#include "worker/curl.h"
#include "worker/refusal.h"
#include "worker/secrets.h"

#define REDIRECTS 5
#define CONNECT_S 30L
#define SHOWN 300   /* of a URL */
#define STALL_S 60L /* without one byte */

struct sw_http {
	struct sw_curl curl;
	CURL *handle;
	const struct sw_feed_config *feed;
	const struct sw_fetch_state *before;
	struct sw_secrets secrets;
	char why[CURL_ERROR_SIZE];
	struct sw_answer answer;
};

#define SET(http, option, value) ((http)->curl.easy_setopt((http)->handle, option, value))
#define GET(http, info, into) ((http)->curl.easy_getinfo((http)->handle, info, into))

static long status_of(const struct sw_http *http)
{
	long status = 0;

	GET(http, CURLINFO_RESPONSE_CODE, &status);
	return status;
}

static const char *encoding_of(const struct sw_http *http)
{
	struct curl_header *header;

	if (http->curl.easy_header(http->handle, "Content-Encoding", 0, CURLH_HEADER, -1, &header))
		return "";
	return header->amount > 1 ? "several at once" : header->value;
}

/* What a redirect or an error says beside its headers is no list. */
static size_t take_body(char *bytes, size_t unit, size_t count, void *ctx)
{
	struct sw_http *http = ctx;
	bool list = status_of(http) == 200;
	const char *encoding = list ? encoding_of(http) : "";

	return sw_answer_take(&http->answer, list, encoding, bytes, unit * count) ? unit * count
										  : 0;
}

static size_t take_header_line(char *line, size_t unit, size_t count, void *ctx)
{
	struct sw_http *http = ctx;

	sw_answer_header(&http->answer, line, unit * count);
	return unit * count;
}

static int take_debug(CURL *handle, curl_infotype type, char *bytes, size_t size, void *ctx)
{
	struct sw_http *http = ctx;

	(void)handle;
	if (type == CURLINFO_TEXT)
		sw_answer_remark(&http->answer, bytes, size);
	return 0;
}

static int set_callbacks(struct sw_http *http)
{
	return SET(http, CURLOPT_WRITEFUNCTION, take_body) || SET(http, CURLOPT_WRITEDATA, http) ||
	       SET(http, CURLOPT_HEADERFUNCTION, take_header_line) ||
	       SET(http, CURLOPT_HEADERDATA, http) || SET(http, CURLOPT_VERBOSE, 1L) ||
	       SET(http, CURLOPT_DEBUGFUNCTION, take_debug) || SET(http, CURLOPT_DEBUGDATA, http) ||
	       SET(http, CURLOPT_ERRORBUFFER, http->why);
}

/* Basic alone, which needs no second round, for libcurl would decode the password there once
 * more: see secrets.c. */
static int set_proxy(struct sw_http *http)
{
	return SET(http, CURLOPT_PROXY, http->feed->fetch.proxy ?: "") ||
	       SET(http, CURLOPT_PROXYUSERNAME, http->secrets.proxy_user) ||
	       SET(http, CURLOPT_PROXYPASSWORD, http->secrets.proxy_password) ||
	       SET(http, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC);
}

static int set_options(struct sw_http *http)
{
	struct curl_blob ca = { (void *)http->secrets.ca.text, http->secrets.ca.size,
				CURL_BLOB_NOCOPY };
	char agent[64];

	snprintf(agent, sizeof(agent), "spamweir/%s", sw_version);
	return SET(http, CURLOPT_PROTOCOLS_STR, "http,https") ||
	       SET(http, CURLOPT_USERAGENT, agent) || SET(http, CURLOPT_NOSIGNAL, 1L) ||
	       SET(http, CURLOPT_FOLLOWLOCATION, 0L) || SET(http, CURLOPT_FILETIME, 1L) ||
	       SET(http, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ||
	       SET(http, CURLOPT_CONNECTTIMEOUT, CONNECT_S) ||
	       SET(http, CURLOPT_LOW_SPEED_LIMIT, 1L) ||
	       SET(http, CURLOPT_LOW_SPEED_TIME, STALL_S) || set_proxy(http) ||
	       SET(http, CURLOPT_CAPATH, NULL) || SET(http, CURLOPT_CAINFO_BLOB, &ca) ||
	       SET(http, CURLOPT_PROXY_CAINFO_BLOB, &ca) ||
	       SET(http, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

int sw_http_prepare(const struct sw_feed_config *feed, const struct sw_fetch_state *before,
		    struct sw_http **out, struct sw_error *error)
{
	struct sw_http *http = calloc(1, sizeof(*http));
	int err;

	if (!http)
		return -ENOMEM;
	*out = http;
	http->feed = feed;
	http->before = before;
	err = sw_curl_load(&http->curl, error);
	if (!err)
		err = sw_secrets_read(&feed->fetch, &http->secrets, error);
	if (err)
		return err;
	if (sw_answer_init(&http->answer, feed->fetch.max_size))
		return -ENOMEM;
	http->handle = http->curl.easy_init();
	if (!http->handle || set_options(http) || set_callbacks(http))
		return sw_fail(error, -ELIBACC, "libcurl lacks something that fetching needs");
	return 0;
}

static int add(struct sw_http *http, struct curl_slist **list, const char *name, const char *value)
{
	struct curl_slist *grown;
	char *line;

	if (asprintf(&line, "%s%s", name, value) < 0)
		return -ENOMEM;
	grown = http->curl.slist_append(*list, line);
	free(line);
	if (!grown)
		return -ENOMEM;
	*list = grown;
	return 0;
}

/* Headers of the operator's go to the server of the URL, and to no other that it
 * names. */
static int make_headers(struct sw_http *http, bool home, struct curl_slist **list)
{
	const struct sw_fetch_state *before = http->before;
	size_t i;
	int err = add(http, list, "Accept-Encoding: ", sw_unpack_accepts(http->answer.unpack));

	if (!err && before && before->etag[0])
		err = add(http, list, "If-None-Match: ", before->etag);
	if (!err && before && before->modified[0])
		err = add(http, list, "If-Modified-Since: ", before->modified);
	for (i = 0; i < http->secrets.headers && home && !err; i++)
		err = add(http, list, http->secrets.header[i], "");
	return err;
}

static const char *expected_of(CURLcode code)
{
	if (code == CURLE_SSL_CACERT_BADFILE)
		return " (expected certificates in PEM in ca_file or, without it, in the system's " SW_SYSTEM_CA
		       ")";
	if (code == CURLE_PEER_FAILED_VERIFICATION)
		return " (expected a certificate that ca_file or the system's authorities vouch "
		       "for, and a clock that is right)";
	return code == CURLE_SSL_CONNECT_ERROR
		       ? " (expected TLS 1.2 or later, and to be asked for no certificate)"
		       : "";
}

static int explain(struct sw_http *http, const char *shown, CURLcode code,
		   struct sw_transferred *said)
{
	/* By which libcurl also means a header line that is longer than it takes. */
	const char *why = code == CURLE_OUT_OF_MEMORY ? "no memory, or an endless header"
			  : http->why[0]	      ? http->why
						      : http->curl.easy_strerror(code);
	char text[CURL_ERROR_SIZE];
	long proxy = 0;

	GET(http, CURLINFO_HTTP_CONNECTCODE, &proxy);
	if (proxy / 100 > 2)
		return sw_refused_by_proxy(shown, proxy, &http->secrets, &said->error);
	return sw_fail(&said->error, -EIO, "%s: cannot be fetched: %s%s", shown,
		       sw_printable(text, sizeof(text), why), expected_of(code));
}

/* What lies behind the announced end of an answer. Behind one over TLS there may be more of
 * TLS. */
static bool has_excess(const struct sw_http *http, const char *url)
{
	curl_socket_t socket = CURL_SOCKET_BAD;
	char byte;

	if (strncasecmp(url, "http://", 7) || GET(http, CURLINFO_ACTIVESOCKET, &socket))
		return false;
	return socket != CURL_SOCKET_BAD && recv(socket, &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

static int perform(struct sw_http *http, const char *url, const char *shown, bool home,
		   long left_ms, struct sw_transferred *said)
{
	struct curl_slist *headers = NULL;
	int err = make_headers(http, home, &headers);
	CURLcode code;

	if (err)
		return sw_fail(&said->error, err, "%s: no memory", shown);
	SET(http, CURLOPT_URL, url);
	SET(http, CURLOPT_HTTPHEADER, headers);
	SET(http, CURLOPT_TIMEOUT_MS, left_ms);
	SET(http, CURLOPT_USERPWD, home ? http->secrets.credentials : NULL);
	SET(http, CURLOPT_HTTPAUTH, home && http->secrets.credentials ? (long)CURLAUTH_BASIC : 0L);
	sw_answer_begin(&http->answer);
	http->why[0] = '\0';
	code = http->curl.easy_perform(http->handle);
	said->status = status_of(http);
	http->answer.excess |= !code && has_excess(http, url);
	if (code && !http->answer.err)
		said->err = explain(http, shown, code, said);
	else
		said->err = sw_answer_judge(&http->answer, shown, &said->error);
	said->size = http->answer.size;
	SET(http, CURLOPT_HTTPHEADER, NULL);
	http->curl.slist_free_all(headers);
	return said->err;
}

static void take_header(struct sw_http *http, const char *name, char *out, size_t room)
{
	struct curl_header *header;

	if (!http->curl.easy_header(http->handle, name, 0, CURLH_HEADER, -1, &header) &&
	    strlen(header->value) < room && *header->value != '\r') /* if it is empty */
		strcpy(out, header->value);
}

static void note_answer(struct sw_http *http, struct sw_transferred *said)
{
	curl_off_t modified = -1, wait = 0;

	GET(http, CURLINFO_FILETIME_T, &modified);
	GET(http, CURLINFO_RETRY_AFTER, &wait);
	said->modified_s = modified > 0 ? modified : 0;
	said->retry_after_s = wait > 0 ? wait : 0;
	take_header(http, "ETag", said->etag, sizeof(said->etag));
	take_header(http, "Last-Modified", said->modified, sizeof(said->modified));
}

/* Scheme, host and port. */
static bool same_server(const char *a, const char *b)
{
	size_t size = strcspn(strstr(a, "://") + 3, "/?#") + (strstr(a, "://") + 3 - a);

	return !strncasecmp(a, b, size) && (!b[size] || strchr("/?#", b[size]));
}

/* The next URL, which lives until the next transfer. NULL: there is none, and `said`
 * says why if that is an error. */
static const char *redirect(struct sw_http *http, const char *shown, struct sw_transferred *said)
{
	char *next = NULL, text[SHOWN];

	if (said->status / 100 != 3 || said->status == 304 || said->status == 300)
		return NULL;
	GET(http, CURLINFO_REDIRECT_URL, &next);
	if (next && !strncasecmp(next, "https://", 8))
		return next;
	said->err = sw_fail(&said->error, -EIO, "%s: redirects to %s (expected https://...)", shown,
			    next ? sw_shown_url(text, sizeof(text), next) : "nowhere");
	return NULL;
}

static void judge_status(const struct sw_http *http, const char *shown, bool home,
			 struct sw_transferred *said)
{
	if (said->status == 304)
		said->unchanged = 1;
	else if (said->status != 200)
		said->err = sw_refused_by_server(shown, said->status, said->retry_after_s,
						 &http->secrets, home, &said->error);
}

void sw_http_fetch(struct sw_http *http, struct sw_transferred *said)
{
	long until = (long)sw_monotonic_ms() + http->feed->fetch.timeout_s * 1000L, left;
	const char *first = http->feed->url, *shown = first, *next = first;
	char *url = strdup(first), text[SHOWN];
	bool home = true;
	int hops;

	for (hops = 0; url && next; hops++) {
		next = NULL;
		left = until - (long)sw_monotonic_ms();
		home = same_server(first, url);
		if (hops)
			shown = sw_shown_url(text, sizeof(text), url);
		if (hops > REDIRECTS)
			said->err = sw_fail(&said->error, -ELOOP,
					    "%s: redirects more than %d times", first, REDIRECTS);
		else if (!perform(http, url, shown, home, left > 1 ? left : 1, said))
			next = redirect(http, shown, said);
		if (next) {
			char *last = url;

			url = strdup(next);
			free(last);
		}
	}
	if (!url) {
		said->err = -ENOMEM;
		return;
	}
	if (said->status)
		note_answer(http, said);
	if (!said->err)
		judge_status(http, shown, home, said);
	free(url);
}
