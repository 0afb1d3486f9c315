// SPDX-License-Identifier: GPL-2.0
/*
 * `replay` on any file: the verb itself, with a stand-in for the kernel that
 * judges every frame by its length. Frames and times must be the capture's, and
 * what is printed one object a packet that agrees with the frame, and a summary
 * that adds up.
 */
#include <errno.h>
#include <netinet/in.h>
#include <sys/mman.h>

#include "capture.h"
#include "decode.h"
#include "fuzz.h"
#include "base/names.h"
#include "cli/output.h"
#include "cli/rows_output.h"
#include "cli/verbs.h"
#include "feed/copy_make.h"
#include "replay/link.h"
#include "replay/replay.h"
#include "run/route_plan.h"
#include "tags.h"
#include "worker/parse.h"

/* Lists are read by a child that is confined; here it is the same process. */
int sw_worker_read(const struct sw_feed_config *feed, struct sw_feed_copy *copy,
		   struct sw_feed_report *report, struct sw_error *error)
{
	return sw_feed_copy_read(feed, copy, report, error);
}

static char path[32];
static int file;
static FILE *nowhere;

/* What is being replayed, while it can be read here too. */
static struct capture capture;
static bool is_known;

/* What was judged, then what was printed of it. */
static struct {
	json_int_t judged, printed, number;
	json_int_t reason[SW_REASON_COUNT];
	__u8 *frame; /* that was judged last */
	__u32 size;
	struct sw_decoded decoded; /* as long as it was */
	bool is_cut;		   /* judged by what was captured alone */
	enum sw_reason last;
	bool summed, failed;
} seen;

static struct sw_replay *const kernel = (void *)&seen;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	file = memfd_create("capture", MFD_CLOEXEC);
	nowhere = fopen("/dev/null", "w");
	must(file >= 0 && nowhere);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return 0;
}

int sw_route_plan_make(const struct sw_instance *instance, const struct sw_reading *reading,
		       struct sw_plan *plan, struct sw_error *error)
{
	(void)instance, (void)reading, (void)error;
	*plan = (struct sw_plan){ 0 };
	return 0;
}

void sw_plan_free(struct sw_plan *plan)
{
	(void)plan;
}

int sw_replay_open(const struct sw_plan *plan, const struct sw_interface_config *nic,
		   struct sw_replay **out, struct sw_error *error)
{
	(void)plan, (void)error;
	must(nic->role < SW_ROLES);
	*out = kernel;
	return 0;
}

/* That the frame is the capture's next. */
static void check_record(const void *frame, __u32 size, __u32 length, __u64 time_ns)
{
	struct record record;
	enum next next;

	if (!is_known)
		return;
	next = capture_next(&capture, &record);
	is_known = next != NEXT_ODD;
	if (!is_known)
		return;
	must(next == NEXT_RECORD && record.time_ns == time_ns);
	must(size == (record.size < SW_FRAME_MOST ? record.size : SW_FRAME_MOST));
	must(length == record.length || (length == size && size < record.length));
	must(!size || !memcmp(frame, record.frame, size));
	seen.is_cut = length != record.length;
}

/* With zeros for what was not captured. */
static void keep_frame(const void *frame, __u32 size, __u32 length)
{
	if (length > SW_FRAME_MOST)
		length = SW_FRAME_MOST;
	free(seen.frame);
	seen.frame = calloc(1, length ?: 1);
	must(seen.frame);
	if (size)
		memcpy(seen.frame, frame, size);
	seen.size = size;
	seen.decoded = sw_decode(seen.frame, length);
}

int sw_replay_frame(struct sw_replay *replay, const void *frame, __u32 size, __u32 length,
		    __u64 time_ns, struct sw_outcome *out, struct sw_error *error)
{
	(void)error;
	must(replay == kernel);
	must(size <= length && size <= SW_FRAME_MOST);
	seen.is_cut = false;
	check_record(frame, size, length, time_ns);
	if (!is_known) /* then it may be */
		seen.is_cut = size == length;
	keep_frame(frame, size, length);
	seen.last = size % SW_REASON_COUNT;
	seen.judged++;
	seen.reason[seen.last]++;
	*out = (struct sw_outcome){
		.reason = seen.last,
		.verdict = sw_reason_verdict(seen.last),
		.feed = seen.last == SW_CNC_SRC ? "drop" : NULL,
	};
	return 0;
}

const struct sw_tunnels *sw_replay_tunnels(const struct sw_replay *replay)
{
	static const struct sw_tunnels all = { .looked_for = 1, .opened = SW_TUNNELS_OPENED };

	must(replay == kernel);
	return &all;
}

void sw_replay_close(struct sw_replay *replay)
{
	must(!replay || replay == kernel);
}

static bool is_text(json_t *object, const char *key, const char *text)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value && !strcmp(value, text);
}

static bool is_address(json_t *object, const char *key, sw_u128 address)
{
	struct sw_prefix prefix = {
		.address = address,
		.family = seen.decoded.family,
		.length = sw_family_bits(seen.decoded.family),
	};
	char text[SW_PREFIX_TEXT];

	return is_text(object, key, sw_prefix_format(&prefix, text));
}

static bool is_number(json_t *object, const char *key, json_int_t number)
{
	json_t *value = json_object_get(object, key);

	return json_is_integer(value) && json_integer_value(value) == number;
}

static void check_vlans(json_t *vlans)
{
	unsigned vid[TAGS_MAX], tags = tags_of(seen.frame, seen.size, vid), i;

	must(!vlans == !tags && json_array_size(vlans) == tags);
	for (i = 0; i < tags; i++)
		must(json_integer_value(json_array_get(vlans, i)) == vid[i]);
}

/* What there is between addresses and what TCP and UDP carry. */
static void check_transport(json_t *object, const struct sw_decoded *right)
{
	static const char *const fragment[] = { "none", "first", "later" };
	const __u8 *at = right->payload.at;
	bool has_ports = right->found == SW_FOUND_PACKET && right->fragment != SW_LATER &&
			 (right->protocol == IPPROTO_TCP || right->protocol == IPPROTO_UDP) &&
			 right->payload.size >= 4 && at + 4 <= seen.frame + seen.size;

	if (seen.is_cut) /* it was decoded as shorter than it was */
		return;
	if (right->found == SW_FOUND_PACKET)
		must(is_number(object, "proto", right->protocol) &&
		     is_text(object, "fragment", fragment[right->fragment]));
	else
		must(!json_object_get(object, "proto") && !json_object_get(object, "fragment"));
	if (has_ports)
		must(is_number(object, "sport", at[0] << 8 | at[1]) &&
		     is_number(object, "dport", at[2] << 8 | at[3]));
	else
		must(!json_object_get(object, "sport") && !json_object_get(object, "dport"));
}

static void check_packet(json_t *object)
{
	const struct sw_decoded *right = &seen.decoded;

	json_int_t number = json_integer_value(json_object_get(object, "n"));

	must(number >= seen.judged && number > seen.number);
	must(!is_known || number == seen.judged);
	seen.number = number;
	must(++seen.printed == seen.judged);
	must(is_text(object, "reason", sw_reason_name(seen.last)));
	must(is_text(object, "verdict", sw_verdict_name(sw_reason_verdict(seen.last))));
	must((seen.last == SW_CNC_SRC) == is_text(object, "feed", "drop"));
	check_vlans(json_object_get(object, "vlan"));
	if (right->family)
		must(is_number(object, "family", right->family == SW_IPV4 ? 4 : 6) &&
		     is_address(object, "src", right->src) &&
		     is_address(object, "dst", right->dst));
	else
		must(!json_object_get(object, "family") && !json_object_get(object, "src"));
	check_transport(object, right);
}

static void check_summary(json_t *summary)
{
	json_t *reasons = json_object_get(summary, "reasons");
	int i;

	must(is_number(summary, "packets", seen.judged));
	for (i = 0; i < SW_REASON_COUNT; i++)
		must(json_integer_value(json_object_get(reasons, sw_reason_name(i))) ==
		     seen.reason[i]);
	seen.summed = true;
}

int sw_print_json(json_t *object)
{
	json_t *summary = json_object_get(object, "summary");

	must(object && !seen.summed && !seen.failed);
	if (summary)
		check_summary(summary);
	else
		check_packet(object);
	json_decref(object);
	return 0;
}

int sw_print_error(const struct sw_error *error, int code)
{
	must(code == -EINVAL && !seen.failed && !seen.summed);
	must(starts_with(error->text, path) && is_printable(error->text));
	seen.failed = true;
	return SW_EXIT_FAILED;
}

/* Nobody asks for them. */
int sw_print_rows(const struct sw_replay *replay, bool is_json)
{
	(void)replay, (void)is_json;
	must(0);
	return 0;
}

/* Whether it went on to the end is known too. */
static void check_end(int status)
{
	struct record record;
	enum next next = is_known ? capture_next(&capture, &record) : NEXT_ODD;

	must(next != NEXT_RECORD);
	must(next != NEXT_END || status == SW_EXIT_DONE);
	must(next != NEXT_CUT || status == SW_EXIT_PARTIAL);
}

static void replay(struct input input, bool json)
{
	struct sw_options options = {
		.role = "access",
		.json = json,
		.arguments = 1,
		.argument = (char *[]){ path },
	};
	FILE *real = stdout;
	int status;

	free(seen.frame);
	memset(&seen, 0, sizeof(seen));
	is_known = capture_open(&capture, input);
	stdout = nowhere;
	status = cmd_replay(&options);
	stdout = real;
	must(seen.failed ? status == SW_EXIT_FAILED
			 : status == SW_EXIT_DONE || status == SW_EXIT_PARTIAL);
	must(seen.summed == (json && !seen.failed));
	must(seen.printed == (json ? seen.judged : 0));
	check_end(status);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(!ftruncate(file, 0));
	must(pwrite(file, data, size, 0) == (ssize_t)size);
	replay((struct input){ data, size }, true);
	replay((struct input){ data, size }, false);
	return 0;
}
