// SPDX-License-Identifier: GPL-2.0
#include "model.h"

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "decode.h"
#include "unwrap.h"

void sw_world_init(struct sw_world *world)
{
	memset(world, 0, sizeof(*world));
	world->port[world->ports++] = 25;
	world->source_prefix = 64;
	world->slack_us = 1ULL << 38;
}

__u8 sw_world_feed(struct sw_world *world, enum sw_kind kind, __u8 slot)
{
	assert(world->feeds < SW_WORLD_FEEDS && slot);
	world->feed[world->feeds] = (struct sw_world_feed){
		.kind = kind,
		.slot = slot,
		.to = kind == SW_KIND_ALLOW ? SW_TO_IMPLIED : SW_TO_NOTHING,
	};
	return world->feeds++;
}

void sw_world_list(struct sw_world *world, __u8 feed, const struct sw_prefix *prefix)
{
	assert(world->entries < SW_WORLD_ENTRIES && feed < world->feeds);
	world->entry[world->entries++] = (struct sw_world_entry){ feed, *prefix };
}

void sw_world_list_address(struct sw_world *world, __u8 feed, __u8 family, sw_u128 address)
{
	struct sw_prefix prefix = { address, family, sw_family_bits(family) };

	sw_world_list(world, feed, &prefix);
}

void sw_world_live(struct sw_world *world, __u8 family, sw_u128 address, __u64 until_ns)
{
	assert(world->lives < SW_WORLD_LIVES);
	world->live[world->lives++] = (struct sw_world_live){ family, address, until_ns, false };
}

void sw_world_slow(struct sw_world *world, __u8 family, sw_u128 address, __u64 until_ns)
{
	sw_world_live(world, family, address, until_ns);
	world->live[world->lives - 1].slowed = true;
}

void sw_model_init(struct sw_model *model, const struct sw_world *world)
{
	model->world = world;
	model->buckets = 0;
	model->syns = 0;
}

sw_u128 sw_mask(sw_u128 address, unsigned bits, unsigned length)
{
	return length ? address >> (bits - length) << (bits - length) : 0;
}

static bool covers(const struct sw_prefix *prefix, __u8 family, sw_u128 address)
{
	unsigned bits = sw_family_bits(family);

	return prefix->family == family && sw_mask(prefix->address, bits, prefix->length) ==
						   sw_mask(address, bits, prefix->length);
}

/* A feed that only monitors never stands in place of one that is enforced. */
static bool stands_before(const struct sw_world *world, const struct sw_world_entry *a,
			  const struct sw_world_entry *b)
{
	bool a_monitors = world->feed[a->feed].monitor, b_monitors = world->feed[b->feed].monitor;

	if (a_monitors != b_monitors)
		return b_monitors;
	if (a->prefix.length != b->prefix.length)
		return a->prefix.length > b->prefix.length;
	return a->feed < b->feed;
}

static const struct sw_world_feed *feed_of(const struct sw_world *world, __u8 slot)
{
	size_t i;

	for (i = 0; world->feed[i].slot != slot; i++)
		assert(i < world->feeds);
	return &world->feed[i];
}

/* What a feed has to say to be asked. */
typedef bool (*says_fn)(const struct sw_world_feed *feed);

static bool anything(const struct sw_world_feed *feed)
{
	(void)feed;
	return true;
}

static bool limits(const struct sw_world_feed *feed)
{
	return !feed->unlimited;
}

static bool brakes(const struct sw_world_feed *feed)
{
	return feed->brakes;
}

/* The slot of the feed that lists the address, whatever is allowed; 0: none. */
static __u8 listed_that(const struct sw_world *world, enum sw_kind kind, says_fn says, __u8 family,
			sw_u128 address)
{
	const struct sw_world_entry *best = NULL;
	size_t i;

	for (i = 0; i < world->entries; i++) {
		const struct sw_world_entry *entry = &world->entry[i];

		if (world->feed[entry->feed].kind != kind || !says(&world->feed[entry->feed]) ||
		    !covers(&entry->prefix, family, address))
			continue;
		if (!best || stands_before(world, entry, best))
			best = entry;
	}
	return best ? world->feed[best->feed].slot : 0;
}

/* RFC 6052, 2.2: behind the prefix, but not in the byte behind the first eight. */
static __u32 behind(const __u8 *bytes, unsigned from)
{
	__u32 value = 0;
	int left;

	for (left = 4; left; from++) {
		if (from == 8)
			continue;
		value = value << 8 | bytes[from];
		left--;
	}
	return value;
}

bool sw_world_carries(const struct sw_world *world, sw_u128 address, __u32 *carried)
{
	const struct sw_prefix known = { (sw_u128)0x0064ff9b << 96, SW_IPV6, 96 };
	const struct sw_prefix *best = NULL;
	__u8 bytes[16];
	size_t i;

	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = address >> (120 - 8 * i);
	for (i = 0; i <= world->nat64s; i++) {
		const struct sw_prefix *prefix = i ? &world->nat64[i - 1] : &known;

		if (covers(prefix, SW_IPV6, address) && (!best || prefix->length > best->length))
			best = prefix;
	}
	if (best)
		*carried = behind(bytes, best->length / 8);
	else if (bytes[0] == 0x20 && bytes[1] == 0x02) /* RFC 3056 */
		*carried = behind(bytes, 2);
	else
		return false;
	return true;
}

/* The same of an address, and of what it carries: its own feed stands first, but for one
 * that only monitors. *by4 tells whether it is the other's. */
static __u8 listed_as_either(const struct sw_world *world, enum sw_kind kind, says_fn says,
			     __u8 family, sw_u128 address, bool *by4)
{
	__u8 six = listed_that(world, kind, says, family, address), four;
	__u32 carried;

	*by4 = false;
	if (family == SW_IPV4 || !sw_world_carries(world, address, &carried))
		return six;
	four = listed_that(world, kind, says, SW_IPV4, carried);
	*by4 = four && (!six || (feed_of(world, six)->monitor && !feed_of(world, four)->monitor));
	return *by4 ? four : six;
}

static __u8 allowed(const struct sw_world *world, __u8 family, sw_u128 address)
{
	bool by4;

	return listed_as_either(world, SW_KIND_ALLOW, anything, family, address, &by4);
}

static __u8 listed(const struct sw_world *world, enum sw_kind kind, __u8 family, sw_u128 address)
{
	bool by4;

	return allowed(world, family, address)
		       ? 0
		       : listed_as_either(world, kind, anything, family, address, &by4);
}

/* Whether a feed that would cut does. One on trial is noted, and judging goes on. */
static bool enforces(struct sw_model *model, __u8 slot, enum sw_reason reason)
{
	if (!feed_of(model->world, slot)->monitor)
		return true;
	if (!model->tried) {
		model->tried = slot;
		model->tried_for = reason;
	}
	return false;
}

/* The feed as a zombie of which an address is judged: one on trial leaves those alone
 * whom another one limits. */
static __u8 zombie(const struct sw_world *world, __u8 family, sw_u128 address)
{
	__u8 feed = listed(world, SW_KIND_ZOMBIE, family, address);
	__u8 limit = listed(world, SW_KIND_LIMIT, family, address);

	if (feed && limit && feed_of(world, feed)->monitor && !feed_of(world, limit)->monitor)
		return 0;
	return feed;
}

/* The feed by which mail to an address passes, or NULL: of those that list it the one
 * that says most, then the longest prefix, then the one named first. */
static const struct sw_world_feed *passes_to_one(const struct sw_world *world, __u8 family,
						 sw_u128 address)
{
	const struct sw_world_entry *best = NULL;
	size_t i;

	for (i = 0; i < world->entries; i++) {
		const struct sw_world_entry *entry = &world->entry[i];
		const struct sw_world_feed *feed = &world->feed[entry->feed];

		if (feed->to == SW_TO_NOTHING || !covers(&entry->prefix, family, address))
			continue;
		if (!best || feed->to > world->feed[best->feed].to ||
		    (feed->to == world->feed[best->feed].to && stands_before(world, entry, best)))
			best = entry;
	}
	return best ? &world->feed[best->feed] : NULL;
}

static const struct sw_world_feed *passes_to(const struct sw_world *world, __u8 family,
					     sw_u128 address)
{
	const struct sw_world_feed *six = passes_to_one(world, family, address), *four = NULL;
	__u32 carried;

	if (family == SW_IPV6 && sw_world_carries(world, address, &carried))
		four = passes_to_one(world, SW_IPV4, carried);
	return four && (!six || four->to > six->to) ? four : six;
}

/* What an address is limited and listed live by. */
static sw_u128 source_of(const struct sw_world *world, __u8 family, sw_u128 address)
{
	return family == SW_IPV4 ? address : sw_mask(address, 128, world->source_prefix);
}

/* Of entries that the source prefix makes one, the one that ends last; of those that end at
 * once, the last. NULL if it has ended. */
static const struct sw_world_live *find_live(const struct sw_world *world, __u8 family,
					     sw_u128 address, __u64 now_ns)
{
	const struct sw_world_live *best = NULL;
	size_t i;

	for (i = 0; i < world->lives; i++) {
		const struct sw_world_live *live = &world->live[i];

		if (live->family == family && (!best || live->until_ns >= best->until_ns) &&
		    source_of(world, family, live->address) == source_of(world, family, address))
			best = live;
	}
	return best && best->until_ns > now_ns ? best : NULL;
}

/* As itself, or as the IPv4 address that it carries. */
static bool is_entered(const struct sw_world *world, __u8 family, sw_u128 address, bool slowed,
		       __u64 now_ns)
{
	const struct sw_world_live *live = find_live(world, family, address, now_ns);
	__u32 carried;

	if (live && live->slowed == slowed)
		return true;
	if (family != SW_IPV6 || !sw_world_carries(world, address, &carried))
		return false;
	live = find_live(world, SW_IPV4, carried, now_ns);
	return live && live->slowed == slowed;
}

static bool is_live_zombie(const struct sw_world *world, __u8 family, sw_u128 address, __u64 now_ns)
{
	return !allowed(world, family, address) &&
	       is_entered(world, family, address, false, now_ns);
}

/* Whoever asks knows that it is no zombie. */
static bool is_slowed(const struct sw_world *world, __u8 family, sw_u128 address, __u64 now_ns)
{
	return is_entered(world, family, address, true, now_ns);
}

static struct sw_model_bucket *find_bucket(struct sw_model *model, int role, __u8 family,
					   sw_u128 source)
{
	struct sw_model_bucket *bucket;
	size_t i;

	for (i = 0; i < model->buckets; i++) {
		bucket = &model->bucket[i];
		if (bucket->role == role && bucket->family == family && bucket->source == source)
			return bucket;
	}
	assert(model->buckets < SW_MODEL_BUCKETS);
	bucket = &model->bucket[model->buckets++];
	*bucket = (struct sw_model_bucket){ role, family, source, 0 };
	return bucket;
}

/* ITU-T I.371, virtual scheduling. */
static bool has_token(const struct sw_model_bucket *bucket, const struct sw_world_rate *rate,
		      __u64 now_us)
{
	return !rate->interval_us ||
	       bucket->tat_us <= now_us + (rate->burst - 1) * rate->interval_us;
}

static bool take_token(struct sw_model *model, int role, __u8 family, sw_u128 address,
		       const struct sw_world_rate *rate, __u64 now_us)
{
	struct sw_model_bucket *bucket;

	if (!rate->interval_us)
		return true;
	if (role != SW_ROLES && role != SW_MODEL_BOUNCES) /* not a destination */
		address = source_of(model->world, family, address);
	bucket = find_bucket(model, role, family, address);
	if (!has_token(bucket, rate, now_us))
		return false;
	bucket->tat_us = (bucket->tat_us > now_us ? bucket->tat_us : now_us) + rate->interval_us;
	return true;
}

#define AGAIN_MS 120000

/* Not more than two minutes ago; in some tests the clock goes back, and then not more
 * than two minutes ahead. The latest come first. */
static struct sw_model_syn *find_syn(struct sw_model *model, enum sw_role role, bool bounce,
				     const struct sw_decoded *packet, __u64 now_ms)
{
	struct sw_model_syn *syn;
	__u64 apart;
	size_t i;

	for (i = model->syns; i > 0; i--) {
		syn = &model->syn[i - 1];
		apart = now_ms > syn->time_ms ? now_ms - syn->time_ms : syn->time_ms - now_ms;
		if (apart <= AGAIN_MS && syn->bounce == bounce && syn->role == role &&
		    syn->family == packet->sender_family && syn->src == packet->sender &&
		    syn->dst == packet->dst &&
		    !memcmp(syn->begin, packet->payload.at, sizeof(syn->begin)))
			return syn;
	}
	return NULL;
}

/* What nobody finds any more is taken out now and then, for the search is slow. */
static struct sw_model_syn *new_syn(struct sw_model *model, __u64 now_ms)
{
	size_t i, kept = 0;

	for (i = 0; i < model->syns && model->syns % 4096 == 4095; i++) {
		if (model->syn[i].time_ms + 5 * AGAIN_MS > now_ms)
			model->syn[kept++] = model->syn[i];
	}
	if (kept)
		model->syns = kept;
	assert(model->syns < SW_MODEL_SYNS);
	return &model->syn[model->syns++];
}

static bool is_smtp_port(const struct sw_world *world, unsigned port)
{
	size_t i;

	for (i = 0; i < world->ports; i++) {
		if (world->port[i] == port)
			return true;
	}
	return false;
}

/* Whether tokens come more slowly or, if they come as fast, there are fewer of them. */
static bool is_stricter(const struct sw_world_rate *rate, const struct sw_world_rate *than)
{
	if (rate->interval_us == than->interval_us)
		return rate->burst < than->burst;
	return rate->interval_us > than->interval_us;
}

/* A source's rate, or the one of suspects if it is slowed and that lets less through. */
static const struct sw_world_rate *rate_now(const struct sw_model *model,
					    const struct sw_world_rate *rate,
					    const struct sw_decoded *packet, __u64 now_us)
{
	const struct sw_world_rate *slow = &model->world->slow;

	if (!is_stricter(slow, rate) ||
	    !is_slowed(model->world, packet->sender_family, packet->sender, now_us * 1000))
		return rate;
	return slow;
}

/* What the class of its own that a source has would say. */
static enum sw_reason ask_class(struct sw_model *model, int owner, const struct sw_world_feed *feed,
				const struct sw_decoded *packet, __u64 now_us)
{
	const struct sw_world_rate *rate = &feed->rate;

	if (feed->closed)
		return SW_SMTP_CLOSED;
	if (!feed->monitor)
		rate = rate_now(model, rate, packet, now_us);
	if (!take_token(model, owner, packet->sender_family, packet->sender, rate, now_us))
		return SW_RATE_LIMIT;
	return SW_SMTP_OK;
}

/* Whether the limit of its own that is enforced on the source lets another connection through. */
static bool may_connect(struct sw_model *model, enum sw_role role, __u8 limit,
			const struct sw_decoded *packet, __u64 now_us)
{
	const struct sw_world_rate *rate = &model->world->rate[role];
	const struct sw_world_feed *feed = limit ? feed_of(model->world, limit) : NULL;
	sw_u128 source = source_of(model->world, packet->sender_family, packet->sender);

	if (feed && !feed->monitor) {
		if (feed->closed)
			return false;
		rate = &feed->rate;
	}
	return has_token(find_bucket(model, role, packet->sender_family, source),
			 rate_now(model, rate, packet, now_us), now_us);
}

/* A SYN that has passed before, `admitted`, has its tokens. One that its source's limit cuts
 * takes nothing of the destination's. */
static enum sw_reason take_tokens(struct sw_model *model, enum sw_role role,
				  const struct sw_decoded *packet, bool admitted, __u64 now_us,
				  __u8 *feed)
{
	const struct sw_world *world = model->world;
	__u32 carried = 0;
	bool by4;
	__u8 protect =
		listed_as_either(world, SW_KIND_PROTECT, limits, packet->family, packet->dst, &by4);
	__u8 limit = listed(world, SW_KIND_LIMIT, packet->sender_family, packet->sender);
	enum sw_reason reason = SW_SMTP_OK;

	if (by4)
		sw_world_carries(world, packet->dst, &carried);
	*feed = protect;
	if (protect && !admitted && may_connect(model, role, limit, packet, now_us) &&
	    !take_token(model, SW_ROLES, by4 ? SW_IPV4 : packet->family,
			by4 ? carried : packet->dst, &feed_of(world, protect)->rate, now_us) &&
	    enforces(model, protect, SW_PROTECT_LIMIT))
		return SW_PROTECT_LIMIT;
	*feed = limit;
	if (limit && (!admitted || feed_of(world, limit)->closed)) {
		int owner = role;

		if (feed_of(world, limit)->monitor)
			owner += SW_ROLES + 1;
		reason = ask_class(model, owner, feed_of(world, limit), packet, now_us);
		if (reason != SW_SMTP_OK && enforces(model, limit, reason))
			return reason;
	}
	*feed = 0;
	if (admitted || (limit && !feed_of(world, limit)->monitor))
		return SW_SMTP_OK;
	return take_token(model, role, packet->sender_family, packet->sender,
			  rate_now(model, &world->rate[role], packet, now_us), now_us)
		       ? SW_SMTP_OK
		       : SW_RATE_LIMIT;
}

/* A SYN of somebody who may send mail, and whom nobody says to be without limit. One
 * that has passed before is not asked for another token. */
static enum sw_reason judge_connection(struct sw_model *model, enum sw_role role,
				       const struct sw_decoded *packet, __u64 now_ns, __u8 *feed)
{
	__u64 now_ms = now_ns / 1000000;
	struct sw_model_syn *syn = NULL;
	enum sw_reason reason;

	if (!model->forgetful)
		syn = find_syn(model, role, false, packet, now_ms);
	reason = take_tokens(model, role, packet, syn && !syn->limited, now_ns / 1000, feed);
	if (model->forgetful || reason == SW_SMTP_CLOSED)
		return reason;
	if (!syn)
		syn = new_syn(model, now_ms);
	*syn = (struct sw_model_syn){ .role = role,
				      .family = packet->sender_family,
				      .src = packet->sender,
				      .dst = packet->dst,
				      .time_ms = now_ms,
				      .limited = reason != SW_SMTP_OK };
	memcpy(syn->begin, packet->payload.at, sizeof(syn->begin));
	return reason;
}

/* The null reverse-path (RFC 5321), with or without a space in front. */
static bool is_bounce(const struct sw_decoded *packet)
{
	static const char verb[] = "MAIL FROM:";
	struct sw_slice tcp = packet->payload;
	size_t header = (tcp.at[12] >> 4) * 4, at = header + strlen(verb), i;
	bool within = (tcp.at[13] & 0x16) == 0x10; /* ACK, and neither SYN nor RST */

	if (packet->fragment != SW_WHOLE || !packet->bare || !within || tcp.size < at + 2)
		return false;
	for (i = 0; verb[i]; i++) {
		if (toupper(tcp.at[header + i]) != verb[i])
			return false;
	}
	at += tcp.at[at] == ' ';
	return tcp.size >= at + 2 && tcp.at[at] == '<' && tcp.at[at + 1] == '>';
}

/* One that is over what its destination takes, and then all that repeat it. `by4`: that
 * is the IPv4 one that its own carries. */
static bool is_braked(struct sw_model *model, enum sw_role role, const struct sw_decoded *packet,
		      const struct sw_world_feed *brake, bool by4, __u64 now_ns, bool *reset)
{
	__u32 carried = 0;

	struct sw_model_syn *seen = NULL, now = {
		.bounce = true,
		.role = role,
		.family = packet->family,
		.src = packet->src,
		.dst = packet->dst,
		.time_ms = now_ns / 1000000,
	};

	if (by4)
		sw_world_carries(model->world, packet->dst, &carried);
	if (!model->forgetful)
		seen = find_syn(model, role, true, packet, now.time_ms);
	if (!seen && !brake->no_bounces &&
	    take_token(model, SW_MODEL_BOUNCES, by4 ? SW_IPV4 : packet->family,
		       by4 ? carried : packet->dst, &brake->bounces, now_ns / 1000))
		return false;
	*reset = now.limited = !seen || !seen->limited;
	if (model->forgetful)
		return true;
	memcpy(now.begin, packet->payload.at, sizeof(now.begin));
	if (!seen)
		seen = new_syn(model, now.time_ms);
	*seen = now;
	return true;
}

static enum sw_reason judge_segment(struct sw_model *model, enum sw_role role,
				    const struct sw_decoded *packet, __u64 now_ns,
				    struct sw_judgement *out)
{
	bool by4;
	__u8 feed = listed_as_either(model->world, SW_KIND_PROTECT, brakes, packet->family,
				     packet->dst, &by4);

	if (!feed || !is_bounce(packet) ||
	    !is_braked(model, role, packet, feed_of(model->world, feed), by4, now_ns,
		       &out->reset) ||
	    !enforces(model, feed, SW_BOUNCE))
		return SW_SMTP_OK;
	out->feed = feed;
	return SW_BOUNCE;
}

static enum sw_reason judge_smtp(struct sw_model *model, enum sw_role role,
				 const struct sw_decoded *packet, __u64 now_ns,
				 struct sw_judgement *out)
{
	const struct sw_world *world = model->world;
	const struct sw_world_feed *to = passes_to(world, packet->family, packet->dst);
	__u8 flags = packet->payload.at[13], *feed = &out->feed;

	*feed = allowed(world, packet->sender_family, packet->sender);
	if (*feed)
		return SW_ALLOW;
	if (to && to->to == SW_TO_IMPLIED && role != SW_UPSTREAM)
		to = NULL;
	if (to && to->to != SW_TO_SAID) {
		*feed = to->slot;
		return SW_ALLOW;
	}
	*feed = zombie(world, packet->sender_family, packet->sender);
	if (*feed && enforces(model, *feed, SW_ZOMBIE_FEED))
		return SW_ZOMBIE_FEED;
	*feed = 0;
	if (is_live_zombie(world, packet->sender_family, packet->sender, now_ns))
		return SW_ZOMBIE_LIVE;
	if (to) {
		*feed = to->slot;
		return SW_ALLOW;
	}
	if ((flags & 0x12) == 0x02)
		return judge_connection(model, role, packet, now_ns, feed);
	return judge_segment(model, role, packet, now_ns, out);
}

static enum sw_reason judge_later(struct sw_model *model, const struct sw_decoded *packet,
				  __u64 now_ns, __u8 *feed)
{
	const struct sw_world *world = model->world;

	if (packet->protocol == 6 && packet->offset == 1)
		return SW_TINY_FRAGMENT;
	if (packet->protocol != 6 && !packet->protocol_unknown)
		return SW_FRAGMENT_LATER;
	*feed = zombie(world, packet->sender_family, packet->sender);
	if (*feed && enforces(model, *feed, SW_ZOMBIE_FRAGMENT))
		return SW_ZOMBIE_FRAGMENT;
	*feed = 0;
	return is_live_zombie(world, packet->sender_family, packet->sender, now_ns)
		       ? SW_ZOMBIE_FRAGMENT
		       : SW_FRAGMENT_LATER;
}

/* Whole, or a first fragment, whose rest comes later and may be missing here. */
static enum sw_reason judge_tcp(struct sw_model *model, enum sw_role role,
				const struct sw_decoded *packet, __u64 now_ns,
				struct sw_judgement *out)
{
	struct sw_slice tcp = packet->payload;
	bool whole = packet->fragment == SW_WHOLE;
	size_t header;

	if (tcp.size < 14)
		return whole ? SW_MALFORMED : SW_TINY_FRAGMENT;
	header = (tcp.at[12] >> 4) * 4;
	if (header < 20 || (whole && header > tcp.size))
		return SW_MALFORMED;
	if (!is_smtp_port(model->world, tcp.at[2] << 8 | tcp.at[3]))
		return SW_CLEAN;
	return judge_smtp(model, role, packet, now_ns, out);
}

static enum sw_reason judge(struct sw_model *model, enum sw_role role,
			    const struct sw_decoded *packet, __u64 now_ns, struct sw_judgement *out)
{
	__u8 *feed = &out->feed;

	if (packet->found == SW_FOUND_OTHER)
		return SW_NOT_IP;
	if (packet->found == SW_FOUND_CUT)
		return SW_MALFORMED;
	*feed = listed(model->world, SW_KIND_CNC, packet->family, packet->src);
	if (*feed && enforces(model, *feed, SW_CNC_SRC))
		return SW_CNC_SRC;
	*feed = listed(model->world, SW_KIND_CNC, packet->family, packet->dst);
	if (*feed && enforces(model, *feed, SW_CNC_DST))
		return SW_CNC_DST;
	*feed = 0;
	if (packet->found == SW_FOUND_ADDRESSES)
		return SW_MALFORMED;
	if (packet->found == SW_FOUND_TOO_MANY)
		return SW_EXT_HEADER_LIMIT;
	if (packet->found == SW_FOUND_HIDDEN)
		return SW_TINY_FRAGMENT;
	if (packet->fragment == SW_LATER)
		return judge_later(model, packet, now_ns, feed);
	if (packet->protocol == 6)
		return judge_tcp(model, role, packet, now_ns, out);
	return SW_CLEAN;
}

/* Of what was found clean outside, what is inside decides, if that can be read. */
static void judge_inside(struct sw_model *model, enum sw_role role, struct sw_unwrapped *unwrapped,
			 __u64 now_ns, struct sw_judgement *result)
{
	if (unwrapped->closed)
		result->tunnel = unwrapped->kind;
	if (!unwrapped->opened)
		return;
	unwrapped->inner.bare = false; /* bounces in tunnels are left alone */
	result->reason = judge(model, role, &unwrapped->inner, now_ns, result);
	result->inside = true;
	result->family = unwrapped->inner.family;
	if (result->reason == SW_CLEAN)
		result->tunnel = sw_tunnel_told(&unwrapped->inner);
}

/* The ledger's are subscribers, and remote hosts that send here; but for what a C&C
 * address sends in, which is a trouble of him who gets it. A subscriber behind DS-Lite
 * has the outer address. */
static void name_ends(const struct sw_decoded *outer, const struct sw_unwrapped *unwrapped,
		      struct sw_judgement *result)
{
	const struct sw_decoded *packet = result->inside ? &unwrapped->inner : outer;
	bool sent_in = result->role == SW_UPSTREAM && result->reason == SW_CNC_SRC;
	struct sw_model_end from = { packet->family, packet->src };
	struct sw_model_end to = { packet->family, packet->dst };

	result->remote = result->role == SW_UPSTREAM && !sent_in;
	result->subject = sent_in ? to : from;
	result->peer = sent_in ? from : to;
	if (result->inside && unwrapped->kind == SW_TUNNEL_4IN6 && !result->remote)
		result->subject =
			(struct sw_model_end){ SW_IPV6, sent_in ? outer->dst : outer->src };
}

/* VID of the outer tag, or 0. */
static unsigned outer_vid(const __u8 *data, size_t size)
{
	unsigned type = size < 18 ? 0 : data[12] << 8 | data[13];

	if (type != 0x8100 && type != 0x88a8 && type != 0x9100)
		return 0;
	return (data[14] << 8 | data[15]) & 0xfff;
}

static enum sw_verdict verdict_of(enum sw_reason reason)
{
	switch (reason) {
	case SW_CLEAN:
	case SW_NOT_IP:
	case SW_MALFORMED:
	case SW_ALLOW:
	case SW_SMTP_OK:
	case SW_FRAGMENT_LATER:
	case SW_NOT_JUDGED:
		return SW_PASS;
	case SW_CNC_SRC:
	case SW_CNC_DST:
	case SW_ZOMBIE_FEED:
	case SW_ZOMBIE_LIVE:
	case SW_RATE_LIMIT:
	case SW_TINY_FRAGMENT:
	case SW_EXT_HEADER_LIMIT:
	case SW_ZOMBIE_FRAGMENT:
	case SW_SMTP_CLOSED:
	case SW_PROTECT_LIMIT:
		return SW_DROP;
	case SW_BOUNCE:
		return SW_REPLY;
	case SW_REASON_COUNT:
	case SW_GO_ON:
		break;
	}
	assert(0);
	return SW_PASS;
}

struct sw_judgement sw_model_judge(struct sw_model *model, enum sw_role role, const __u8 *data,
				   size_t size, __u64 now_ns)
{
	struct sw_decoded packet = sw_decode(data, size);
	struct sw_judgement result = { .family = packet.family };
	struct sw_unwrapped unwrapped = {};
	__u8 tried_outside;

	switch (model->no_vlans ? 0 : outer_vid(data, size)) {
	case SW_VID_NONE:
		result.reason = SW_NOT_JUDGED;
		return result;
	case SW_VID_ACCESS:
		role = SW_ACCESS;
		break;
	case SW_VID_UPSTREAM:
		role = SW_UPSTREAM;
		break;
	}
	result.role = role;
	model->tried = 0;
	result.reason = judge(model, role, &packet, now_ns, &result);
	tried_outside = model->tried;
	if (model->tunnels && result.reason == SW_CLEAN) {
		unwrapped = sw_unwrap(&packet, model->opened_tunnels, role);
		judge_inside(model, role, &unwrapped, now_ns, &result);
	}
	result.verdict = verdict_of(result.reason);
	if (result.verdict == SW_PASS && model->tried) {
		result.reason = model->tried_for;
		result.feed = model->tried;
		result.verdict = result.reason == SW_BOUNCE ? SW_WOULD_REPLY : SW_WOULD_DROP;
		if (tried_outside) {
			result.inside = false;
			result.family = packet.family;
		}
	}
	name_ends(&packet, &unwrapped, &result);
	if (!model->world->monitor && !model->world->monitor_nic)
		return result;
	if (result.verdict == SW_DROP)
		result.verdict = SW_WOULD_DROP;
	if (result.verdict == SW_REPLY)
		result.verdict = SW_WOULD_REPLY;
	return result;
}
