// SPDX-License-Identifier: GPL-2.0
#include "config/providers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/array.h"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define CHECK "; as commonly published, check the terms"

/*
 * Intervals and credit lines as they are commonly published; nothing here was asked of the
 * providers, whose own terms hold. Known from public material about the lists: DROP (one
 * pull an hour at most, the credit stays), Feodo Tracker (CC0), blocklist.de (made anew
 * every 30 minutes) and Emerging Threats (every 12 hours). Of general knowledge, and the
 * first to be checked: all else, which is abuse.ch's five minutes and the terms of
 * ThreatFox and SSLBL, Team Cymru's four hours, and DShield's hour and licence.
 */
static const struct sw_provider providers[] = {
	{ "spamhaus.org", "/drop/", "Spamhaus DROP", HOUR,
	  "(c) The Spamhaus Project SLU, https://www.spamhaus.org/drop/; free as long as this "
	  "credit is kept" },
	{ "feodotracker.abuse.ch", "", "abuse.ch Feodo Tracker", 5 * MINUTE,
	  "https://feodotracker.abuse.ch/, CC0" },
	{ "threatfox.abuse.ch", "", "abuse.ch ThreatFox", 5 * MINUTE,
	  "https://threatfox.abuse.ch/, CC0" CHECK },
	{ "sslbl.abuse.ch", "", "abuse.ch SSLBL", 5 * MINUTE,
	  "https://sslbl.abuse.ch/, CC0" CHECK },
	{ "blocklist.de", "", "blocklist.de", 30 * MINUTE, "https://www.blocklist.de/" },
	{ "emergingthreats.net", "", "Emerging Threats", 12 * HOUR,
	  "https://rules.emergingthreats.net/" },
	{ "team-cymru.org", "", "Team Cymru", 4 * HOUR, "https://www.team-cymru.com/" CHECK },
	{ "dshield.org", "", "DShield", HOUR, "https://www.dshield.org/, CC BY-NC-SA" CHECK },
};

static bool is_host(const char *host, size_t size, const char *of)
{
	size_t length = strlen(of);

	return size >= length && !strncasecmp(host + size - length, of, length) &&
	       (size == length || host[size - length - 1] == '.');
}

const struct sw_provider *sw_provider_of(const char *url)
{
	const char *host = strstr(url, "://");
	size_t size, i;

	if (!host)
		return NULL;
	host += 3;
	size = strcspn(host, ":/?#");
	for (i = 0; i < SW_COUNT(providers); i++) {
		const char *path = host + strcspn(host, "/?#");

		if (is_host(host, size, providers[i].host) &&
		    !strncmp(path, providers[i].path, strlen(providers[i].path)))
			return &providers[i];
	}
	return NULL;
}
