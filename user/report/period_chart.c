// SPDX-License-Identifier: GPL-2.0
#include "report/period_chart.h"

#include "base/text.h"
#include "report/html.h"

#define WIDTH 720.0
#define HEIGHT 180.0
#define LEFT 8.0
#define TOP 16.0
#define BOTTOM 22.0
#define DAY_MS 86400000LL
#define SETTLED_MS 120000

static __u64 sum_of(const struct sw_chart *chart, const struct sw_period_bucket *bucket)
{
	__u64 sum = 0;
	int i;

	for (i = 0; i < chart->layers; i++)
		sum += chart->value(bucket, i);
	return sum;
}

static __u64 highest(const struct sw_period *period, const struct sw_chart *chart)
{
	__u64 most = 0, sum;
	size_t i;

	for (i = 0; i < period->buckets; i++) {
		sum = sum_of(chart, &period->bucket[i]);
		if (sum > most)
			most = sum;
	}
	return most;
}

/* "11-29" of a day, "14:00" of an hour. */
static void label(char out[8], const struct sw_period *period, __s64 at_ms)
{
	char text[32];

	sw_format_time(at_ms / 1000, text, sizeof(text));
	snprintf(out, 8, "%.5s", period->step_ms < DAY_MS ? text + 11 : text + 5);
}

/* Whether it is mostly not known what happened then, which is not the same as nothing. What has
 * just begun may be taken down soon. */
static bool is_gap(const struct sw_period *period, size_t i)
{
	const struct sw_period_bucket *bucket = &period->bucket[i];
	__s64 end_ms = bucket->at_ms + period->step_ms;

	if (end_ms > period->to_ms)
		end_ms = period->to_ms;
	return end_ms - bucket->at_ms > SETTLED_MS &&
	       (__s64)bucket->watched_s * 2000 < end_ms - bucket->at_ms;
}

static void print_gap(FILE *out, const struct sw_period *period, size_t i)
{
	double room = (WIDTH - 2 * LEFT) / period->buckets;
	char begin[32];

	sw_format_time(period->bucket[i].at_ms / 1000, begin, sizeof(begin));
	fprintf(out,
		"<rect class=\"gap\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" "
		"data-gap=\"%lld\"><title>%.16s: nobody looked on</title></rect>\n",
		LEFT + i * room, TOP, room, HEIGHT, period->bucket[i].at_ms / 1000, begin);
}

static void print_gaps(FILE *out, const struct sw_period *period)
{
	size_t i;

	for (i = 0; i < period->buckets; i++) {
		if (is_gap(period, i))
			print_gap(out, period, i);
	}
}

static void print_bar(FILE *out, const struct sw_period *period, const struct sw_chart *chart,
		      size_t i, __u64 most)
{
	const struct sw_period_bucket *bucket = &period->bucket[i];
	double room = (WIDTH - 2 * LEFT) / period->buckets, y = TOP + HEIGHT, height;
	char when[8], begin[32];
	int layer;

	label(when, period, bucket->at_ms);
	sw_format_time(bucket->at_ms / 1000, begin, sizeof(begin));
	for (layer = 0; layer < chart->layers; layer++) {
		__u64 value = chart->value(bucket, layer);

		if (!value)
			continue;
		height = HEIGHT * value / most;
		y -= height;
		fprintf(out,
			"<rect class=\"l%d\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" "
			"height=\"%.2f\" data-at=\"%lld\" data-what=\"%s\" data-value=\"%llu\">"
			"<title>%.16s: %llu %s</title></rect>\n",
			layer, LEFT + i * room, y, room * 0.85, height, bucket->at_ms / 1000,
			chart->layer[layer], value, begin, value, chart->caption[layer]);
	}
	if (i % ((period->buckets + 7) / 8) == 0)
		fprintf(out, "<text x=\"%.2f\" y=\"%.2f\">%s</text>\n", LEFT + i * room,
			TOP + HEIGHT + 15, when);
}

void sw_chart_print(FILE *out, const struct sw_period *period, const struct sw_chart *chart)
{
	__u64 most = highest(period, chart);
	size_t i;
	int layer;

	fputs("<figure>\n<figcaption>", out);
	for (layer = 0; layer < chart->layers; layer++)
		fprintf(out, "<span><i class=\"l%d\"></i>%s</span> ", layer, chart->caption[layer]);
	fputs("<span><i class=\"gap\"></i>nobody looked on</span> ", out);
	fprintf(out,
		"</figcaption>\n<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">\n",
		WIDTH, TOP + HEIGHT + BOTTOM, chart->title);
	fprintf(out, "<path d=\"M%.0f %.0fH%.0f M%.0f %.0fH%.0f\"/>\n<text x=\"%.0f\" y=\"11\">",
		LEFT, TOP + HEIGHT, WIDTH - LEFT, LEFT, TOP, WIDTH - LEFT, LEFT);
	fprintf(out, "most: <tspan data-most=\"%s\">%llu</tspan></text>\n", chart->layer[0], most);
	print_gaps(out, period);
	for (i = 0; i < period->buckets && most; i++)
		print_bar(out, period, chart, i, most);
	fputs("</svg>\n</figure>\n", out);
}
