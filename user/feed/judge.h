/* SPDX-License-Identifier: GPL-2.0 */
/* Whether a feed whose lines have all been read is fit to be used. */
#ifndef SPAMWEIR_FEED_JUDGE_H
#define SPAMWEIR_FEED_JUDGE_H

#include "feed/format.h"

/* 0, or -EINVAL with reader->error saying which line shows that it is unfit. */
int sw_feed_judge(const struct sw_feed_reader *reader);

#endif
