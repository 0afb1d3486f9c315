// SPDX-License-Identifier: GPL-2.0
#include "check.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "reply.h"

#define MOST_REPORTED 10
#define MOST_DUMPED 256
#define MOST_LINEAR 128 /* behind that no header begins but extension headers */
#define TURNS 131	/* a prime, so that each length meets each frame in time */

const char *sw_check_reason_name(__u32 reason)
{
	static const char *const name[] = {
#define NAME(id, text, verdict, help) [SW_##id] = #text,
		SW_REASONS(NAME)
#undef NAME
	};

	return reason < SW_REASON_COUNT ? name[reason] : "none";
}

static int set_up(void **state, const struct sw_rig_options *options)
{
	struct sw_check *check = calloc(1, sizeof(*check));
	int err;

	if (!check)
		return -1;
	err = sw_rig_open(&check->rig, options);
	if (err && err != -EPERM) {
		fprintf(stderr, "cannot load the programs: %s\n", strerror(-err));
		free(check);
		return -1;
	}
	*state = check;
	return 0;
}

int sw_check_setup(void **state)
{
	return set_up(state, &(struct sw_rig_options){ .offline = true });
}

int sw_check_setup_online(void **state)
{
	return set_up(state, &(struct sw_rig_options){ .offline = false });
}

int sw_check_setup_forgetful(void **state)
{
	return set_up(state, &(struct sw_rig_options){ .offline = true, .forgetful = true });
}

int sw_check_setup_tunnels(void **state)
{
	return set_up(state, &(struct sw_rig_options){ .offline = true,
						       .tunnels = true,
						       .opened_tunnels = SW_TUNNELS_OPENED });
}

int sw_check_setup_closed_tunnels(void **state)
{
	return set_up(state, &(struct sw_rig_options){ .offline = true, .tunnels = true });
}

int sw_check_teardown(void **state)
{
	struct sw_check *check = *state;

	if (check->rig.skel)
		sw_rig_close(&check->rig);
	free(check);
	return 0;
}

struct sw_check *sw_check_of(void **state)
{
	struct sw_check *check = *state;

	if (!check->rig.skel) {
		print_message("skipped: bpf(2) is not permitted here\n");
		skip();
	}
	sw_world_init(&check->world);
	check->now_ns = 1000 * SW_SECOND_NS;
	check->frames = 0;
	check->wrong = 0;
	check->split = false;
	memset(check->seen, 0, sizeof(check->seen));
	return check;
}

void sw_check_publish(struct sw_check *check)
{
	sw_rig_forget_limits(&check->rig);
	sw_model_init(&check->model, &check->world);
	check->model.forgetful = check->rig.forgetful;
	check->model.tunnels = check->rig.tunnels;
	check->model.opened_tunnels = check->rig.opened_tunnels;
	assert_int_equal(sw_rig_publish(&check->rig, &check->world), 0);
}

static void dump(const __u8 *data, __u32 size)
{
	__u32 i;

	for (i = 0; i < size && i < MOST_DUMPED; i++)
		fprintf(stderr, "%02x", data[i]);
	fprintf(stderr, size > MOST_DUMPED ? "... %u bytes\n" : " (%u bytes)\n", size);
}

static void report(struct sw_check *check, enum sw_role role, const __u8 *data, __u32 size,
		   const char *what, const struct sw_outcome *got, const struct sw_judgement *want)
{
	if (check->wrong++ >= MOST_REPORTED)
		return;
	fprintf(stderr, "%s, %s%s: program says %s feed %u action %u%s, model says %s feed %u\n",
		what, role == SW_ACCESS ? "access" : "upstream",
		check->world.monitor || check->world.monitor_nic ? ", monitor" : "",
		sw_check_reason_name(got->reason), got->feed, got->action,
		got->rewritten ? " and REWROTE the frame" : "", sw_check_reason_name(want->reason),
		want->feed);
	dump(data, size);
}

static bool is_as_it_should(const struct sw_check *check, const struct sw_judgement *want)
{
	static __u8 frame[SW_FRAME_MAX];

	memcpy(frame, check->frame.data, check->frame.len);
	sw_reply_write(frame, check->frame.len, want->reset);
	return !memcmp(frame, check->rig.out, check->frame.len);
}

static bool agree(const struct sw_check *check, const struct sw_outcome *got,
		  const struct sw_judgement *want)
{
	__u32 action = want->verdict == SW_DROP ? XDP_DROP : XDP_PASS;

	if (got->reason != (__u32)want->reason || got->feed != want->feed || got->action != action)
		return false;
	return want->verdict == SW_REPLY ? is_as_it_should(check, want) : !got->rewritten;
}

/* Whether the one counter of tunnels has grown that should, if one should. */
static void check_tunnelled(struct sw_check *check, const struct sw_judgement *want,
			    const char *what)
{
	struct sw_tunnelled now;
	int kind;

	if (!check->rig.tunnels)
		return;
	assert_int_equal(sw_rig_tunnelled(&check->rig, &now), 0);
	if (want->tunnel)
		check->tunnelled.packets[want->tunnel]++;
	for (kind = 0; kind < SW_TUNNELLED_ROOM; kind++) {
		if (now.packets[kind] == check->tunnelled.packets[kind])
			continue;
		if (check->wrong++ < MOST_REPORTED) {
			fprintf(stderr, "%s: kind %d counted %lld times too often, model says %d\n",
				what, kind,
				(long long)(now.packets[kind] - check->tunnelled.packets[kind]),
				want->tunnel);
			dump(check->frame.data, check->frame.len);
		}
	}
	check->tunnelled = now;
}

static struct sw_judgement judge(struct sw_check *check, enum sw_role role, __u32 linear,
				 const char *what)
{
	const __u8 *data = check->frame.data;
	__u32 size = check->frame.len;
	struct sw_judgement want = sw_model_judge(&check->model, role, data, size, check->now_ns);
	struct sw_outcome got;
	int err;

	sw_rig_clock(&check->rig, check->now_ns);
	err = sw_rig_run(&check->rig, role, data, size, linear, &got);
	if (err == -EOPNOTSUPP) {
		print_message("skipped: this kernel cannot split a test frame\n");
		skip();
	}
	assert_int_equal(err, 0);
	check->frames++;
	check->seen[want.reason]++;
	if (!agree(check, &got, &want))
		report(check, role, data, size, what, &got, &want);
	check_tunnelled(check, &want, what);
	return want;
}

void sw_check_frame(struct sw_check *check, enum sw_role role, const char *what)
{
	judge(check, role, SW_FRAME_ALL, what);
}

/* EVERY=n in the environment: every n-th frame will do, for guests without KVM. */
static bool is_sampled(void)
{
	static unsigned long every, count;
	const char *text;

	if (!every) {
		text = getenv("EVERY");
		every = text ? strtoul(text, NULL, 10) : 1;
	}
	return every < 2 || count++ % every == 0;
}

/* With the next length of the first buffer, in turn. */
static void check_turn(struct sw_check *check, enum sw_role role, const char *what)
{
	char text[192];

	check->turn = (check->turn + 1) % TURNS;
	if (check->turn >= check->frame.len)
		return;
	snprintf(text, sizeof(text), "%s, %u bytes in the first buffer", what, check->turn);
	judge(check, role, check->turn, text);
}

void sw_check_sample(struct sw_check *check, enum sw_role role, const char *what)
{
	if (!is_sampled())
		return;
	sw_check_frame(check, role, what);
	check_turn(check, role, what);
}

void sw_check_buffers(struct sw_check *check, enum sw_role role, __u32 linear, const char *what)
{
	judge(check, role, linear, what);
}

void sw_check_split(struct sw_check *check, enum sw_role role, const char *what)
{
	__u32 linear;
	char text[128];

	for (linear = 0; linear <= MOST_LINEAR && linear < check->frame.len; linear++) {
		if (!is_sampled())
			continue;
		snprintf(text, sizeof(text), "%s, %u bytes in the first buffer", what, linear);
		judge(check, role, linear, text);
	}
}

static void try_value(struct sw_check *check, __u32 at, unsigned bytes, __u32 value,
		      const char *what)
{
	int role;

	if (bytes == 1)
		check->frame.data[at] = value;
	else
		sw_frame_put16(&check->frame, at, value);
	for (role = 0; role < SW_ROLES; role++)
		sw_check_sample(check, role, what);
}

void sw_check_sweep(struct sw_check *check, __u32 at, unsigned bytes, const char *what)
{
	__u8 saved[2];
	__u32 value;

	memcpy(saved, check->frame.data + at, bytes);
	for (value = 0; value < 1u << 8 * bytes; value++)
		try_value(check, at, bytes, value, what);
	memcpy(check->frame.data + at, saved, bytes);
}

void sw_check_sweep_length(struct sw_check *check, __u32 at, const char *what)
{
	__u8 saved[2];
	__u32 value;

	memcpy(saved, check->frame.data + at, 2);
	for (value = 0; value < 0x10000; value += value < check->frame.len + 64 ? 1 : 97)
		try_value(check, at, 2, value, what);
	try_value(check, at, 2, 0xffff, what);
	memcpy(check->frame.data + at, saved, 2);
}

void sw_check_reason(struct sw_check *check, enum sw_role role, enum sw_reason reason,
		     const char *what)
{
	struct sw_judgement said = judge(check, role, SW_FRAME_ALL, what);

	if (check->split)
		sw_check_split(check, role, what);
	if (said.reason == reason)
		return;
	fprintf(stderr, "%s: the model says %s, the test %s\n", what,
		sw_check_reason_name(said.reason), sw_check_reason_name(reason));
	check->wrong++;
}

void sw_check_done(struct sw_check *check)
{
	int reason;

	print_message("%lu frames:", check->frames);
	for (reason = 0; reason < SW_REASON_COUNT; reason++) {
		if (check->seen[reason])
			print_message(" %s %lu", sw_check_reason_name(reason), check->seen[reason]);
	}
	print_message("\n");
	assert_true(check->frames > 0);
	assert_int_equal(check->wrong, 0);
}
