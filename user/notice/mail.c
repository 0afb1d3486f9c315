// SPDX-License-Identifier: GPL-2.0
#include "notice/mail.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/version.h"
#include "notice/mime.h"
#include "notice/template.h"
#include "notice/xarf.h"

#define TEXT_TYPE "text/plain; charset=utf-8"

struct writing {
	const struct sw_notice_mail *mail;
	const char *boundary;
	FILE *out;
};

static void write_headers(const struct writing *w, const char *subject)
{
	const struct sw_notice_mail *mail = w->mail;
	char date[48];

	fprintf(w->out, "From: %s\r\nTo: %s\r\n", mail->from, mail->to);
	sw_mime_header(w->out, "Subject", subject);
	fprintf(w->out, "Date: %s\r\nMessage-ID: <%s@%s>\r\nAuto-Submitted: auto-generated\r\n",
		sw_notice_mail_time(sw_wall_ms() / 1000, date, sizeof(date)), w->boundary,
		strchr(mail->from, '@') + 1);
	fputs("MIME-Version: 1.0\r\n", w->out);
}

static void begin_part(const struct writing *w)
{
	fprintf(w->out, "\r\n--%s\r\n", w->boundary);
}

static int write_xarf(const struct writing *w, const char *body)
{
	json_t *report = sw_xarf(&w->mail->source);
	char *text = report ? json_dumps(report, JSON_INDENT(1) | JSON_PRESERVE_ORDER) : NULL;

	json_decref(report);
	if (!text)
		return -ENOMEM;
	fprintf(w->out, "Content-Type: multipart/mixed; boundary=\"%s\"\r\n", w->boundary);
	begin_part(w);
	sw_mime_body(w->out, TEXT_TYPE, body);
	begin_part(w);
	fputs("Content-Disposition: attachment; filename=\"xarf.json\"\r\n", w->out);
	sw_mime_body(w->out, "application/json; name=\"xarf.json\"", text);
	fprintf(w->out, "\r\n--%s--\r\n", w->boundary);
	free(text);
	return 0;
}

/* The newest signal of mail. */
static const json_t *mail_signal(const struct sw_notice_source *source, __s64 *incidents)
{
	const json_t *signals = json_object_get(sw_notice_case(source), "signals"), *newest = NULL;
	size_t i;

	*incidents = 0;
	for (i = 0; i < json_array_size(signals); i++) {
		const json_t *signal = json_array_get(signals, i);

		if (!sw_notice_is_of_mail(signal))
			continue;
		*incidents += json_integer_value(json_object_get(signal, "count"));
		if (!newest)
			newest = signal;
	}
	return newest;
}

/* RFC 5965, 2: the third part is the mail or its header. There is none of either, for the
 * connection was judged; a comment is all that it can hold and be true. */
static void write_feedback(const struct writing *w, const json_t *signal, __s64 incidents)
{
	const char *address = sw_notice_text(signal, "address");
	int size = strcspn(address, "/");
	char date[48];

	sw_notice_mail_time(json_integer_value(json_object_get(signal, "last")), date,
			    sizeof(date));
	begin_part(w);
	fprintf(w->out,
		"Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n"
		"User-Agent: spamweir/%s\r\nVersion: 1\r\nSource-IP: %.*s\r\n"
		"Arrival-Date: %s\r\nIncidents: %lld\r\n",
		sw_version, size, address, date, incidents);
	begin_part(w);
	fprintf(w->out,
		"Content-Type: text/rfc822-headers\r\n\r\n"
		"Comments: of the mail nothing is known; its SMTP connection was judged\r\n");
}

static int write_arf(const struct writing *w, const char *body, struct sw_error *error)
{
	__s64 incidents;
	const json_t *signal = mail_signal(&w->mail->source, &incidents);

	if (!signal)
		return sw_fail(error, -ENODATA, "there is no evidence of mail, which ARF is for");
	fprintf(w->out,
		"Content-Type: multipart/report; report-type=feedback-report; "
		"boundary=\"%s\"\r\n",
		w->boundary);
	begin_part(w);
	sw_mime_body(w->out, TEXT_TYPE, body);
	write_feedback(w, signal, incidents);
	fprintf(w->out, "\r\n--%s--\r\n", w->boundary);
	return 0;
}

static int write_mail(const struct writing *w, const char *subject, const char *body,
		      struct sw_error *error)
{
	write_headers(w, subject);
	switch (w->mail->format) {
	case SW_NOTICE_XARF:
		return write_xarf(w, body);
	case SW_NOTICE_ARF:
		return write_arf(w, body, error);
	case SW_NOTICE_PLAIN:
	case SW_NOTICE_FORMATS:
		break;
	}
	sw_mime_body(w->out, TEXT_TYPE, body);
	return 0;
}

static int compose(const struct sw_notice_mail *mail, const char *subject, const char *body,
		   char **out, struct sw_error *error)
{
	struct writing w = {
		.mail = mail,
		.boundary = sw_notice_text(mail->source.document, "id"),
	};
	size_t size;
	int err;

	w.out = open_memstream(out, &size);
	if (!w.out)
		return -ENOMEM;
	err = write_mail(&w, subject, body, error);
	if (fclose(w.out) && !err)
		err = -ENOMEM;
	if (err) {
		free(*out);
		*out = NULL;
	}
	return err;
}

static const char *which(const struct sw_notice_mail *mail)
{
	if (!mail->customer)
		return "desk";
	return strcmp(sw_notice_text(mail->source.document, "event"), "closed") ? "customer"
										: "customer-closed";
}

int sw_notice_mail(const struct sw_notice_mail *mail, char **out, struct sw_error *error)
{
	char *name = NULL, *text = NULL, *subject = NULL, *body = NULL;
	int err = sw_template_find(mail->source.notices, which(mail), mail->language, &name, &text,
				   error);

	*out = NULL;
	if (!err)
		err = sw_template_fill(&mail->source, name, text, &subject, &body, error);
	if (!err)
		err = compose(mail, subject, body, out, error);
	free(name);
	free(text);
	free(subject);
	free(body);
	return err;
}
