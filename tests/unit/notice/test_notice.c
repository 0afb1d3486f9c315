// SPDX-License-Identifier: GPL-2.0
/* What notices say: mail that any relay takes, templates, and where customers get mail. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/mailbox.h"
#include "notice/customers.h"
#include "notice/mail.h"
#include "notice/mime.h"
#include "notice/template.h"

static struct sw_error error;

static char *written(void (*write)(FILE *out, const char *text), const char *text)
{
	char *got = NULL;
	size_t size;
	FILE *out = open_memstream(&got, &size);

	write(out, text);
	assert_int_equal(fclose(out), 0);
	return got;
}

static void base64(FILE *out, const char *text)
{
	sw_mime_base64(out, text, strlen(text));
}

static void subject(FILE *out, const char *text)
{
	sw_mime_header(out, "Subject", text);
}

static void body(FILE *out, const char *text)
{
	sw_mime_body(out, "text/plain", text);
}

static void assert_written(void (*write)(FILE *out, const char *text), const char *text,
			   const char *expected)
{
	char *got = written(write, text);

	assert_string_equal(got, expected);
	free(got);
}

/* RFC 4648, 10. */
static void writes_base64(void **state)
{
	(void)state;
	assert_written(base64, "", "");
	assert_written(base64, "f", "Zg==");
	assert_written(base64, "fo", "Zm8=");
	assert_written(base64, "foo", "Zm9v");
	assert_written(base64, "foob", "Zm9vYg==");
	assert_written(base64, "\xff\xfe\xfd", "//79");
}

#define U8 "=?UTF-8?Q?"

static void writes_headers(void **state)
{
	(void)state;
	assert_written(subject, "case 7", "Subject: case 7\r\n");
	assert_written(subject,
		       "Gr\xc3\xbc\xc3\x9f"
		       "e: 1",
		       "Subject: " U8 "Gr=C3=BC=C3=9Fe=3A_1?=\r\n");
	/* Words are short, and none parts a character. */
	assert_written(subject,
		       "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"
		       "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac",
		       "Subject: " U8 "=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC=E2=82=AC"
		       "=E2=82=AC=E2=82=AC?=\r\n " U8 "=E2=82=AC=E2=82=AC=E2=82=AC?=\r\n");
}

#define HEAD "Content-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"

static void writes_quoted_printable(void **state)
{
	char text[201], *got, *line, *rest;

	(void)state;
	assert_written(body, "a = b\n", HEAD "a =3D b\r\n");
	assert_written(body, "blank \n\nend", HEAD "blank=20\r\n\r\nend\r\n");
	assert_written(body, "\xc3\xbc\t.\n", HEAD "=C3=BC=09.\r\n");
	memset(text, '=', 200);
	text[200] = '\0';
	got = rest = written(body, text);
	while ((line = strsep(&rest, "\n")))
		assert_true(strlen(line) <= 77); /* with its CR */
	free(got);
}

static const struct sw_notices_config notices = {
	.organisation = "Example Net",
	.contact = "abuse@example.net",
};

static json_t *document(void)
{
	json_t *made = json_loads(
		"{\"id\": \"1-2\", \"event\": \"opened\", \"severity\": \"high\", \"at\": 0,"
		" \"host\": \"h\", \"text\": \"t\", \"case\": {\"id\": 7, \"account\": \"alice\","
		" \"address\": \"192.0.2.1\", \"sentence\": \"it does\", \"first\": 0, \"last\": 60,"
		" \"opened\": 0, \"closed\": null, \"why\": null, \"count\": 3, \"signals\": [{"
		" \"kind\": \"cnc\", \"address\": \"192.0.2.1\", \"sentence\": \"it calls\","
		" \"count\": 3, \"first\": 0, \"last\": 60, \"peer\": \"198.51.100.7\"}]}}",
		0, NULL);

	assert_non_null(made);
	return made;
}

static int fill(const char *text, char **first, char **rest)
{
	json_t *made = document();
	const struct sw_notice_source source = { made, &notices };
	int err = sw_template_fill(&source, "t", text, first, rest, &error);

	json_decref(made);
	return err;
}

static void fills_templates(void **state)
{
	char *first, *rest;

	(void)state;
	assert_int_equal(fill("Subject: {case} of {account}\r\n\r\nBy phone: {phone}\r\n{{x}: "
			      "{count}, {last}\n{evidence}\n{organisation}",
			      &first, &rest),
			 0);
	assert_string_equal(first, "7 of alice");
	assert_string_equal(rest, "{x}: 3, 1970-01-01T00:01:00Z\n192.0.2.1: it calls (3 times, "
				  "1970-01-01T00:00:00Z to 1970-01-01T00:01:00Z, last with "
				  "198.51.100.7)\nExample Net\n");
	free(first);
	free(rest);
}

static void names_what_is_wrong_in_templates(void **state)
{
	static const struct {
		const char *text, *said;
	} bad[] = {
		{ "Subject: x\n\n{acount}\n", "t:3: `{acount}` (expected " },
		{ "Subject: x\n\n{account\n", "t:3: `{account` (expected " },
		{ "Subject: x\nDear {account}\n", "t:1: expected \"Subject: ...\" and an empty" },
		{ "Dear {account}\n", "t:1: expected \"Subject: ...\" and an empty" },
		{ "", "t:1: expected \"Subject: ...\" and an empty" },
		{ "Subject: {evidence}\n{evidence}\n", "t:1: expected \"Subject: ...\"" },
	};
	char *first, *rest;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(fill(bad[i].text, &first, &rest), -EINVAL);
		assert_int_equal(strncmp(error.text, bad[i].said, strlen(bad[i].said)), 0);
		free(first);
		free(rest);
	}
}

/* No report of mail where there was none. */
static void makes_arf_of_mail_alone(void **state)
{
	json_t *made = document();
	struct sw_notice_mail mail = {
		.source = { made, &notices },
		.from = "a@example.net",
		.to = "b@example.net",
		.language = "en",
		.format = SW_NOTICE_ARF,
	};
	json_t *signal =
		json_array_get(json_object_get(json_object_get(made, "case"), "signals"), 0);
	char *text;

	(void)state;
	assert_int_equal(sw_notice_mail(&mail, &text, &error), -ENODATA);
	assert_null(text);
	json_object_set_new(signal, "kind", json_string("zombie"));
	assert_int_equal(sw_notice_mail(&mail, &text, &error), 0);
	assert_non_null(strstr(text, "\r\nSource-IP: 192.0.2.1\r\n"));
	assert_non_null(strstr(text, "\r\nArrival-Date: Thu, 01 Jan 1970 00:01:00 +0000\r\n"));
	free(text);
	json_decref(made);
}

static void finds_customers(void **state)
{
	char path[] = "/tmp/spamweir-customers-XXXXXX";
	int fd = mkstemp(path);
	struct sw_customer found;
	static const char text[] = "# who,where,language\n\nalice , alice@example.org , de\r\n"
				   "bob,bob@example.org\ncarol,carol at example\n"
				   "dave,dave@example.org,german\nerin,erin@example.org,de,x\n"
				   "frank,\"f\"@example.org";

	(void)state;
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(sw_customer_find(path, "alice", &found, &error), 1);
	assert_string_equal(found.address, "alice@example.org");
	assert_string_equal(found.language, "de");
	assert_int_equal(sw_customer_find(path, "bob", &found, &error), 1);
	assert_string_equal(found.language, "");
	assert_int_equal(sw_customer_find(path, "zoe", &found, &error), 0);
	assert_int_equal(sw_customer_find(path, "carol", &found, &error), -EINVAL);
	assert_non_null(strstr(error.text, ":5: expected account,address,language"));
	assert_int_equal(sw_customer_find(path, "dave", &found, &error), -EINVAL);
	assert_int_equal(sw_customer_find(path, "erin", &found, &error), -EINVAL);
	assert_int_equal(sw_customer_find(path, "frank", &found, &error), -EINVAL);
	assert_int_equal(sw_customer_find(path, "# who", &found, &error), 0);
	unlink(path);
	assert_int_equal(sw_customer_find(path, "alice", &found, &error), -ENOENT);
}

static void knows_addresses(void **state)
{
	static const char *const good[] = { "a@b", "abuse+x.y@mail.example.net", "O'Neil@x-y.z" };
	static const char *const bad[] = { "",	      "a",	     "@b",    "a@",	   "a@b@c",
					   "a b@c",   "a@b c",	     "<a@b>", "a@b>\r\nx", "a@b\n",
					   "\"a\"@b", "a@[1.2.3.4]", "a@.b",  "a@-b" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(sw_is_mailbox(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(sw_is_mailbox(bad[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(writes_base64),
		cmocka_unit_test(writes_headers),
		cmocka_unit_test(writes_quoted_printable),
		cmocka_unit_test(fills_templates),
		cmocka_unit_test(names_what_is_wrong_in_templates),
		cmocka_unit_test(makes_arf_of_mail_alone),
		cmocka_unit_test(finds_customers),
		cmocka_unit_test(knows_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
