// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "subscriber/format.h"

#define MODIFIED 1764400000000LL

static char told[4096];
static struct sw_subscriber_report report;
static struct sw_error error;

static const char *when(__s64 ms, char *out)
{
	if (ms == SW_FOREVER_MS)
		strcpy(out, "-");
	else
		sprintf(out, "%lld", ms / 1000);
	return out;
}

/* "PREFIX[:FIRST-LAST] ACCOUNT[#SESSION] SINCE..UNTIL" or "PREFIX ACCOUNT ends AT", a line each. */
static int tell(void *ctx, const struct sw_held *held)
{
	char prefix[SW_PREFIX_TEXT], since[32], until[32], *at = told + strlen(told);

	(void)ctx;
	if (held->all) {
		sprintf(at, "all of %s ends %s\n", held->nas, when(held->at_ms, since));
		return 0;
	}
	at += sprintf(at, "%s", sw_prefix_format(&held->prefix, prefix));
	if (held->port_first || held->port_last != SW_PORTS_LAST)
		at += sprintf(at, ":%u-%u", held->port_first, held->port_last);
	at += sprintf(at, " %s%s%s ", held->account, held->session[0] ? "#" : "", held->session);
	if (held->ends)
		sprintf(at, "ends %s\n", when(held->at_ms, since));
	else
		sprintf(at, "%s..%s\n", when(held->since_ms, since), when(held->until_ms, until));
	return 0;
}

static int parse_as(const struct sw_subscriber_format *format, const char *text,
		    const char *account, bool grown, const char *head)
{
	char *copy = strndup(text, strlen(text));
	struct sw_subscriber_text input = {
		.head = { head, strlen(head) },
		.text = { copy, strlen(text) },
		.grown = grown,
		.modified_ms = MODIFIED,
		.account = account,
	};
	int err;

	told[0] = '\0';
	report = (struct sw_subscriber_report){ 0 };
	error.text[0] = '\0';
	err = format->parse(&input, tell, NULL, &report, &error);
	free(copy);
	return err;
}

static void assert_told(const struct sw_subscriber_format *format, const char *text,
			const char *expected)
{
	char *head = strndup(text, strcspn(text, "\n"));

	if (parse_as(format, text, NULL, false, head))
		fail_msg("%s", error.text);
	assert_string_equal(told, expected);
	free(head);
}

#define KEA4                                                                                       \
	"address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,"     \
	"state,user_context"
#define KEA6                                                                                       \
	"address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,"   \
	"fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context"

static void reads_kea_leases(void **state)
{
	(void)state;
	assert_told(&sw_subscriber_kea,
		    KEA4 "\n198.18.0.7,02:00:00:00:00:07,01:02,3600,1764003600,1,0,0,,0,\n"
			 "198.18.0.8,02:00:00:00:00:08,,4294967295,1764000000,1,0,0,,0,\n"
			 "198.18.0.7,02:00:00:00:00:07,01:02,0,1764000000,1,0,0,,0,\n"
			 "198.18.0.9,,,86400,1764090000,1,0,0,,1,\n"
			 "198.18.0.10,02:00:00:00:00:10,,60,1764000060,1,0,0,,2,\n",
		    "198.18.0.7 02:00:00:00:00:07 1764000000..1764003600\n"
		    "198.18.0.8 02:00:00:00:00:08 1764000000..-\n"
		    "198.18.0.7 02:00:00:00:00:07 ends 1764400000\n"
		    "198.18.0.9  ends 1764400000\n"
		    "198.18.0.10 02:00:00:00:00:10 ends 1764000060\n");
	assert_int_equal(report.bad, 0);
	assert_told(&sw_subscriber_kea,
		    KEA6 "\n2001:db8::7,00:01,3600,1764003600,1,1800,0,1,128,0,0,,,0,\n"
			 "2001:db8:7::,00:01,3600,1764003600,1,1800,2,1,56,0,0,,,0,\n",
		    "2001:db8::7 00:01 1764000000..1764003600\n"
		    "2001:db8:7::/56 00:01 1764000000..1764003600\n");
}

static void reads_what_kea_escapes(void **state)
{
	(void)state;
	assert_int_equal(parse_as(&sw_subscriber_kea,
				  "198.18.0.7,,,60,1764000060,1,0,0,a&#x2cb&#xzz&#x0a,0,\n",
				  "hostname", true, KEA4),
			 0);
	assert_string_equal(told, "198.18.0.7 a,b&#xzz\\x0a 1764000000..1764000060\n");
}

static void leaves_half_a_line(void **state)
{
	static const char text[] = "198.18.0.7,a,,60,1764000060,1,0,0,,0,\n198.18.0.8,b,,6";

	(void)state;
	assert_int_equal(parse_as(&sw_subscriber_kea, text, NULL, true, KEA4), 0);
	assert_string_equal(told, "198.18.0.7 a 1764000000..1764000060\n");
	assert_int_equal(report.used, strchr(text, '\n') + 1 - text);
	assert_int_equal(report.bad, 0);
}

static void names_bad_lines(void **state)
{
	(void)state;
	assert_int_equal(parse_as(&sw_subscriber_kea,
				  "198.18.0.7,a,,60,1764000060,1,0,0,,0,\n"
				  "198.18.0.777,a,,60,1764000060,1,0,0,,0,\n"
				  "198.18.0.8,a,,x,1764000060,1,0,0,,0,\n"
				  "198.18.0.9,,,60,1764000060,1,0,0,,0,\n",
				  NULL, true, KEA4),
			 0);
	assert_int_equal(report.records, 1);
	assert_int_equal(report.bad, 2);
	assert_int_equal(report.nameless, 1);
	assert_int_equal(report.bad_line, 2);
	assert_non_null(strstr(report.bad_text, "198.18.0.777"));
	assert_string_equal(report.expected, "an address in the column address");
	assert_int_equal(parse_as(&sw_subscriber_kea, "x\n", "circuit", false, KEA4), -EINVAL);
	assert_non_null(strstr(error.text, "no column \"circuit\""));
	assert_int_equal(parse_as(&sw_subscriber_kea, "x\n", NULL, false, "x"), -EINVAL);
	assert_non_null(strstr(error.text, "valid_lifetime"));
}

static void reads_radius_details(void **state)
{
	(void)state;
	assert_told(&sw_subscriber_detail,
		    "Sun Nov 29 10:00:00 2026\n"
		    "\tUser-Name = \"al\\\"ice\"\n\tAcct-Status-Type = Start\n"
		    "\tAcct-Session-Id = \"s1\"\n\tTimestamp = 1764000000\n\n"
		    "Sun Nov 29 10:00:05 2026\n"
		    "\tUser-Name = \"al\\\"ice\"\n\tAcct-Status-Type = Interim-Update\n"
		    "\tFramed-IP-Address = 198.18.0.7\n\tAcct-Session-Id = \"s1\"\n"
		    "\tFramed-IPv6-Prefix = 2001:db8:7::/64\n"
		    "\tDelegated-IPv6-Prefix = 2001:db8:700::/56\n"
		    "\tAcct-Session-Time = 5\n\tTimestamp = 1764000005\n\n"
		    "Sun Nov 29 10:01:00 2026\n"
		    "\tUser-Name = \"al\\\"ice\"\n\tAcct-Status-Type = Stop\n"
		    "\tFramed-IP-Address = 198.18.0.7\n\tAcct-Session-Id = \"s1\"\n"
		    "\tAcct-Delay-Time = 10\n\tTimestamp = 1764000070\n\n"
		    "Sun Nov 29 10:02:00 2026\n"
		    "\tAcct-Status-Type = Accounting-On\n\tTimestamp = 1764000120\n\n"
		    "Sun Nov 29 10:02:00 2026\n\tNAS-Identifier = \"bras\"\n"
		    "\tAcct-Status-Type = Accounting-Off\n\tTimestamp = 1764000120\n\n"
		    "Sun Nov 29 10:02:00 2026\n\tNAS-Identifier = \"bras\"\n"
		    "\tNAS-IP-Address = 192.0.2.1\n\tAcct-Status-Type = Accounting-On\n"
		    "\tAcct-Delay-Time = 20\n\tTimestamp = 1764000120\n\n",
		    "198.18.0.7 al\"ice#s1 1764000000..-\n"
		    "2001:db8:7::/64 al\"ice#s1 1764000000..-\n"
		    "2001:db8:700::/56 al\"ice#s1 1764000000..-\n"
		    "198.18.0.7 al\"ice#s1 ends 1764000060\n"
		    "all of bras ends 1764000120\n"
		    "all of 192.0.2.1 ends 1764000100\n");
	assert_int_equal(report.bad, 0);
}

static void leaves_half_a_record(void **state)
{
	static const char text[] = "date\n\tUser-Name = \"a\"\n\tAcct-Status-Type = Start\n"
				   "\tFramed-IP-Address = 198.18.0.7\n\tTimestamp = 1764000000\n\n"
				   "date\n\tUser-Name = \"b\"\n";

	(void)state;
	assert_int_equal(parse_as(&sw_subscriber_detail, text, NULL, true, ""), 0);
	assert_string_equal(told, "198.18.0.7 a 1764000000..-\n");
	assert_string_equal(text + report.used, "date\n\tUser-Name = \"b\"\n");
	assert_int_equal(parse_as(&sw_subscriber_detail,
				  "date\n\tAcct-Status-Type = Start\n"
				  "\tFramed-IP-Address = nonsense\n\tTimestamp = 1\n\n"
				  "date\n\tAcct-Status-Type = Stop\n\n",
				  NULL, false, ""),
			 0);
	assert_int_equal(report.bad, 2);
	assert_string_equal(report.bad_text, "nonsense");
}

static void reads_radacct_dumps(void **state)
{
	(void)state;
	assert_told(&sw_subscriber_radacct,
		    "radacctid,acctsessionid,acctuniqueid,username,acctstarttime,acctstoptime,"
		    "framedipaddress,framedipv6prefix,delegatedipv6prefix\n"
		    "1,s1,u1,\"alice, of 7\",2025-11-24 16:00:00,2025-11-24 17:00:00,198.18.0.7,"
		    "2001:db8:7::/64,\n"
		    "2,s2,u2,bob,2025-11-24 16:00:00+00,NULL,198.18.0.8,,2001:db8:800::/56\n"
		    "3,s3,u3,eve,yesterday,,198.18.0.9,,\n",
		    "198.18.0.7 alice, of 7#u1 1764000000..1764003600\n"
		    "2001:db8:7::/64 alice, of 7#u1 1764000000..1764003600\n"
		    "198.18.0.8 bob#u2 1764000000..-\n"
		    "2001:db8:800::/56 bob#u2 1764000000..-\n");
	assert_int_equal(report.bad, 1);
	assert_int_equal(parse_as(&sw_subscriber_radacct, "a,b\n", NULL, false, "a,b"), -EINVAL);
	assert_non_null(strstr(error.text, "framedipaddress"));
}

static void reads_fixed_prefixes(void **state)
{
	(void)state;
	assert_told(&sw_subscriber_fixed,
		    "# ours\nprefix,account\n198.18.0.0/24,\"school, west\"\n"
		    "2001:db8:9::1/48,9\n198.18.9.0-198.18.9.2,7\nnonsense,8\n198.18.1.1,\n",
		    "198.18.0.0/24 school, west 1764400000..-\n"
		    "2001:db8:9::/48 9 1764400000..-\n"
		    "198.18.9.0/31 7 1764400000..-\n198.18.9.2 7 1764400000..-\n");
	assert_int_equal(report.bad, 1);
	assert_int_equal(report.nameless, 1);
	assert_told(&sw_subscriber_fixed, "198.18.0.1,a\n", "198.18.0.1 a 1764400000..-\n");
}

static void reads_port_blocks(void **state)
{
	(void)state;
	assert_told(&sw_subscriber_ports,
		    "198.18.0.1,1024,2047,100.64.0.1\n198.18.0.1,2048,3071,100.64.0.2\n"
		    "198.18.0.1,5,4,x\n198.18.0.1,0,65536,x\n198.18.0.0/24,0,1,x\n",
		    "198.18.0.1:1024-2047 100.64.0.1 1764400000..-\n"
		    "198.18.0.1:2048-3071 100.64.0.2 1764400000..-\n");
	assert_int_equal(report.bad, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_kea_leases),	cmocka_unit_test(reads_what_kea_escapes),
		cmocka_unit_test(leaves_half_a_line),	cmocka_unit_test(names_bad_lines),
		cmocka_unit_test(reads_radius_details), cmocka_unit_test(leaves_half_a_record),
		cmocka_unit_test(reads_radacct_dumps),	cmocka_unit_test(reads_fixed_prefixes),
		cmocka_unit_test(reads_port_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
