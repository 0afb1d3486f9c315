/* SPDX-License-Identifier: GPL-2.0 */
/* What judge.h asks about a packet, answered from the maps. */
#ifndef SPAMWEIR_ASK_H
#define SPAMWEIR_ASK_H

#include "again.h"
#include "brake.h"
#include "judge.h"
#include "limit.h"
#include "live.h"
#include "maps.h"

struct sw_asked {
	const struct sw_settings *settings;
	struct sw_in6 source; /* as the live table and the limiter know it */
	struct sw_in6 destination;
	__u64 key;     /* of the SYN, sw_key4() or sw_key6() */
	__u64 carried; /* sw_carried4() of the source; 0 */
	__u32 role;
	__u8 family;
	__u8 to_family; /* of the destination */
	__u8 syn;
};

static __always_inline int sw_ask_live(const struct sw_asked *asked)
{
	if (sw_is_live_zombie(asked->source))
		return 1;
	return asked->carried && sw_is_live_zombie((struct sw_in6){ .lo = SW_SUBJECT_IPV4_PREFIX |
									  (__u32)asked->carried });
}

/* A source of a new connection and its class, in a word: what a function takes that is one of
 * its own to the verifier, and of its own stack. */
#define SW_SENDER_CARRIES (1ULL << 8)
#define SW_SENDER_IPV4 (1ULL << 9)
#define SW_SENDER_UPSTREAM (1ULL << 10)

static __always_inline __u64 sw_sender_word(const struct sw_asked *asked, __u32 class)
{
	return (__u64)(__u32)asked->carried << 32 | (asked->carried ? SW_SENDER_CARRIES : 0) |
	       (asked->family == SW_IPV4 ? SW_SENDER_IPV4 : 0) |
	       (asked->role == SW_UPSTREAM ? SW_SENDER_UPSTREAM : 0) | class;
}

/* The class that holds for a source, which may be a suspect. It is asked here, and not carried
 * along from above, for the verifier would follow both ways through all between. */
__attribute__((noinline)) int sw_class_now(__u64 hi, __u64 lo, __u64 word)
{
	const struct sw_policy *running = sw_running_policy();
	struct sw_in6 carried = { .lo = SW_SUBJECT_IPV4_PREFIX | word >> 32 };
	__u32 class = word & (SW_MAX_CLASSES - 1);

	if (!running || !(sw_is_slowed((struct sw_in6){ hi, lo }) ||
			  (word & SW_SENDER_CARRIES && sw_is_slowed(carried))))
		return class;
	return sw_class_slowed(&running->settings, class);
}

static __always_inline struct sw_home sw_home_in(struct sw_in6 source, int is4, int upstream)
{
	const struct sw_seed keys = sw_seed_now();

	if (is4)
		return sw_home4(&keys, source.lo, upstream);
	return sw_home6(&keys, source.hi, source.lo, upstream);
}

/* Whether the source's own limit lets the connection through. */
__attribute__((noinline)) int sw_may_connect(__u64 hi, __u64 lo, __u64 word)
{
	__u32 class = sw_class_now(hi, lo, word);
	const struct sw_policy *running = sw_running_policy();
	const struct sw_rate *rate;

	if (!running)
		return 1;
	rate = &running->settings.rate[class & (SW_MAX_CLASSES - 1)];
	if (!rate->interval || rate->interval == SW_RATE_CLOSED)
		return !rate->interval;
	return sw_has_token(sw_home_in((struct sw_in6){ hi, lo }, !!(word & SW_SENDER_IPV4),
				       !!(word & SW_SENDER_UPSTREAM)),
			    rate, running->settings.horizon);
}

static __always_inline struct sw_home sw_home_of(const struct sw_asked *asked)
{
	return sw_home_in(asked->source, asked->family == SW_IPV4, asked->role == SW_UPSTREAM);
}

static __always_inline const struct sw_rate *sw_rate_of(const struct sw_asked *asked, __u32 class)
{
	return &asked->settings->rate[class & (SW_MAX_CLASSES - 1)];
}

/* `home`: sw_home_word(). */
static __always_inline int sw_takes_token(const struct sw_asked *asked, __u64 home,
					  const struct sw_rate *rate)
{
	return sw_take_token(home, rate->interval, rate->tolerance, asked->settings->horizon) ==
	       SW_GO_ON;
}

/* What sw_again_look() returns, or 0 for what opens no connection. */
static __always_inline int sw_ask_again(const struct sw_asked *asked)
{
	return asked->syn && again_window ? sw_again_look(asked->key) : 0;
}

static __always_inline int sw_ask_limit_at(const struct sw_asked *asked, struct sw_home home,
					   __u32 class, int again)
{
	const struct sw_rate *rate = sw_rate_of(asked, class);

	if (!asked->syn || !rate->interval)
		return SW_GO_ON;
	if (rate->interval == SW_RATE_CLOSED)
		return SW_SMTP_CLOSED;
	if (sw_again_passed(again) || sw_takes_token(asked, sw_home_word(home), rate))
		return SW_GO_ON;
	return SW_RATE_LIMIT;
}

static __always_inline int sw_ask_limit(const struct sw_asked *asked, __u32 class, int again)
{
	if (asked->syn)
		class = sw_class_now(asked->source.hi, asked->source.lo,
				     sw_sender_word(asked, class));
	return sw_ask_limit_at(asked, sw_home_of(asked), class, again);
}

static __always_inline int sw_ask_try_limit(const struct sw_asked *asked, __u32 class, int again)
{
	const struct sw_seed keys = sw_seed_now();
	struct sw_home home = sw_home_tried(&keys, asked->family == SW_IPV6, asked->source.hi,
					    asked->source.lo, asked->role == SW_UPSTREAM);

	return sw_ask_limit_at(asked, home, class, again);
}

static __always_inline int sw_ask_on_trial(const struct sw_asked *asked, __u8 feed)
{
	return asked->settings->feed[feed].monitor;
}

/* One bucket for all who send to the destination. */
static __always_inline int sw_ask_protect(const struct sw_asked *asked, __u8 feed, __u32 class,
					  int again)
{
	const struct sw_seed keys = sw_seed_now();
	const struct sw_rate *rate;
	__u64 home;

	if (!asked->syn || sw_again_passed(again))
		return SW_GO_ON;
	home = sw_home_word(sw_home_protected(&keys, asked->to_family == SW_IPV6,
					      asked->destination.hi, asked->destination.lo));
	/* Else the address is kept on the stack meanwhile, in place of its home. */
	__asm__ volatile("" : "+r"(home));
	if (!sw_may_connect(asked->source.hi, asked->source.lo, sw_sender_word(asked, class)))
		return SW_GO_ON;
	rate = sw_rate_of(asked, asked->settings->feed[feed].class);
	if (!rate->interval)
		return SW_GO_ON;
	if (sw_takes_token(asked, home, rate))
		return SW_GO_ON;
	return SW_PROTECT_LIMIT;
}

/* Only a segment within a connection can be a bounce. */
static __always_inline int sw_ask_brake(const struct sw_asked *asked, __u8 feed, __u32 tried)
{
	const struct sw_rate *rate = sw_rate_of(asked, asked->settings->feed[feed].bounces);
	const struct sw_seed keys = sw_seed_now();
	struct sw_home home;

	if (asked->syn)
		return 0;
	home = sw_home_bounces(&keys, asked->to_family == SW_IPV6, asked->destination.hi,
			       asked->destination.lo);
	return sw_brake_begin(sw_home_word(home), rate->interval, rate->tolerance,
			      asked->settings->horizon,
			      tried | (__u64)sw_ask_on_trial(asked, feed) << 32);
}

/* A SYN that its class never admits is decided anew each time it is sent, and is one attempt
 * all the same. */
static __always_inline __u32 sw_tell_again(const struct sw_asked *asked, int again, int reason)
{
	int limited = reason != SW_GO_ON;

	if (!asked->syn)
		return 0;
	if (again_window) {
		sw_again_write(asked->key, again, limited);
		sw_count_attempt(sw_attempt_of(again, limited));
	}
	return SW_DECISION_SYN | (again & SW_AGAIN_KNOWN ? 0 : SW_DECISION_ATTEMPT);
}

#endif
