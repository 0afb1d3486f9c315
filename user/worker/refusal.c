// SPDX-License-Identifier: GPL-2.0
#include "worker/refusal.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

char *sw_shown_url(char *out, size_t room, const char *url)
{
	const char *scheme = strstr(url, "://"), *host = scheme ? scheme + 3 : url, *at;
	size_t size = strcspn(host, "/?#");
	char text[512];

	at = memrchr(host, '@', size);
	if (at) {
		size -= at + 1 - host;
		host = at + 1;
	}
	size += strcspn(host + size, "?#");
	snprintf(text, sizeof(text), "%.*s%.*s%s", scheme ? (int)(scheme + 3 - url) : 0, url,
		 (int)size, host, host[size] ? "?..." : "");
	return sw_printable(out, room, text);
}

/* 401: it wants to know who asks. */
static int refused_unknown(const char *url, const struct sw_secrets *secrets, bool known,
			   struct sw_error *error)
{
	const char *told = secrets->credentials && secrets->headers
				   ? "credentials_file and headers_file"
			   : secrets->credentials ? "credentials_file"
			   : secrets->headers	  ? "headers_file"
						  : NULL;

	if (!told || !known)
		return sw_fail(error, -EIO, "%s: the server says 401: it wants to know who asks%s",
			       url,
			       told ? " (expected a list where nobody is asked)"
				    : " (expected credentials_file: PATH or headers_file: PATH)");
	return sw_fail(error, -EIO, "%s: the server says 401: it does not accept what is in %s",
		       url, told);
}

int sw_refused_by_server(const char *url, unsigned status, unsigned long long retry_after_s,
			 const struct sw_secrets *secrets, bool known, struct sw_error *error)
{
	if (status == 407)
		return sw_refused_by_proxy(url, status, secrets, error);
	if (status == 401)
		return refused_unknown(url, secrets, known, error);
	if (retry_after_s)
		return sw_fail(error, -EIO, "%s: the server says %u, and to come back in %llu s",
			       url, status, retry_after_s);
	return sw_fail(error, -EIO, "%s: the server says %u (expected 200)", url, status);
}

/* Some proxies say 401 in place of 407 when a password is wrong. */
int sw_refused_by_proxy(const char *url, long status, const struct sw_secrets *secrets,
			struct sw_error *error)
{
	return sw_fail(error, -EIO, "%s: the proxy says %ld%s", url, status,
		       status != 401 && status != 407 ? " (expected 200)"
		       : secrets->proxy_user
			       ? ": the name or the password in proxy_credentials_file is wrong"
			       : ": it wants a name and a password (expected "
				 "proxy_credentials_file: PATH)");
}
