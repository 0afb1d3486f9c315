// SPDX-License-Identifier: GPL-2.0
/*
 * A feed's text in every format. The input is an octet of options, then the
 * text. What changes nothing of a feed must change nothing of what it gives:
 * parsing it twice, naming the format that was detected, line ends of another
 * system, a byte order mark. What a line format gives is worked out again; of all
 * others half of the text must give nothing that the whole does not.
 */
#include <errno.h>

#include "feed/feed.h"
#include "feed/parse.h"
#include "feed_lines.h"
#include "fuzz.h"

#define SOURCE "list.txt"

struct taken {
	struct sw_prefix prefix;
	__u32 line;
	__u64 until;
	char *tag;
	size_t tag_size;
};

struct run {
	struct sw_feed_config feed;
	char *text;
	size_t size;
	size_t stop_after;
	int err;
	struct sw_error error;
	struct sw_feed_report report;
	struct taken *taken;
	size_t count, room;
	__u32 lines;	 /* that gave something */
	size_t excluded; /* prefixes */
};

/* Of the formats that need it. */
static struct sw_fields_config fields = {
	.address = "ip",
	.tag = { "tag", "2" },
	.tags = 2,
	.until = "until",
	.where = { { "on", { "true", "!no", ">= 1" }, 3 } },
	.wheres = 1,
	.delimiter = ',',
};

static struct sw_fields_config keyed = {
	.address = "$key",
	.tag = { "$value", "a" },
	.tags = 2,
	.delimiter = ',',
};

static struct sw_feed_config options(__u8 octet)
{
	return (struct sw_feed_config){
		.name = "list",
		.path = SOURCE,
		.kind = SW_KIND_ZOMBIE,
		.format = ((octet & 7) | octet >> 6 << 3) % SW_FORMATS,
		.min_count = octet & 8 ? 3 : 1,
		.max_width = { [SW_IPV4] = octet & 16 ? 0 : 8, [SW_IPV6] = octet & 16 ? 0 : 16 },
		.may_be_empty = octet & 32,
		.fields = octet & 32 ? &keyed : &fields,
	};
}

static void check_prefix(const struct run *run, const struct sw_prefix *prefix)
{
	struct sw_prefix copy = *prefix;

	must(prefix->family == SW_IPV4 || prefix->family == SW_IPV6);
	must(prefix->length <= sw_family_bits(prefix->family));
	must(prefix->length >= run->feed.max_width[prefix->family]);
	must(prefix->family == SW_IPV6 || prefix->address <= UINT32_MAX);
	must(!sw_prefix_clear_host_bits(&copy));
}

static int note(void *ctx, const struct sw_feed_entry *entry)
{
	const struct sw_prefix *prefix = &entry->prefix;
	const char *tag = entry->about.at;
	size_t tag_size = entry->about.size;
	__u32 line = entry->line;
	struct run *run = ctx;
	__u32 before = run->count ? run->taken[run->count - 1].line : 0;

	check_prefix(run, prefix);
	must(line && line >= before);
	must(tag_size <= SW_FEED_ABOUT_MAX);
	if (run->count == run->room) {
		run->room = run->room * 2 + 64;
		run->taken = reallocarray(run->taken, run->room, sizeof(*run->taken));
		must(run->taken);
	}
	run->taken[run->count++] = (struct taken){
		*prefix, line, entry->until, strndup(tag ?: "", tag_size), tag_size,
	};
	run->lines += line != before;
	return run->count == run->stop_after ? -ECANCELED : 0;
}

static int exclude(void *ctx, const struct sw_prefix *prefix, __u32 line, enum sw_exclusion rule)
{
	struct sw_prefix copy = *prefix;
	struct run *run = ctx;

	must(rule <= SW_EXCLUDES_CLASS);
	must(prefix->family == SW_IPV4 || prefix->family == SW_IPV6);
	must(prefix->length <= sw_family_bits(prefix->family));
	must(!sw_prefix_clear_host_bits(&copy));
	must(line);
	run->excluded++;
	return 0;
}

static void check_kept(const struct sw_feed_report *report)
{
	__u32 kept = report->bad + report->wide + report->cut, i;

	must(report->bads == (kept < SW_FEED_BAD_KEPT ? kept : SW_FEED_BAD_KEPT));
	for (i = 0; i < report->bads; i++) {
		const struct sw_feed_bad *bad = &report->kept[i];

		must(bad->line && bad->line <= report->lines);
		must(memchr(bad->text, '\0', sizeof(bad->text)) && is_printable(bad->text));
		must(is_printable(bad->expected));
	}
}

static bool has_mark(const struct run *run)
{
	return run->size >= 3 && !memcmp(run->text, "\xef\xbb\xbf", 3);
}

static __u32 count_lines(const struct run *run)
{
	bool open = false;
	__u32 lines = 0;
	size_t i;

	for (i = has_mark(run) ? 3 : 0; i < run->size; i++) {
		open = run->text[i] != '\n';
		lines += !open;
	}
	return lines + open;
}

static int is_wide(void *ctx, const struct sw_prefix *prefix)
{
	const struct run *run = ctx;

	return prefix->length < run->feed.max_width[prefix->family];
}

static bool has_tag(const struct taken *taken, const char *tag)
{
	size_t size = tag ? strnlen(tag, SW_FEED_ABOUT_MAX) : 0;

	return taken->tag_size == size && (!size || !memcmp(taken->tag, tag, size));
}

/* Takes from the run's prefixes, from *next on, those that make up a range. */
static void match_range(const struct run *run, __u32 number, const struct line *line, size_t *next)
{
	sw_u128 at = line->first;

	for (;; (*next)++) {
		const struct taken *taken = &run->taken[*next];

		must(*next < run->count && taken->line == number);
		must(taken->prefix.family == line->family && taken->prefix.address == at);
		must(has_tag(taken, line->tag));
		at = sw_prefix_last(&taken->prefix) + 1;
		if (at - 1 == line->last)
			break;
		must(at - 1 < line->last);
	}
	(*next)++;
}

/* Sums of what the lines are. */
struct sums {
	__u32 content, bad, below, wide, cut, excluded;
	__u32 records; /* since the last metadata */
	bool last_is_bad, last_is_wide, has_page;
	size_t next; /* of the run's prefixes */
};

static void match_line(const struct run *run, __u32 number, struct line line, bool open,
		       struct sums *sums)
{
	must(line.is != LINE_REFUSED); /* or the parse ended here */
	if (line.is == LINE_METADATA) {
		must(line.records == sums->records); /* or the parse ended here */
		sums->records = 0;
	}
	sums->records += line.is_record;
	sums->content += line.is != LINE_NOTHING && line.is != LINE_METADATA;
	sums->bad += line.is == LINE_BAD;
	sums->last_is_bad = line.is == LINE_BAD;
	sums->last_is_wide = false;
	sums->below += line.is == LINE_BELOW;
	sums->excluded += line.is == LINE_EXCLUSION;
	if (line.is != LINE_RANGE)
		return;
	sums->last_is_wide =
		sw_range_split(line.family, line.first, line.last, is_wide, (void *)run);
	sums->wide += sums->last_is_wide;
	if (!sums->last_is_wide && open)
		sums->cut++;
	else if (!sums->last_is_wide)
		match_range(run, number, &line, &sums->next);
}

static bool has_page(const char *line)
{
	static const char *const tag[] = { "<html", "<head", "<body" };
	size_t i, size;

	for (line = strchr(line, '<'); line; line = strchr(line + 1, '<')) {
		if (!strncasecmp(line, "<!doctype", 9))
			return true;
		for (i = 0; i < 3; i++) {
			size = strlen(tag[i]);
			if (!strncasecmp(line, tag[i], size) &&
			    (!line[size] || strchr(">" BLANKS, line[size])))
				return true;
		}
	}
	return false;
}

static struct sums match_lines(const struct run *run)
{
	const char *at = run->text + (has_mark(run) ? 3 : 0), *end = run->text + run->size;
	struct sums sums = { 0 };
	__u32 number, bad;
	char *line;
	size_t size;

	for (number = 1; at < end; number++, at += size + 1) {
		const char *newline = memchr(at, '\n', end - at);

		bool open = !newline && run->report.format != SW_FORMAT_NDJSON, page;

		size = (newline ?: end) - at;
		line = strndup(at, size);
		must(line);
		bad = sums.bad;
		page = has_page(line);
		match_line(run, number,
			   read_line(line, run->report.format, run->feed.min_count, open), open,
			   &sums);
		sums.has_page |= page && sums.bad > bad;
		free(line);
	}
	return sums;
}

/* Whether a feed of such lines is to be refused. */
static bool is_unfit(const struct run *run, const struct sums *sums)
{
	bool usable = run->count || sums->below;
	bool open = run->size && run->text[run->size - 1] != '\n';

	if ((sums->bad && !usable) || sums->has_page)
		return true;
	if ((sums->last_is_bad || sums->last_is_wide) && open)
		return true;
	if (sums->bad > (sums->bad > 3 ? 0.05 : 0.25) * sums->content)
		return true;
	if (run->feed.min_count > 1 && run->report.format != SW_FORMAT_IPSUM && sums->content)
		return true;
	return sums->records || (!usable && !run->feed.may_be_empty);
}

/* Of a run that went through all lines. */
static void check_lines(const struct run *run)
{
	const struct sw_feed_report *report = &run->report;
	struct sums sums = match_lines(run);

	must(sums.next == run->count);
	must(report->content == sums.content && report->bad == sums.bad);
	must(report->below == sums.below && report->wide == sums.wide);
	must(report->cut == sums.cut && report->excluded == sums.excluded);
	must(!run->err == !is_unfit(run, &sums));
}

/* Those that take a line at a time. */
static bool is_of_lines(const struct run *run)
{
	return run->report.format <= SW_FORMAT_IPSUM;
}

/* A line that ended the parse is content, but neither entry nor bad. */
static void check_report(const struct run *run)
{
	const struct sw_feed_report *report = &run->report;
	__u32 known = run->lines + report->bad + report->below + report->wide + report->cut +
		      report->excluded;

	must(report->format < SW_FORMATS);
	must(report->entries == run->count - (run->err == -ECANCELED));
	must(report->host_bits <= report->entries);
	if (is_of_lines(run)) {
		must(report->content <= report->lines);
		must(report->content == known || (run->err && report->content == known + 1));
		must(!report->below || report->format == SW_FORMAT_IPSUM);
	}
	check_kept(report);
	if (run->err)
		return;
	must(report->format != SW_FORMAT_AUTO);
	must(report->entries || report->below || run->feed.may_be_empty);
	must(report->bad * (report->bad > 3 ? 20 : 4) <= report->content);
	must(run->excluded >= report->excluded);
}

static bool was_stopped(const struct run *run)
{
	return run->err == -ECANCELED || !run->report.lines ||
	       strstr(run->error.text, "is longer than") ||
	       strstr(run->error.text, "came before it") ||
	       strstr(run->error.text, "came behind it") ||
	       strstr(run->error.text, "says what is not to be listed");
}

/* `text` becomes the run's. */
static void parse(struct run *run, const struct sw_feed_config *feed, char *text, size_t size)
{
	const struct sw_feed_sink sink = {
		.emit = note,
		.exclude = exclude,
		.ctx = run,
		.now_s = 1796000000,
	};

	*run = (struct run){
		.feed = *feed,
		.text = text,
		.size = size,
		.stop_after = run->stop_after,
	};
	memset(&run->report, 0x5a, sizeof(run->report));
	run->err = sw_feed_parse(feed, text, size, &sink, &run->report, &run->error);
	check_report(run);
	if (run->err == -EINVAL) {
		must(starts_with(run->error.text, SOURCE ":"));
		must(is_printable(run->error.text));
	} else {
		must(run->err == (run->count && run->count == run->stop_after ? -ECANCELED : 0));
		must(!run->error.text[0]);
	}
	if (!run->err)
		must(run->report.lines == count_lines(run));
	/* Not one that was refused at sight, or ended by a long line or a count. */
	if (!is_of_lines(run))
		return;
	if (!run->err || (run->report.lines == count_lines(run) && !was_stopped(run)))
		check_lines(run);
}

static void finish(struct run *run)
{
	size_t i;

	for (i = 0; i < run->count; i++)
		free(run->taken[i].tag);
	free(run->taken);
	free(run->text);
}

static void must_be_same(const struct run *a, const struct run *b)
{
	size_t i;

	must(a->count == b->count);
	for (i = 0; i < a->count; i++) {
		const struct taken *x = &a->taken[i], *y = &b->taken[i];

		must(x->prefix.address == y->prefix.address);
		must(x->prefix.family == y->prefix.family && x->prefix.length == y->prefix.length);
		must(x->line == y->line && x->until == y->until && x->tag_size == y->tag_size);
		must(!x->tag_size || !memcmp(x->tag, y->tag, x->tag_size));
	}
	must(a->err == b->err);
	must(a->report.format == b->report.format && a->report.lines == b->report.lines);
	must(a->report.content == b->report.content && a->report.bad == b->report.bad);
	must(a->report.wide == b->report.wide && a->report.below == b->report.below);
}

static void parse_again(const struct run *first, const struct sw_feed_config *feed, char *text,
			size_t size)
{
	struct run run = { 0 };

	parse(&run, feed, text, size);
	must_be_same(first, &run);
	if (run.size == first->size)
		must(!strcmp(run.error.text, first->error.text));
	finish(&run);
}

static void parse_named_format(const struct run *first)
{
	struct sw_feed_config feed = first->feed;

	feed.format = first->report.format;
	parse_again(first, &feed, copy_of(first->text, first->size), first->size);
}

/* Every line ended by `end`, the last one too. */
static void parse_line_ends(const struct run *first, const char *end)
{
	char *text = malloc(first->size * 2 + 2);
	size_t i, size = 0, width = strlen(end);

	must(text);
	for (i = 0; i < first->size; i++) {
		if (first->text[i] != '\n') {
			text[size++] = first->text[i];
			continue;
		}
		memcpy(text + size, end, width);
		size += width;
	}
	if (first->report.lines && first->text[first->size - 1] != '\n') {
		memcpy(text + size, end, width);
		size += width;
	}
	text = realloc(text, size ?: 1);
	must(text);
	parse_again(first, &first->feed, text, size);
}

static void parse_behind_mark(const struct run *first)
{
	char *text = malloc(first->size + 3);

	must(text);
	memcpy(text, "\xef\xbb\xbf", 3);
	memcpy(text + 3, first->text, first->size);
	parse_again(first, &first->feed, text, first->size + 3);
}

static bool has_taken(const struct run *run, const struct taken *one)
{
	size_t i;

	for (i = 0; i < run->count; i++) {
		if (run->taken[i].prefix.address == one->prefix.address &&
		    run->taken[i].prefix.family == one->prefix.family &&
		    run->taken[i].prefix.length == one->prefix.length)
			return true;
	}
	return false;
}

static void parse_half(const struct run *first)
{
	struct sw_feed_config feed = first->feed;
	struct run run = { 0 };
	size_t i;

	feed.format = first->report.format;
	parse(&run, &feed, copy_of(first->text, first->size / 2), first->size / 2);
	for (i = 0; i < run.count && !run.err; i++)
		must(has_taken(first, &run.taken[i]));
	finish(&run);
}

static void parse_up_to_one(const struct run *first)
{
	struct run run = { .stop_after = 1 };

	parse(&run, &first->feed, copy_of(first->text, first->size), first->size);
	must(run.err == -ECANCELED && run.count == 1);
	finish(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input input = { data, size };
	struct sw_feed_config feed = options(take8(&input));
	struct run run = { 0 };

	parse(&run, &feed, copy_of(input.at, input.size), input.size);
	parse_again(&run, &feed, copy_of(input.at, input.size), input.size);
	if (!run.err) {
		parse_named_format(&run);
		if (!run.report.cut)
			parse_line_ends(&run, "\n");
		/* A longer input may hold a line that a CR makes too long. */
		if (!run.report.cut && input.size < SW_FEED_LINE_MAX && is_of_lines(&run))
			parse_line_ends(&run, "\r\n");
		if (!has_mark(&run))
			parse_behind_mark(&run);
		if (run.count)
			parse_up_to_one(&run);
		if (!is_of_lines(&run))
			parse_half(&run);
	}
	finish(&run);
	return 0;
}
