// SPDX-License-Identifier: GPL-2.0
#include "worker/curl.h"

#include <dlfcn.h>
#include <errno.h>

#define LIBRARY "libcurl.so.4"

/* The names are macros that check their arguments, of which only a call has any. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

int sw_curl_load(struct sw_curl *curl, struct sw_error *error)
{
	const struct {
		const char *name;
		void *into;
	} symbol[] = {
		{ "curl_global_init", &curl->global_init },
		{ "curl_easy_init", &curl->easy_init },
		{ "curl_easy_setopt", &curl->easy_setopt },
		{ "curl_easy_perform", &curl->easy_perform },
		{ "curl_easy_getinfo", &curl->easy_getinfo },
		{ "curl_easy_header", &curl->easy_header },
		{ "curl_easy_strerror", &curl->easy_strerror },
		{ "curl_slist_append", &curl->slist_append },
		{ "curl_slist_free_all", &curl->slist_free_all },
	};
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	if (!library)
		return sw_fail(error, -ELIBACC, "nothing can be fetched without libcurl: %s",
			       dlerror());
	for (i = 0; i < sizeof(symbol) / sizeof(symbol[0]); i++) {
		*(void **)symbol[i].into = dlsym(library, symbol[i].name);
		if (!*(void **)symbol[i].into)
			return sw_fail(error, -ELIBACC,
				       "nothing can be fetched by this libcurl: %s", dlerror());
	}
	if (curl->global_init(CURL_GLOBAL_DEFAULT))
		return sw_fail(error, -ELIBACC, "libcurl cannot be initialised");
	return 0;
}
