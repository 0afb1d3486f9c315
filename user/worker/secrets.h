/* SPDX-License-Identifier: GPL-2.0 */
/* What only the fetching child knows. */
#ifndef SPAMWEIR_WORKER_SECRETS_H
#define SPAMWEIR_WORKER_SECRETS_H

#include "base/file.h"
#include "config/schema.h"

#define SW_HEADERS_MAX 32
#define SW_SYSTEM_CA "/etc/ssl/certs/ca-certificates.crt"

struct sw_secrets {
	struct sw_file ca;	      /* certificates, PEM */
	char *header[SW_HEADERS_MAX]; /* lines of headers_text */
	size_t headers;
	char *credentials;		   /* "user:password", in credentials_text; NULL: none */
	char *proxy_user, *proxy_password; /* as in a URL: "%" is "%25"; NULL: none */
	char *headers_text, *credentials_text;
};

/* Reads the files that the config names, to be kept while the process lives. Errors
 * show nothing of what is in them. -errno. */
int sw_secrets_read(const struct sw_fetch_config *fetch, struct sw_secrets *secrets,
		    struct sw_error *error);

#endif
