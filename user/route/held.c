// SPDX-License-Identifier: GPL-2.0
#include "route/held.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"

#define MOST_HEARD (1U << 20) /* then a dump costs less */

void sw_held_begin(struct sw_held *held, const __u32 *table, size_t tables)
{
	size_t i;

	sw_held_end(held);
	for (i = 0; i < tables; i++)
		held->table[i] = (struct sw_held_table){ .table = table[i], .dump = -1 };
	held->tables = tables;
}

static void forget(struct sw_held_table *table)
{
	sw_routes_free(&table->routes);
	table->whole = false;
}

static void close_dump(struct sw_held_table *table)
{
	if (table->dump >= 0)
		close(table->dump);
	table->dump = -1;
}

void sw_held_end(struct sw_held *held)
{
	size_t i;

	for (i = 0; i < held->tables; i++) {
		forget(&held->table[i]);
		close_dump(&held->table[i]);
		free(held->table[i].change);
	}
	*held = (struct sw_held){};
}

struct sw_held_table *sw_held_find(struct sw_held *held, __u32 table)
{
	size_t i;

	for (i = 0; held && i < held->tables; i++) {
		if (held->table[i].table == table)
			return &held->table[i];
	}
	return NULL;
}

static void lose(struct sw_held_table *table)
{
	forget(table);
	table->missed = true;
	table->changes = 0;
}

void sw_held_lose(struct sw_held *held)
{
	size_t i;

	for (i = 0; i < held->tables; i++)
		lose(&held->table[i]);
}

void sw_held_hear(struct sw_held_table *table, const struct sw_route_change *change)
{
	if (table->missed)
		return;
	if (table->changes == MOST_HEARD ||
	    (table->changes == table->room &&
	     sw_grow((void **)&table->change, &table->room, sizeof(*change), 64))) {
		lose(table);
		return;
	}
	table->change[table->changes] = *change;
	table->change[table->changes].number = table->changes;
	table->changes++;
}

static int compare_place(const struct sw_route *a, const struct sw_route *b)
{
	int order = sw_prefix_compare(&a->prefix, &b->prefix);

	return order ? order : (a->metric > b->metric) - (a->metric < b->metric);
}

static int compare_change(const void *a, const void *b)
{
	const struct sw_route_change *x = a, *y = b;
	int order = compare_place(&x->route, &y->route);

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* What stands by one prefix and metric. */
struct standing {
	struct sw_route route;
	bool there;
};

/* Whether it is certain what stands there behind a change. Of those with next hops there may
 * be several: by IPv6 one of them may come or go, and by IPv4 another stand in front. */
static bool follow(struct standing *standing, const struct sw_route_change *change)
{
	const struct sw_route *now = &standing->route, *route = &change->route;
	bool same = standing->there && now->type == route->type && now->protocol == route->protocol;
	bool hops = route->type == RTN_UNICAST;

	if (change->appended || (hops && route->prefix.family == SW_IPV6))
		return false;
	if (standing->there && !change->replaces && (!same || (hops && !change->gone)))
		return false;
	*standing = (struct standing){ *route, !change->gone };
	return true;
}

/* Of the changes from `*at` on that are of one place. */
static bool follow_all(struct standing *standing, const struct sw_held_table *table, size_t *at)
{
	const struct sw_route place = table->change[*at].route;

	for (; *at < table->changes && !compare_place(&table->change[*at].route, &place); ++*at) {
		if (!follow(standing, &table->change[*at]))
			return false;
	}
	return true;
}

static bool merge(const struct sw_held_table *table, struct sw_routes *out)
{
	const struct sw_routes *routes = &table->routes;
	size_t i = 0, j = 0;
	int order;

	while (i < routes->count || j < table->changes) {
		struct standing standing = {};

		order = i == routes->count ? 1
			: j == table->changes
				? -1
				: compare_place(&routes->route[i], &table->change[j].route);
		if (order <= 0)
			standing = (struct standing){ routes->route[i++], true };
		if (order >= 0 && !follow_all(&standing, table, &j))
			return false;
		if (standing.there)
			out->route[out->count++] = standing.route;
	}
	return true;
}

/* The first route that does not stand before a place. */
static size_t seek(const struct sw_routes *routes, const struct sw_route *place)
{
	size_t low = 0, high = routes->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (compare_place(&routes->route[middle], place) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool open_gap(struct sw_routes *routes, size_t at)
{
	struct sw_route *route;

	if (routes->count == routes->room &&
	    sw_grow((void **)&routes->route, &routes->room, sizeof(*routes->route), 64))
		return false;
	route = &routes->route[at];
	memmove(route + 1, route, (routes->count++ - at) * sizeof(*route));
	return true;
}

static void close_gap(struct sw_routes *routes, size_t at)
{
	struct sw_route *route = &routes->route[at];

	memmove(route, route + 1, (--routes->count - at) * sizeof(*route));
}

/* One place after the other, where there are few: what lies between is not looked at. */
static bool apply_few(struct sw_held_table *table)
{
	struct sw_routes *routes = &table->routes;
	size_t j = 0, at;

	while (j < table->changes) {
		const struct sw_route *place = &table->change[j].route;
		struct standing standing = {};
		bool was;

		at = seek(routes, place);
		was = at < routes->count && !compare_place(&routes->route[at], place);
		if (was)
			standing = (struct standing){ routes->route[at], true };
		if (!follow_all(&standing, table, &j))
			return false;
		if (was && !standing.there)
			close_gap(routes, at);
		if (!was && standing.there && !open_gap(routes, at))
			return false;
		if (standing.there)
			routes->route[at] = standing.route;
	}
	return true;
}

#define FEW 32

static bool apply(struct sw_held_table *table)
{
	size_t most = table->routes.count + table->changes;
	struct sw_routes merged = {};

	qsort(table->change, table->changes, sizeof(*table->change), compare_change);
	if (table->changes <= FEW)
		return apply_few(table);
	merged.route = malloc(most * sizeof(*merged.route));
	merged.room = most;
	if (!merged.route)
		return false;
	if (!merge(table, &merged)) {
		sw_routes_free(&merged);
		return false;
	}
	sw_routes_free(&table->routes);
	table->routes = merged;
	return true;
}

void sw_held_settle(struct sw_held *held)
{
	struct sw_held_table *table;

	for (table = held->table; table < held->table + held->tables; table++) {
		if (table->whole && table->changes && !apply(table))
			forget(table);
		table->changes = 0;
		table->missed = false;
		close_dump(table);
		if (!table->whole)
			table->dump = memfd_create("routes", MFD_CLOEXEC);
	}
}

static bool has_doubles(const struct sw_routes *routes)
{
	size_t i;

	for (i = 1; i < routes->count; i++) {
		if (!compare_place(&routes->route[i - 1], &routes->route[i]))
			return true;
	}
	return false;
}

static bool write_all(int fd, const void *from, size_t size)
{
	const char *at = from;
	ssize_t got;

	for (; size; size -= got, at += got) {
		got = write(fd, at, size);
		if (got <= 0)
			return false;
	}
	return true;
}

/* For the parent. The byte behind them says that they are all. */
static void hand_over(const struct sw_held_table *table)
{
	if (table->dump >= 0 && table->whole &&
	    write_all(table->dump, table->routes.route,
		      table->routes.count * sizeof(*table->routes.route)))
		write_all(table->dump, "", 1);
}

int sw_held_read(struct sw_held_table *table, struct sw_error *error)
{
	int err;

	if (table->whole)
		return 0;
	sw_routes_free(&table->routes);
	err = sw_routes_dump(table->table, RTPROT_UNSPEC, &table->routes, error);
	table->whole = !err && !has_doubles(&table->routes);
	hand_over(table);
	return err;
}

static bool read_all(int fd, void *to, size_t size)
{
	size_t done = 0;
	ssize_t got;

	for (; done < size; done += got) {
		got = pread(fd, (char *)to + done, size - done, done);
		if (got <= 0)
			return false;
	}
	return true;
}

static void take_over(struct sw_held_table *table)
{
	struct sw_routes routes = {};
	struct stat st;

	if (table->whole || table->missed || table->dump < 0 || fstat(table->dump, &st) ||
	    st.st_size % sizeof(*routes.route) != 1)
		return;
	routes.count = routes.room = st.st_size / sizeof(*routes.route);
	routes.route = malloc(st.st_size);
	if (routes.route &&
	    read_all(table->dump, routes.route, routes.count * sizeof(*routes.route))) {
		table->routes = routes;
		table->whole = true;
	} else {
		sw_routes_free(&routes);
	}
}

void sw_held_take_over(struct sw_held *held)
{
	size_t i;

	for (i = 0; i < held->tables; i++) {
		take_over(&held->table[i]);
		close_dump(&held->table[i]);
	}
}
