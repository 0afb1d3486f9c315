// SPDX-License-Identifier: GPL-2.0
#include "run/zombie_clock.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define TOLERANCE_MS 2000 /* between two readings of two clocks, and what NTP slews */

/* As it stands in the store, under these names. */
struct noted {
	char boot[64];
	__s64 offset;	  /* wall clock less time since boot, ms */
	__s64 seen;	  /* the last moment that was written */
	__s64 doubt_by;	  /* how much the wall clock is taken to be behind; 0: it is right */
	__s64 doubt_from; /* the moment that it was taken for at boot */
};

static int read_noted(struct sw_store *store, struct noted *noted, struct sw_error *error)
{
	int err;

	err = sw_store_get_text(store, "clock_boot", noted->boot, sizeof(noted->boot), error);
	if (!err)
		err = sw_store_get_number(store, "clock_offset", 0, &noted->offset, error);
	if (!err)
		err = sw_store_get_number(store, "clock_seen", 0, &noted->seen, error);
	if (!err)
		err = sw_store_get_number(store, "clock_doubt_by", 0, &noted->doubt_by, error);
	if (!err)
		err = sw_store_get_number(store, "clock_doubt_from", 0, &noted->doubt_from, error);
	return err;
}

static int write_noted(struct sw_store *store, const struct noted *noted, struct sw_error *error)
{
	int err;

	err = sw_store_put_text(store, "clock_boot", noted->boot, error);
	if (!err)
		err = sw_store_put_number(store, "clock_offset", noted->offset, error);
	if (!err)
		err = sw_store_put_number(store, "clock_seen", noted->seen, error);
	if (!err)
		err = sw_store_put_number(store, "clock_doubt_by", noted->doubt_by, error);
	if (!err)
		err = sw_store_put_number(store, "clock_doubt_from", noted->doubt_from, error);
	return err;
}

static void begin_boot(struct noted *noted, const char *boot, __s64 wall_ms)
{
	char now[32], then[32];

	noted->doubt_by = noted->doubt_from = 0;
	strncpy(noted->boot, boot, sizeof(noted->boot) - 1);
	if (noted->seen <= wall_ms + TOLERANCE_MS)
		return;
	noted->doubt_from = noted->seen + 1; /* behind all that is on disk */
	noted->doubt_by = noted->doubt_from - wall_ms;
	sw_warn("the clock says %s, which is before %s, when live zombies were written: until it is "
		"set, their ends are counted from then",
		sw_format_time(wall_ms / 1000, now, sizeof(now)),
		sw_format_time(noted->seen / 1000, then, sizeof(then)));
}

/* The wall clock was set by `by` while the machine was up. */
static int follow(struct sw_store *store, struct noted *noted, __s64 wall_ms, __s64 by,
		  struct sw_moment *out, struct sw_error *error)
{
	if (noted->doubt_by && wall_ms + TOLERANCE_MS < noted->doubt_from) {
		noted->doubt_by -= by; /* still in the past */
		return 0;
	}
	by -= noted->doubt_by;
	if (noted->doubt_by)
		out->restored_ms = noted->doubt_from;
	noted->doubt_by = 0;
	return sw_zombies_shift(store, out->restored_ms, by, error);
}

int sw_moment_settle(struct sw_store *store, const char *boot, struct sw_moment *out,
		     struct sw_error *error)
{
	struct noted noted = {};
	__s64 wall_ms, offset, by;
	int err;

	err = read_noted(store, &noted, error);
	if (err)
		return err;
	*out = sw_moment_alone();
	wall_ms = out->wall_ms;
	offset = wall_ms - (__s64)(out->boot_ns / 1000000);
	by = offset - noted.offset;
	if (strcmp(noted.boot, boot))
		begin_boot(&noted, boot, wall_ms);
	else if (by > TOLERANCE_MS || by < -TOLERANCE_MS)
		err = follow(store, &noted, wall_ms, by, out, error);
	else
		offset = noted.offset; /* small steps shall not add up unseen */
	out->wall_ms += noted.doubt_by;
	noted.offset = offset;
	noted.seen = out->wall_ms;
	return err ? err : write_noted(store, &noted, error);
}

struct sw_moment sw_moment_alone(void)
{
	return (struct sw_moment){ .boot_ns = sw_boottime_ns(), .wall_ms = sw_wall_ms() };
}

__s64 sw_moment_to_wall(const struct sw_moment *moment, __u64 boot_ns)
{
	return moment->wall_ms + (__s64)(boot_ns - moment->boot_ns) / 1000000;
}

__u64 sw_moment_to_boot(const struct sw_moment *moment, __s64 wall_ms)
{
	return moment->boot_ns + (__u64)(wall_ms - moment->wall_ms) * 1000000;
}

__s64 sw_moment_end_to_wall(const struct sw_moment *moment, __u64 until_ns)
{
	return until_ns == SW_LIVE_FOREVER ? SW_KEPT_FOREVER : sw_moment_to_wall(moment, until_ns);
}

__u64 sw_moment_end_to_boot(const struct sw_moment *moment, __s64 until_ms)
{
	if (until_ms == SW_KEPT_FOREVER)
		return SW_LIVE_FOREVER;
	return until_ms <= moment->wall_ms ? 0 : sw_moment_to_boot(moment, until_ms);
}
