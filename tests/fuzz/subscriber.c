// SPDX-License-Identifier: GPL-2.0
/*
 * A list of subscribers in every format. The input is an octet of options, then the text.
 * What is emitted is sound whatever stands there, reading it twice gives the same, and of a
 * journal what was not used is read with what comes behind it.
 */
#include "base/clock.h"
#include "base/text.h"
#include "fuzz.h"
#include "subscriber/format.h"

struct sum {
	__u64 count;
	__u64 of; /* all that was emitted */
};

static const char head4[] = "address,hwaddr,client_id,valid_lifetime,expire,state,hostname";
static const char head6[] = "address,duid,valid_lifetime,expire,lease_type,prefix_len,state";

static int note(void *ctx, const struct sw_held *held)
{
	struct sw_prefix copy = held->prefix;
	struct sum *sum = ctx;
	size_t i;

	must(memchr(held->nas, '\0', sizeof(held->nas)) && sw_is_printable(held->nas));
	must(held->since_ms <= held->at_ms);
	sum->count++;
	sum->of = sum->of * 31 + held->at_ms + held->all;
	if (held->all) {
		must(held->ends && held->nas[0]);
		return 0;
	}
	must(copy.family == SW_IPV4 || copy.family == SW_IPV6);
	must(copy.length <= sw_family_bits(copy.family));
	must(!sw_prefix_clear_host_bits(&copy));
	must(copy.family == SW_IPV6 || copy.address <= UINT32_MAX);
	must(held->port_first <= held->port_last);
	must(held->account[0] || held->ends);
	must(memchr(held->account, '\0', sizeof(held->account)) && sw_is_printable(held->account));
	must(memchr(held->session, '\0', sizeof(held->session)) && sw_is_printable(held->session));
	sum->of = sum->of * 31 + (__u64)copy.address + held->at_ms + held->until_ms + held->ends;
	for (i = 0; held->account[i]; i++)
		sum->of = sum->of * 31 + held->account[i];
	return 0;
}

static struct sum parse(__u8 octet, const __u8 *text, size_t size, size_t *used)
{
	const char *head = octet & 8 ? head6 : head4;
	struct sw_subscriber_text input = {
		.head = { head, strlen(head) },
		.grown = octet & 16,
		.modified_ms = 1764400000000,
		.account = octet & 32 ? "hostname" : NULL,
	};
	struct sw_subscriber_report report = { 0 };
	struct sw_error error = { 0 };
	char *copy = copy_of((const char *)text, size);
	struct sum sum = { 0 };
	int err;

	input.text = (struct sw_span){ copy, size };
	err = sw_subscriber_format(octet % SW_SUBSCRIBERS_FORMATS)
		      ->parse(&input, note, &sum, &report, &error);
	must(!err == !error.text[0]);
	must(report.records == sum.count);
	must(report.used <= size);
	must(!report.bad || (report.bad_line && sw_is_printable(report.bad_text)));
	*used = report.used;
	free(copy);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	__u8 octet = take8(&input);
	size_t used, again;
	struct sum sum = parse(octet, input.at, input.size, &used), other;

	other = parse(octet, input.at, input.size, &again);
	must(used == again && sum.count == other.count && sum.of == other.of);
	if (!sw_subscriber_format(octet % SW_SUBSCRIBERS_FORMATS)->journal)
		return 0;
	other = parse(octet, input.at, used, &again);
	must(again == used && sum.count == other.count && sum.of == other.of);
	return 0;
}
