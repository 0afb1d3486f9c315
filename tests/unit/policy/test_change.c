// SPDX-License-Identifier: GPL-2.0
/*
 * What has changed, found without reading what has not, is what reading all finds: the
 * same rules where something has changed, no others elsewhere, the same counts, the same
 * warnings. And what is kept of it is what was published. SEED=n begins with the case of a
 * failure.
 */
#include <sys/stat.h>
#include <time.h>

#include "rules_fixture.h"

#include "policy/change.h"
#include "policy/kept_since.h"
#include "policy/rules_merge.h"
#include "policy/rules_sort.h"

#define CASES 12
#define STEPS 25
#define LINES 120 /* of a file, at most */
#define FILES 5

static __u64 first_seed;

struct world {
	struct fixture f;
	__u64 random;
	char lines[FILES][LINES][64]; /* "": none */
	struct sw_feed_config *file[FILES], *list;
	struct sw_lineage lineage;
	struct sw_rules *all; /* sorted, as published */
	struct sw_host host;
	struct sw_hosts hosts;
	int kept;
};

static __u64 draw(struct world *w)
{
	__u64 z = w->random += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

/* Near to each other, to own and to special-purpose space, and nested. */
static void draw_line(struct world *w, char *out)
{
	static const char *const nets[] = { "198.51",  "10.1", "9.255", "100.64",
					    "192.168", "5.6",  "5.7",	"5.5" };
	unsigned long r = draw(w);

	if (r % 4 == 0)
		sprintf(out, "2a00:%lx:%lx::/%lu", r >> 8 & 3, r >> 16 & 7, 32 + (r >> 32) % 60);
	else if (r % 16 == 1)
		sprintf(out, "%lu.0.0.0/%lu", 5 + (r >> 8) % 6, 8 + (r >> 32) % 10);
	else
		sprintf(out, "%s.%lu.%lu/%lu", nets[r >> 8 & 7], r >> 16 & 3, r >> 24 & 255,
			20 + (r >> 32) % 13);
}

/* Long ago, or not soon: none comes while this runs. Mostly as it was. */
static const char *draw_end(struct world *w)
{
	static const char *const ends[] = { "1000000000", "4000000000", "4000000001" };
	__u64 r = draw(w);

	return r % 8 ? "" : ends[r / 8 % 3];
}

static void write_lines(struct world *w, int file)
{
	FILE *out = fopen("fresh", "w");
	int i;

	assert_non_null(out);
	if (w->file[file]->fields)
		fprintf(out, "net,ends\n");
	for (i = 0; i < LINES; i++) {
		if (!w->lines[file][i][0])
			continue;
		if (w->file[file]->fields)
			fprintf(out, "%s,%s\n", w->lines[file][i], draw_end(w));
		else
			fprintf(out, "%s\n", w->lines[file][i]);
	}
	fclose(out);
	assert_int_equal(rename("fresh", w->file[file]->path), 0);
}

static void edit_list(struct world *w)
{
	struct sw_entry_config *entry = w->list->entry;
	struct sw_prefix prefix;
	char line[64];

	draw_line(w, line);
	assert_int_equal(sw_prefix_parse(line, strlen(line), &prefix), 0);
	sw_prefix_clear_host_bits(&prefix);
	if (entry->prefixes > 20 || (entry->prefixes && draw(w) % 3 == 0)) {
		entry->prefix[draw(w) % entry->prefixes] = entry->prefix[entry->prefixes - 1];
		entry->prefixes--;
		return;
	}
	entry->prefix = reallocarray(entry->prefix, entry->prefixes + 1, sizeof(prefix));
	entry->prefix[entry->prefixes++] = prefix;
}

static void edit(struct world *w)
{
	int file = draw(w) % FILES, changes = draw(w) % 8, i;

	for (i = 0; i < changes; i++) {
		char *line = w->lines[file][draw(w) % LINES];

		if (draw(w) % 3)
			draw_line(w, line);
		else
			line[0] = '\0';
	}
	write_lines(w, file);
	if (draw(w) % 2)
		edit_list(w);
}

static struct sw_rules *sorted_of(struct sw_rules *rules)
{
	assert_int_equal(sw_rules_sort(rules), 0);
	/* Own space is compiled into nothing. */
	free(rules->kind[SW_KIND_OWN].v4);
	free(rules->kind[SW_KIND_OWN].v6);
	rules->kind[SW_KIND_OWN] = (struct sw_rule_list){};
	return rules;
}

/* Of sorted rules, those that have addresses in some regions. */
static struct sw_rules *within(const struct sw_rules *rules, const struct sw_regions *regions)
{
	struct sw_rules *some = calloc(1, sizeof(*some));
	struct sw_prefix prefix;
	size_t i;
	int kind;

	for (kind = 0; kind < SW_KINDS; kind++) {
		const struct sw_rule_list *list = &rules->kind[kind];

		for (i = 0; i < list->v4_count; i++) {
			prefix = sw_rule4_prefix(list->v4[i]);
			if (sw_regions_overlap(regions, &prefix))
				sw_rule_list_add(&some->kind[kind], &prefix,
						 sw_rule4_rank(list->v4[i]));
		}
		for (i = 0; i < list->v6_count; i++) {
			prefix = sw_rule6_prefix(&list->v6[i]);
			if (sw_regions_overlap(regions, &prefix))
				sw_rule_list_add(&some->kind[kind], &prefix, list->v6[i].rank);
		}
	}
	return some;
}

static size_t count(const struct sw_rules *rules)
{
	size_t sum = 0;
	int kind;

	for (kind = 0; kind < SW_KINDS; kind++)
		sum += rules->kind[kind].v4_count + rules->kind[kind].v6_count;
	return sum;
}

static void must_equal(const struct sw_rules *a, const struct sw_rules *b, const char *what)
{
	struct sw_rules *x = sw_rules_minus(a, b), *y = sw_rules_minus(b, a);

	if (count(x) || count(y))
		fail_msg("%s: %zu rules too many, %zu missing (SEED=%llu)", what, count(x),
			 count(y), first_seed);
	sw_rules_free(x);
	sw_rules_free(y);
}

/* As read by one who reads all, and only looks. */
static void read_all(struct world *w, struct sw_rules **rules, char **warnings)
{
	struct sw_reading reading = w->f.reading;

	w->f.reading.publish = false;
	w->f.reading.state_dir = NULL;
	w->f.reading.opened = NULL;
	assert_int_equal(read_rules(&w->f), 0);
	*rules = sorted_of(w->f.rules);
	*warnings = w->f.warnings;
	w->f.rules = NULL;
	w->f.warnings = NULL;
	w->f.reading = reading;
}

static void keep_path(char *out, int number)
{
	sprintf(out, "kept%d", number);
}

static void keep_first(struct world *w)
{
	struct sw_error error;
	char path[32];

	keep_path(path, w->kept);
	assert_int_equal(sw_kept_save(path, &w->f.config, w->all, &error), 0);
}

static int compare_ends(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct sw_rule_end));
}

static void must_end_alike(struct sw_kept *kept, struct sw_rules *all)
{
	struct sw_rule_ends *ends = &all->ends;

	if (kept->ends)
		qsort((void *)kept->end, kept->ends, sizeof(*kept->end), compare_ends);
	sw_rule_ends_unique(ends);
	assert_int_equal(kept->ends, ends->count);
	if (kept->ends)
		assert_memory_equal(kept->end, ends->item, ends->count * sizeof(*ends->item));
}

static void keep_step(struct world *w, const struct sw_change *change, const struct sw_rules *rules,
		      struct sw_rules *all)
{
	const struct sw_kept_step step = { &change->regions, change->before, rules };
	char former[32], path[32];
	struct sw_error error;
	struct sw_kept kept;

	keep_path(former, w->kept++);
	keep_path(path, w->kept);
	assert_int_equal(sw_kept_save_step(former, path, &w->f.config, &step, &error), 0);
	assert_int_equal(link(former, path), 0);
	assert_int_equal(sw_kept_load(path, &kept, &error), 0);
	must_equal(kept.rules, w->all, "kept");
	must_end_alike(&kept, all);
	assert_int_equal(kept.feeds, w->f.config.feeds);
	assert_int_equal(kept.feed[0].prefixes, rules->feed[0].prefixes);
	sw_kept_free(&kept);
}

static void note_published(struct world *w, struct sw_rules *rules)
{
	static const __u8 slot[SW_MAX_FEEDS];

	assert_int_equal(sw_rules_keep(&w->f.config, &w->f.reading, rules), 0);
	sw_lineage_free(&w->lineage);
	assert_int_equal(sw_lineage_describe(&w->f.config, rules, slot, &w->lineage), 0);
}

static void save_and_load(struct world *w)
{
	struct sw_lineage loaded;
	struct sw_error error;

	assert_int_equal(sw_lineage_save("lineage", &w->lineage, &error), 0);
	assert_int_equal(sw_lineage_load("lineage", &loaded, &error), 0);
	sw_lineage_free(&w->lineage);
	w->lineage = loaded;
}

static int find(struct world *w, struct sw_rules **rules, struct sw_change *change, char **said)
{
	FILE *real = stderr;
	size_t size;
	int err;

	w->f.reading.opened = calloc(w->f.config.feeds + 1, sizeof(struct sw_opened));
	stderr = open_memstream(said, &size);
	err = sw_change_find(&w->f.config, &w->f.reading, &w->lineage, NULL, rules, change);
	fclose(stderr);
	stderr = real;
	return err;
}

static void check_states(const struct world *w, const struct sw_rules *a, const struct sw_rules *b)
{
	size_t i;

	for (i = 0; i < w->f.config.feeds; i++) {
		assert_int_equal(a->feed[i].prefixes, b->feed[i].prefixes);
		assert_int_equal(a->feed[i].own, b->feed[i].own);
		assert_int_equal(a->feed[i].special, b->feed[i].special);
		assert_int_equal(a->feed[i].hosts, b->feed[i].hosts);
		assert_int_equal(a->feed[i].report.entries, b->feed[i].report.entries);
	}
}

static void step(struct world *w)
{
	struct sw_rules *rules, *all, *here, *elsewhere, *then;
	char *warned, *said;
	struct sw_change change;

	edit(w);
	save_and_load(w);
	assert_int_equal(find(w, &rules, &change, &said), 0);
	read_all(w, &all, &warned);
	assert_string_equal(said, warned);
	check_states(w, rules, all);
	here = within(all, &change.regions);
	must_equal(rules, here, "now");
	then = within(w->all, &change.regions);
	must_equal(change.before, then, "before");
	elsewhere = sw_rules_minus(w->all, then);
	sw_rules_free(w->all);
	w->all = sw_rules_plus(elsewhere, here);
	must_equal(w->all, all, "elsewhere");
	keep_step(w, &change, rules, all);
	note_published(w, rules);
	sw_rules_free(rules);
	sw_rules_free(all);
	sw_rules_free(here);
	sw_rules_free(then);
	sw_rules_free(elsewhere);
	sw_change_free(&change);
	free(w->f.reading.opened);
	free(warned);
	free(said);
}

static void begin(struct world *w, __u64 seed)
{
	static const enum sw_kind kinds[FILES] = { SW_KIND_CNC, SW_KIND_CNC, SW_KIND_ZOMBIE,
						   SW_KIND_ALLOW, SW_KIND_LIMIT };
	static char names[FILES][8] = { "nets", "more", "bots", "good", "slow" };
	static struct sw_fields_config fields = {
		.format = SW_FORMAT_CSV,
		.address = "net",
		.until = "ends",
		.delimiter = ',',
	};
	struct sw_feed_config *own;
	int i, j;

	*w = (struct world){ .random = seed };
	w->host.address = (struct sw_prefix){ 0x05060207, SW_IPV4, 32 };
	w->hosts = (struct sw_hosts){ &w->host, 1 };
	w->f.reading = (struct sw_reading){
		.state_dir = "state",
		.publish = true,
		.hosts = &w->hosts,
	};
	for (i = 0; i < FILES; i++) {
		add_file(&w->f, names[i], kinds[i], "");
		w->file[i] = &w->f.feed[i];
		w->file[i]->fields = i ? NULL : &fields;
		w->file[i]->format = i ? SW_FORMAT_AUTO : SW_FORMAT_CSV;
		w->file[i]->may_be_empty = true;
		w->file[i]->max_change = SW_ANY_CHANGE;
		for (j = 0; j < LINES / 2; j++)
			draw_line(w, w->lines[i][j]);
		write_lines(w, i);
	}
	w->file[1]->monitor = true;
	w->file[2]->may_list_own = draw(w) % 2;
	w->file[2]->may_list_special = draw(w) % 2;
	own = add_feed(&w->f, "home", SW_KIND_OWN);
	add_inline(own, "5.6.1.0/24", 3);
	add_inline(own, "2a00:1:2::/48", 4);
	w->list = add_feed(&w->f, SW_OPERATOR_FEED "block", SW_KIND_CNC);
	add_inline(w->list, "5.7.1.1", 0);
}

static void run_case(__u64 seed)
{
	struct world *w = malloc(sizeof(*w));
	struct sw_rules *rules;
	int i;

	first_seed = seed;
	begin(w, seed);
	assert_int_equal(read_rules(&w->f), 0);
	rules = w->f.rules;
	w->f.rules = NULL;
	free(w->f.warnings);
	w->f.warnings = NULL;
	w->all = sorted_of(rules);
	note_published(w, rules);
	keep_first(w);
	for (i = 0; i < STEPS; i++)
		step(w);
	sw_rules_free(w->all);
	sw_lineage_free(&w->lineage);
	clean(&w->f);
	free(w);
	assert_int_equal(system("rm -rf state kept* lineage"), 0);
}

static void changes_are_what_reading_all_finds(void **state)
{
	__u64 from = first_seed, i;

	(void)state;
	for (i = 0; i < CASES; i++)
		run_case(from + i);
}

static void what_is_not_little_is_left_to_a_whole_reading(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct sw_change change;
	struct sw_rules *rules;
	char *said;

	(void)state;
	begin(w, 1);
	assert_int_equal(read_rules(&w->f), 0);
	note_published(w, w->f.rules);
	sw_rules_free(w->f.rules);
	w->f.rules = NULL;
	free(w->f.warnings);
	strcpy(w->lines[0][LINES - 1], "2a00::/20"); /* wider than any region */
	write_lines(w, 0);
	assert_int_equal(find(w, &rules, &change, &said), -ESTALE);
	assert_string_equal(said, "");
	free(said);
	/* What was opened is not read again. */
	assert_int_equal(truncate(w->file[0]->path, 0), 0);
	assert_int_equal(read_rules(&w->f), 0);
	assert_true(w->f.rules->feed[0].prefixes > 1);
	free(w->f.reading.opened);
	sw_lineage_free(&w->lineage);
	clean(&w->f);
	free(w);
	assert_int_equal(system("rm -rf state"), 0);
}

/* Which feeds combine is known for all regions at once only. */
static void protected_destinations_are_left_to_a_whole_reading(void **state)
{
	struct world *w = malloc(sizeof(*w));
	struct sw_change change;
	struct sw_rules *rules;
	char *said;

	(void)state;
	begin(w, 2);
	add_inline(add_feed(&w->f, "gateways", SW_KIND_PROTECT), "198.51.100.25", 5);
	assert_int_equal(read_rules(&w->f), 0);
	note_published(w, w->f.rules);
	sw_rules_free(w->f.rules);
	w->f.rules = NULL;
	free(w->f.warnings);
	edit(w);
	assert_int_equal(find(w, &rules, &change, &said), -ESTALE);
	assert_string_equal(said, "");
	free(said);
	free(w->f.reading.opened);
	w->f.reading.opened = NULL;
	w->f.warnings = NULL;
	sw_lineage_free(&w->lineage);
	clean(&w->f);
	free(w);
	assert_int_equal(system("rm -rf state"), 0);
}

int main(void)
{
	const char *given = getenv("SEED");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changes_are_what_reading_all_finds),
		cmocka_unit_test(what_is_not_little_is_left_to_a_whole_reading),
		cmocka_unit_test(protected_destinations_are_left_to_a_whole_reading),
	};

	first_seed = given ? strtoull(given, NULL, 0) : (__u64)time(NULL) * CASES;
	print_message("%d cases, SEED=%llu\n", CASES, first_seed);
	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
