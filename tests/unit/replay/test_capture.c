// SPDX-License-Identifier: GPL-2.0
/* Captures cut at every byte, and with every byte changed: frames up to there, then
 * an end or a clear word, and never a frame that was not there. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "replay/capture.h"

#define FOLDER "tests/golden/replay/capture/"
#define FRAMES_MOST 16

static char path[32];
static int file;

struct reading {
	int opened; /* or why not */
	int end;    /* 0 or -EBADMSG */
	unsigned frames;
	struct sw_frame frame[FRAMES_MOST]; /* .data is a hash of it, or NULL */
};

static const __u8 *hash(const struct sw_frame *frame)
{
	uintptr_t sum = 1;
	__u32 i;

	if (!frame->data)
		return NULL;
	for (i = 0; i < frame->size; i++)
		sum = sum * 31 + frame->data[i];
	return (const __u8 *)(sum | 1);
}

static struct reading read_capture(const char *bytes, size_t size)
{
	struct sw_capture *capture = NULL;
	struct reading reading = { 0 };
	struct sw_error error = {};
	struct sw_frame frame;

	assert_int_equal(ftruncate(file, 0), 0);
	assert_int_equal(pwrite(file, bytes, size, 0), size);
	reading.opened = sw_capture_open(path, &capture, &error);
	if (reading.opened) {
		assert_int_equal(reading.opened, -EINVAL);
		assert_memory_equal(error.text, path, strlen(path));
		return reading;
	}
	while ((reading.end = sw_capture_next(capture, &frame, &error)) == 1) {
		assert_true(reading.frames < FRAMES_MOST);
		assert_true(frame.size <= frame.length && frame.size <= SW_FRAME_MOST);
		frame.data = hash(&frame);
		reading.frame[reading.frames++] = frame;
	}
	if (reading.end) {
		assert_int_equal(reading.end, -EBADMSG);
		assert_true(error.text[0]);
	}
	sw_capture_close(capture);
	return reading;
}

static struct sw_file map(const char *name)
{
	struct sw_file mapped;
	struct sw_error error = {};
	char whole[128];

	snprintf(whole, sizeof(whole), FOLDER "%s", name);
	if (sw_file_map(whole, &mapped, &error))
		fail_msg("%s", error.text);
	return mapped;
}

static bool is_same(const struct sw_frame *a, const struct sw_frame *b)
{
	return a->data == b->data && a->size == b->size && a->length == b->length &&
	       a->time_ns == b->time_ns && a->direction == b->direction && a->link == b->link;
}

/* `frames`: of the whole, which ends with `end`. */
static void cut_everywhere(const char *name, unsigned frames, int end)
{
	struct sw_file whole = map(name);
	struct reading all = read_capture(whole.text, whole.size), part;
	unsigned refused = 0, damaged = 0, last = 0;
	size_t size, i;

	assert_int_equal(all.opened, 0);
	assert_int_equal(all.end, end);
	assert_int_equal(all.frames, frames);
	for (size = 0; size < whole.size; size++) {
		part = read_capture(whole.text, size);
		assert_true(part.opened == 0 || !last); /* what could be opened can be with more */
		refused += part.opened != 0;
		damaged += part.end != 0;
		assert_true(part.frames >= last && part.frames <= frames);
		last = part.frames;
		for (i = 0; i < part.frames; i++)
			assert_true(is_same(&part.frame[i], &all.frame[i]));
	}
	assert_true(refused && damaged);
	sw_file_unmap(&whole);
}

static void test_cut(void **state)
{
	(void)state;
	cut_everywhere("both-directions.pcap", 10, 0);
	cut_everywhere("truncated.pcap", 3, -EBADMSG);
	cut_everywhere("sll.pcap", 4, 0);
	cut_everywhere("mixed.pcapng", 5, 0);
	cut_everywhere("mixed-big-endian.pcapng", 5, 0);
	cut_everywhere("mixed.pcapng.gz", 5, 0);
	cut_everywhere("four.pcap.gz", 4, 0);
}

static void change_everywhere(const char *name)
{
	static const __u8 change[] = { 0x01, 0x80, 0xff };
	struct sw_file whole = map(name);
	char *copy = malloc(whole.size);
	size_t at, i;

	assert_non_null(copy);
	for (at = 0; at < whole.size; at++) {
		for (i = 0; i < sizeof(change); i++) {
			memcpy(copy, whole.text, whole.size);
			copy[at] ^= change[i];
			read_capture(copy, whole.size);
		}
	}
	free(copy);
	sw_file_unmap(&whole);
}

static void test_changed(void **state)
{
	(void)state;
	change_everywhere("mixed.pcapng");
	change_everywhere("mixed-big-endian.pcapng");
	change_everywhere("mixed.pcapng.gz");
	change_everywhere("sll.pcap");
}

/* The same packets, whatever the byte order or the wrapping. */
static void test_mixed(void **state)
{
	static const char *const name[] = { "mixed.pcapng", "mixed-big-endian.pcapng",
					    "mixed.pcapng.gz" };
	static const struct {
		__u64 time_ns;
		enum sw_direction direction;
		bool is_known;
	} right[] = {
		{ 6000000000, SW_DIRECTION_IN, true },	{ 1000000000, SW_DIRECTION_IN, true },
		{ 7000000000, SW_DIRECTION_OUT, true }, { 7000000000, SW_DIRECTION_UNKNOWN, true },
		{ 0, SW_DIRECTION_UNKNOWN, false },
	};
	struct sw_file mapped;
	struct reading reading;
	size_t i, j;

	(void)state;
	for (i = 0; i < 3; i++) {
		mapped = map(name[i]);
		reading = read_capture(mapped.text, mapped.size);
		assert_int_equal(reading.frames, 5);
		for (j = 0; j < 5; j++) {
			assert_int_equal(reading.frame[j].time_ns, right[j].time_ns);
			assert_int_equal(reading.frame[j].direction, right[j].direction);
			assert_int_equal(reading.frame[j].data != NULL, right[j].is_known);
			if (right[j].is_known) /* all are as long, made Ethernet */
				assert_int_equal(reading.frame[j].size, 54);
		}
		sw_file_unmap(&mapped);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mixed),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_changed),
	};

	file = memfd_create("capture", MFD_CLOEXEC);
	if (file < 0)
		return 1;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
