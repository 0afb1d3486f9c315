// SPDX-License-Identifier: GPL-2.0
/*
 * `replay` on any file: the verb itself, with a stand-in for the kernel that
 * judges every frame by its length. What it prints must be one object a packet
 * that agrees with the frame, and a summary that adds up.
 */
#include <errno.h>
#include <sys/mman.h>

#include "decode.h"
#include "fuzz.h"
#include "names.h"
#include "options.h"
#include "output.h"
#include "replay.h"

static char path[32];
static int file;
static FILE *nowhere;

/* What was judged, then what was printed of it. */
static struct {
	json_int_t judged, printed;
	json_int_t reason[SW_REASON_COUNT];
	struct sw_decoded decoded; /* of the frame that was judged last */
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

int sw_plan_make(const char *config_path, struct sw_plan *plan, struct sw_error *error)
{
	(void)config_path, (void)error;
	*plan = (struct sw_plan){ 0 };
	return 0;
}

void sw_plan_free(struct sw_plan *plan)
{
	(void)plan;
}

int sw_replay_open(const struct sw_plan *plan, enum sw_role role, struct sw_replay **out,
		   struct sw_error *error)
{
	(void)plan, (void)error;
	must(role < SW_ROLES);
	*out = kernel;
	return 0;
}

int sw_replay_frame(struct sw_replay *replay, const void *frame, __u32 size, __u64 time_ns,
		    struct sw_outcome *out, struct sw_error *error)
{
	void *copy = copy_of(frame, size);

	(void)time_ns, (void)error;
	must(replay == kernel);
	seen.decoded = sw_decode(copy, size);
	seen.last = size % SW_REASON_COUNT;
	seen.judged++;
	seen.reason[seen.last]++;
	free(copy);
	*out = (struct sw_outcome){
		.reason = seen.last,
		.verdict = sw_reason_verdict(seen.last),
		.feed = seen.last == SW_CNC_SRC ? "drop" : NULL,
	};
	return 0;
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

static void check_packet(json_t *object)
{
	bool has_ports = json_object_get(object, "sport");

	must(json_integer_value(json_object_get(object, "n")) == seen.judged);
	must(++seen.printed == seen.judged);
	must(is_text(object, "reason", sw_reason_name(seen.last)));
	must(is_text(object, "verdict", sw_verdict_name(sw_reason_verdict(seen.last))));
	must((seen.last == SW_CNC_SRC) == is_text(object, "feed", "drop"));
	must(json_object_size(json_object_get(object, "vlan")) <= 2);
	must(!json_object_get(object, "src") == !seen.decoded.family);
	if (seen.decoded.family)
		must(is_address(object, "src", seen.decoded.src) &&
		     is_address(object, "dst", seen.decoded.dst));
	must(!json_object_get(object, "proto") == (seen.decoded.found != SW_FOUND_PACKET));
	must(!has_ports || seen.decoded.payload.size >= 4);
}

static void check_summary(json_t *summary)
{
	json_t *reasons = json_object_get(summary, "reasons");
	int i;

	must(json_integer_value(json_object_get(summary, "packets")) == seen.judged);
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

static void replay(bool json)
{
	struct sw_options options = {
		.role = "access", .json = json, .arguments = 1, .argument = (char *[]){ path },
	};
	FILE *real = stdout;
	int status;

	memset(&seen, 0, sizeof(seen));
	stdout = nowhere;
	status = cmd_replay(&options);
	stdout = real;
	must(status == (seen.failed ? SW_EXIT_FAILED : SW_EXIT_DONE));
	must(seen.summed == (json && !seen.failed));
	must(seen.printed == (json ? seen.judged : 0));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	must(!ftruncate(file, 0));
	must(pwrite(file, data, size, 0) == (ssize_t)size);
	replay(true);
	replay(false);
	return 0;
}
