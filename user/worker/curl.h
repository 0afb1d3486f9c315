/* SPDX-License-Identifier: GPL-2.0 */
/* libcurl, loaded when a list is fetched: its thirty libraries would cost every
 * command twice the time that it takes to start. */
#ifndef SPAMWEIR_WORKER_CURL_H
#define SPAMWEIR_WORKER_CURL_H

#include <curl/curl.h>

#include "base/error.h"

/* Functions by the names that libcurl has for them, without its prefix. */
struct sw_curl {
	CURLcode (*global_init)(long flags);
	CURL *(*easy_init)(void);
	CURLcode (*easy_setopt)(CURL *handle, CURLoption option, ...);
	CURLcode (*easy_perform)(CURL *handle);
	CURLcode (*easy_getinfo)(CURL *handle, CURLINFO info, ...);
	CURLHcode (*easy_header)(CURL *handle, const char *name, size_t index, unsigned origin,
				 int request, struct curl_header **header);
	const char *(*easy_strerror)(CURLcode code);
	struct curl_slist *(*slist_append)(struct curl_slist *list, const char *text);
	void (*slist_free_all)(struct curl_slist *list);
};

/* Loads and initialises it, for good. -ELIBACC with `error` set. */
int sw_curl_load(struct sw_curl *curl, struct sw_error *error);

#endif
