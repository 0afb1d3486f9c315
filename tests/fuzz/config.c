// SPDX-License-Identifier: GPL-2.0
/*
 * The configuration: whatever the bytes, either one line that says what is
 * wrong, or a config within its own limits. That is the same when it is written
 * out and read again, and is carried on to rules, settings and tables as `check`
 * would.
 */
#include <ctype.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/mman.h>

#include "base/severity.h"
#include "config/read.h"
#include "policy/compile.h"
#include "policy/rules_read.h"
#include "config_text.h"
#include "feed_lines.h"
#include "fuzz.h"
#include "policy/rules_sort.h"
#include "policy/settings.h"

static char path[32];
static int file;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	file = memfd_create("config", MFD_CLOEXEC);
	must(file >= 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	return 0;
}

static void write_config(const void *data, size_t size)
{
	must(!ftruncate(file, 0));
	must(pwrite(file, data, size, 0) == (ssize_t)size);
}

/* No terminal takes it for a command: C0, DEL, and C1 as UTF-8 has them. */
static bool is_tame(const char *text)
{
	for (; *text; text++) {
		if ((__u8)*text < ' ' || *text == 0x7f)
			return false;
		if ((__u8)text[0] == 0xc2 && (__u8)text[1] < 0xa0)
			return false;
	}
	return true;
}

static void check_interfaces(const struct sw_config *config)
{
	size_t i, j;

	must(config->interfaces <= SW_MAX_INTERFACES);
	for (i = 0; i < config->interfaces; i++) {
		const struct sw_interface_config *interface = &config->interface[i];

		must(*interface->name && strlen(interface->name) < IFNAMSIZ);
		must(!strpbrk(interface->name, "/: ") && is_tame(interface->name));
		must(interface->role < SW_ROLES && interface->xdp <= SW_XDP_GENERIC);
		must(interface->line > 0);
		for (j = 0; j < i; j++)
			must(strcmp(config->interface[j].name, interface->name));
	}
}

static void check_smtp(const struct sw_config *config)
{
	size_t i, j;

	must(config->ports >= 1 && config->ports <= SW_MAX_PORTS);
	for (i = 0; i < config->ports; i++) {
		must(config->port[i]);
		for (j = 0; j < i; j++)
			must(config->port[j] != config->port[i]);
	}
	must(config->ipv6_source_prefix >= 16 && config->ipv6_source_prefix <= 128);
	for (i = 0; i < SW_ROLES; i++) {
		const struct sw_limit_config *limit = &config->limit[i];

		must(!limit->interval_ns || (limit->burst >= 1 && limit->interval_ns >= 1000000));
		must(limit->burst * limit->interval_ns <= 86400ULL * 1000000000);
	}
}

/* The prefixes of an entry, one after the other, are what its text says. */
static void check_entry(const struct sw_entry_config *entry)
{
	char *text = strdup(entry->text);
	struct line line;
	sw_u128 next;
	size_t i;

	must(text);
	line = read_address_or_range(trimmed(text));
	free(text);
	must(line.is == LINE_RANGE && entry->prefixes >= 1 && entry->line > 0);
	next = line.first;
	for (i = 0; i < entry->prefixes; i++) {
		struct sw_prefix copy = entry->prefix[i];

		must(copy.family == line.family && copy.address == next);
		must(copy.length <= sw_family_bits(copy.family));
		must(!sw_prefix_clear_host_bits(&copy));
		next = sw_prefix_last(&copy) + 1;
	}
	must(next - 1 == line.last);
}

static void check_feeds(const struct sw_config *config)
{
	size_t i, j;

	must(config->feeds < SW_MAX_FEEDS);
	for (i = 0; i < config->feeds; i++) {
		const struct sw_feed_config *feed = &config->feed[i];

		must(is_printable(feed->name) && strlen(feed->name) < SW_NAME_LEN);
		must(feed->kind > SW_KIND_NONE && feed->kind < SW_KINDS);
		must(feed->format < SW_FORMATS && feed->min_count >= 1 && feed->line > 0);
		must(feed->max_width[SW_IPV4] <= 32 && feed->max_width[SW_IPV6] <= 128);
		must(feed->entries || sw_feed_has_list(feed));
		must(feed->routes.table || (!feed->routes.hold_s && !feed->routes.protocol));
		must(!feed->path || (*feed->path && is_tame(feed->path)));
		for (j = 0; j < feed->entries; j++)
			check_entry(&feed->entry[j]);
		for (j = 0; j < i; j++)
			must(strcmp(config->feed[j].name, feed->name));
	}
}

static void check_suspects(const struct sw_suspects_config *suspects)
{
	must(suspects->servers >= 1 && suspects->servers <= suspects->servers_answered);
	must(suspects->servers_answered <= 128 && suspects->silent >= 1);
	must(suspects->limit.closed || (suspects->limit.interval_ns && suspects->limit.burst));
	must(suspects->theta1 && suspects->theta1 < suspects->theta0);
	must(suspects->theta0 < SW_MILLIONTHS && suspects->alpha && suspects->beta);
	must(suspects->alpha + suspects->beta < SW_MILLIONTHS);
}

static void check_announce(const struct sw_announce_config *announce)
{
	if (!announce->table)
		return;
	must(announce->what && announce->what < SW_ANNOUNCE_CASES * 2);
	must(announce->severity <= SW_SEVERITY_HIGH && announce->most);
	must(announce->what & SW_ANNOUNCE_CASES || !announce->severity);
	must(announce->protocol > RTPROT_STATIC);
}

static void check_config(const struct sw_config *config)
{
	must(!strcmp(config->path, path));
	check_interfaces(config);
	check_smtp(config);
	check_feeds(config);
	check_suspects(&config->suspects);
	check_announce(&config->announce);
	must(!config->textfile || (*config->textfile && is_tame(config->textfile)));
	must(config->metrics_interval_s >= 1 && config->metrics_interval_s <= 7 * 86400);
	must(config->reload_interval_s <= 7 * 86400);
}

static void check_settings(const struct sw_config *config, const struct sw_rules *rules)
{
	const struct sw_tick tick[] = { sw_tick_live(), sw_tick_offline() };
	struct sw_settings settings;
	__u8 slot[SW_MAX_FEEDS];
	size_t i, j;

	for (i = 0; i < SW_MAX_FEEDS; i++)
		slot[i] = i + 1;
	for (i = 0; i < 2; i++) {
		sw_settings_fill(config, rules, slot, &tick[i], 1, &settings);
		must(settings.horizon < 1ULL << (SW_TICK_BITS - 1));
		for (j = 0; j < SW_ROLES; j++)
			must(config->limit[j].closed ||
			     !settings.rate[j].interval == !config->limit[j].interval_ns);
	}
}

/* Of no line is more shown than a terminal can be trusted with. */
static void check_warnings(char *text)
{
	char *line = text, *end;

	for (; *line; line = end + 1) {
		end = strchr(line, '\n');
		must(end);
		*end = '\0';
		must(starts_with(line, "spamweir: warning: ") && is_printable(line));
	}
}

static int read_rules(const struct sw_config *config, struct sw_rules **rules)
{
	FILE *real = stderr;
	const struct sw_reading reading = { 0 };
	struct sw_error error = { "" };
	char *warnings = NULL;
	size_t failed, size;
	int err;

	stderr = open_memstream(&warnings, &size);
	must(stderr);
	err = sw_rules_read(config, &reading, rules, &failed, &error);
	fclose(stderr);
	stderr = real;
	check_warnings(warnings);
	free(warnings);
	return err;
}

/* Inline entries only: no input is to have other files read. */
static void carry_on(const struct sw_config *config)
{
	struct sw_layout need;
	struct sw_rules *rules;
	size_t i;

	for (i = 0; i < config->feeds; i++) {
		if (sw_feed_has_list(&config->feed[i]))
			return;
	}
	must(!read_rules(config, &rules));
	must(!sw_rules_sort(rules));
	must(!sw_compile_measure(rules, &need));
	check_settings(config, rules);
	sw_rules_free(rules);
}

static void read_again(const struct sw_config *config)
{
	char *text = config_text(config), *second;
	struct sw_error error = { "" };
	struct sw_config *again;

	write_config(text, strlen(text));
	must(!sw_config_read(path, &again, &error));
	second = config_text(again);
	must(!strcmp(text, second));
	sw_config_free(again);
	free(second);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_config *config = (void *)1;
	struct sw_error error = { "" };
	int err;

	write_config(data, size);
	err = sw_config_read(path, &config, &error);
	if (err) {
		must(err == -EINVAL && !config);
		must(starts_with(error.text, path) && error.text[strlen(path)] == ':');
		must(is_printable(error.text));
		return 0;
	}
	must(!error.text[0]);
	check_config(config);
	read_again(config);
	carry_on(config);
	sw_config_free(config);
	return 0;
}
