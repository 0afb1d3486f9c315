// SPDX-License-Identifier: GPL-2.0
#include "worker/deliver.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/version.h"
#include "worker/child.h"
#include "worker/curl.h"
#include "worker/resolver.h"
#include "worker/secrets.h"

#define GRACE_S 10
#define MEMORY (1ULL << 30) /* address space */
#define CPU_S 60
#define CONNECT_S 20L
#define ANSWER_MAX (64 << 10)

/* All that the child says of itself. */
struct said {
	int err;
	__u32 status; /* of HTTP or SMTP; 0: no answer */
	struct sw_error error;
};

struct delivering {
	struct sw_delivery delivery;
	struct sw_fetch_config how; /* of a delivery that is carried */
	struct sw_curl curl;
	CURL *handle;
	struct sw_secrets secrets;
	struct curl_slist *headers, *to;
	const char *left; /* of a mail */
	size_t answered;
	char why[CURL_ERROR_SIZE];
	struct said said;
};

#define SET(d, option, value) ((d)->curl.easy_setopt((d)->handle, option, value))

static bool is_mail(const struct sw_delivery *delivery)
{
	return !strncasecmp(delivery->url, "smtp", 4);
}

/* An endless answer is none. */
static size_t take_answer(char *bytes, size_t unit, size_t count, void *ctx)
{
	struct delivering *d = ctx;

	(void)bytes;
	d->answered += unit * count;
	return d->answered <= ANSWER_MAX ? unit * count : 0;
}

static size_t give_mail(char *to, size_t unit, size_t count, void *ctx)
{
	struct delivering *d = ctx;
	size_t size = strnlen(d->left, unit * count);

	memcpy(to, d->left, size);
	d->left += size;
	return size;
}

/* libcurl says much that nobody needs, and nothing of it may be shown. */
static int set_common(struct delivering *d)
{
	const struct sw_fetch_config *how = d->delivery.how;
	struct curl_blob ca = { (void *)d->secrets.ca.text, d->secrets.ca.size, CURL_BLOB_NOCOPY };

	return SET(d, CURLOPT_URL, d->delivery.url) || SET(d, CURLOPT_NOSIGNAL, 1L) ||
	       SET(d, CURLOPT_CONNECTTIMEOUT, CONNECT_S) ||
	       SET(d, CURLOPT_TIMEOUT, (long)how->timeout_s) ||
	       SET(d, CURLOPT_PROXY, how->proxy ?: "") ||
	       SET(d, CURLOPT_PROXYUSERNAME, d->secrets.proxy_user) ||
	       SET(d, CURLOPT_PROXYPASSWORD, d->secrets.proxy_password) ||
	       SET(d, CURLOPT_PROXYAUTH, (long)CURLAUTH_BASIC) || SET(d, CURLOPT_CAPATH, NULL) ||
	       SET(d, CURLOPT_CAINFO_BLOB, &ca) || SET(d, CURLOPT_PROXY_CAINFO_BLOB, &ca) ||
	       SET(d, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) ||
	       SET(d, CURLOPT_USERPWD, d->secrets.credentials) ||
	       SET(d, CURLOPT_WRITEFUNCTION, take_answer) || SET(d, CURLOPT_WRITEDATA, d) ||
	       SET(d, CURLOPT_ERRORBUFFER, d->why);
}

static int add(struct delivering *d, struct curl_slist **list, const char *name, const char *value)
{
	struct curl_slist *grown;
	char *line;

	if (asprintf(&line, "%s%s", name, value) < 0)
		return -ENOMEM;
	grown = d->curl.slist_append(*list, line);
	free(line);
	*list = grown ?: *list;
	return grown ? 0 : -ENOMEM;
}

static int set_post(struct delivering *d)
{
	char agent[64];
	size_t i;
	int err = add(d, &d->headers, "Content-Type: ", d->delivery.type);

	if (!err)
		err = add(d, &d->headers, "Expect:", "");
	for (i = 0; i < d->secrets.headers && !err; i++)
		err = add(d, &d->headers, d->secrets.header[i], "");
	if (err)
		return err;
	snprintf(agent, sizeof(agent), "spamweir/%s", sw_version);
	return SET(d, CURLOPT_PROTOCOLS_STR, "http,https") || SET(d, CURLOPT_USERAGENT, agent) ||
	       SET(d, CURLOPT_FOLLOWLOCATION, 0L) ||
	       SET(d, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1) ||
	       SET(d, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) ||
	       SET(d, CURLOPT_HTTPHEADER, d->headers) ||
	       SET(d, CURLOPT_POSTFIELDSIZE, (long)strlen(d->delivery.body)) ||
	       SET(d, CURLOPT_POSTFIELDS, d->delivery.body);
}

/* Without a password, and without certificates named, TLS is as mail servers have it: any
 * is better than none, and none will do. */
static int set_mail(struct delivering *d)
{
	const struct sw_fetch_config *how = d->delivery.how;
	bool must = how->credentials_file || how->ca_file ||
		    !strncasecmp(d->delivery.url, "smtps", 5);
	int err = add(d, &d->to, d->delivery.to, "");

	if (err)
		return err;
	d->left = d->delivery.body;
	return SET(d, CURLOPT_PROTOCOLS_STR, "smtp,smtps") ||
	       SET(d, CURLOPT_USE_SSL, must ? (long)CURLUSESSL_ALL : (long)CURLUSESSL_TRY) ||
	       SET(d, CURLOPT_SSL_VERIFYPEER, must ? 1L : 0L) ||
	       SET(d, CURLOPT_SSL_VERIFYHOST, must ? 2L : 0L) ||
	       SET(d, CURLOPT_MAIL_FROM, d->delivery.from) || SET(d, CURLOPT_MAIL_RCPT, d->to) ||
	       SET(d, CURLOPT_READFUNCTION, give_mail) || SET(d, CURLOPT_READDATA, d) ||
	       SET(d, CURLOPT_UPLOAD, 1L);
}

static int prepare(void *ctx, struct sw_error *error)
{
	struct delivering *d = ctx;
	int err = sw_curl_load(&d->curl, error);

	if (!err)
		err = sw_secrets_read(d->delivery.how, &d->secrets, error);
	if (err)
		return err;
	d->handle = d->curl.easy_init();
	if (!d->handle || set_common(d) || (is_mail(&d->delivery) ? set_mail(d) : set_post(d)))
		return sw_fail(error, -ELIBACC, "libcurl lacks something that sending needs");
	return 0;
}

static void judge(struct delivering *d, CURLcode code)
{
	struct said *said = &d->said;
	char text[CURL_ERROR_SIZE];
	long status = 0;

	d->curl.easy_getinfo(d->handle, CURLINFO_RESPONSE_CODE, &status);
	said->status = status > 0 && status < 1000 ? status : 0;
	if (code == CURLE_OPERATION_TIMEDOUT)
		said->err = sw_fail(&said->error, -ETIMEDOUT, "no answer in %llu s",
				    d->delivery.how->timeout_s);
	else if (code)
		said->err = sw_fail(&said->error, -EIO, "%s",
				    sw_printable(text, sizeof(text),
						 d->why[0] ? d->why : d->curl.easy_strerror(code)));
	else if (!is_mail(&d->delivery) && (said->status < 200 || said->status > 299))
		said->err = sw_fail(&said->error, -EIO, "the server says %u (expected 2xx)",
				    said->status);
}

static void work(void *ctx)
{
	struct delivering *d = ctx;

	judge(d, d->curl.easy_perform(d->handle));
	sw_child_send(&d->said, sizeof(d->said));
}

static void carry(struct sw_wire *wire, void *ctx)
{
	struct delivering *d = ctx;
	struct sw_delivery *delivery = &d->delivery;

	if (!wire->reading)
		d->how = *delivery->how;
	sw_wire_fetch(wire, &d->how);
	delivery->url = sw_wire_text(wire, delivery->url);
	delivery->state_dir = sw_wire_text(wire, delivery->state_dir);
	delivery->type = sw_wire_text(wire, delivery->type);
	delivery->from = sw_wire_text(wire, delivery->from);
	delivery->to = sw_wire_text(wire, delivery->to);
	delivery->body = sw_wire_text(wire, delivery->body);
	if (wire->reading)
		delivery->how = &d->how;
}

const struct sw_child_kind sw_kind_deliver = {
	.name = "deliver",
	.size = sizeof(struct delivering),
	.carry = carry,
	.prepare = prepare,
	.work = work,
};

static int take(struct sw_child *child, struct said *said, struct sw_error *error)
{
	char safe[sizeof(said->error.text)];
	int err = sw_child_read(child, said, sizeof(*said), error);

	if (err == -ETIMEDOUT)
		return sw_fail(error, err, "it took too long");
	if (err)
		return err;
	said->error.text[sizeof(said->error.text) - 1] = '\0';
	if (said->err > 0 || said->err < -4095 || said->status > 999)
		return sw_fail(error, -EBADMSG, "what the confined process sent is not used");
	if (said->err)
		return sw_fail(error, said->err, "%s",
			       sw_printable(safe, sizeof(safe), said->error.text));
	return 0;
}

/* A relay that says 5xx means it (RFC 5321, 4.2.1); but not of a password, which somebody
 * may mend: 530 to 535. */
static bool is_final(const struct sw_delivery *delivery, const struct said *said)
{
	return is_mail(delivery) && said->status >= 550 && said->status <= 559;
}

int sw_deliver(const struct sw_delivery *delivery, bool *final, struct sw_error *error)
{
	struct delivering *d = calloc(1, sizeof(*d));
	struct sw_child_order order = {
		.kind = &sw_kind_deliver,
		.sandbox = { .network = true, .memory = MEMORY, .cpu_s = CPU_S },
		.pipe = -1,
		.ctx = d,
	};
	struct sw_child child = SW_NO_CHILD;
	char *root = NULL;
	int err = d ? 0 : -ENOMEM;

	*final = false;
	if (!err)
		err = sw_resolver_root(delivery->state_dir, &root, error);
	if (!err) {
		d->delivery = *delivery;
		order.sandbox.root = root;
		err = sw_child_start(&order, delivery->how->timeout_s + GRACE_S, &child, error);
	}
	if (!err) {
		err = take(&child, &d->said, error);
		*final = err && is_final(delivery, &d->said);
	}
	sw_child_end(&child);
	free(root);
	free(d);
	return err;
}
