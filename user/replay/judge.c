// SPDX-License-Identifier: GPL-2.0
#include "replay/judge.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replay/both_ways.h"

struct judging {
	struct sw_replay *replay;
	bool outgoing;
	const char *interface; /* the only one that is looked at; NULL: all are */
	sw_judged_fn judged;
	void *context;
	struct sw_tally *tally;
	struct sw_both_ways *ways;
};

static int judge_frame(struct judging *judging, __u64 number, const struct sw_frame *frame,
		       struct sw_error *error)
{
	struct sw_tally *tally = judging->tally;
	struct sw_judged judged = { .number = number };
	__u32 length;
	int err;

	if (judging->interface && frame->interface &&
	    strcmp(judging->interface, frame->interface)) {
		if (!tally->elsewhere++)
			snprintf(tally->other, sizeof(tally->other), "%s", frame->interface);
		return 0;
	}
	if (!frame->data) {
		if (!tally->unknown++)
			tally->unknown_link = frame->link;
		return 0;
	}
	if (frame->direction == SW_DIRECTION_OUT && !judging->outgoing) {
		tally->outgoing++;
		return 0;
	}
	sw_dissect(frame->data, frame->size, frame->length, sw_replay_tunnels(judging->replay),
		   &judged.dissection);
	length = judged.dissection.is_cut ? frame->size : frame->length;
	err = sw_replay_frame(judging->replay, frame->data, frame->size, length, frame->time_ns,
			      &judged.outcome, error);
	if (err)
		return err;
	tally->packets++;
	tally->reason[judged.outcome.reason]++;
	tally->listed += judged.outcome.detected && !judged.outcome.slowed;
	tally->slowed += judged.outcome.detected && judged.outcome.slowed;
	tally->cut += judged.dissection.is_cut;
	if (judged.dissection.outer.packet.family)
		sw_both_ways_see(judging->ways, frame);
	return judging->judged(&judged, judging->context);
}

static int judge_all(struct judging *judging, struct sw_capture *capture, struct sw_error *error)
{
	struct sw_frame frame;
	__u64 number = 0;
	int got, err;

	while ((got = sw_capture_next(capture, &frame, error)) == 1) {
		err = judge_frame(judging, ++number, &frame, error);
		if (err)
			return err;
	}
	if (got == -EBADMSG) {
		sw_fail(&judging->tally->damage, 0, "after packet %llu: %.500s", number,
			error->text);
		error->text[0] = '\0';
		return 0;
	}
	return got;
}

int sw_judge_capture(struct sw_replay *replay, struct sw_capture *capture, bool outgoing,
		     const char *interface, sw_judged_fn judged, void *context,
		     struct sw_tally *tally, struct sw_error *error)
{
	struct judging judging = {
		.replay = replay,
		.outgoing = outgoing,
		.interface = interface,
		.judged = judged,
		.context = context,
		.tally = tally,
		.ways = calloc(1, sizeof(*judging.ways)),
	};
	int err;

	*tally = (struct sw_tally){ 0 };
	if (!judging.ways)
		return -ENOMEM;
	err = judge_all(&judging, capture, error);
	tally->both_ways = judging.ways->found;
	free(judging.ways);
	return err;
}
