// SPDX-License-Identifier: GPL-2.0
#include "config/providers.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)

/*
 * Sources, as read in November 2026: www.spamhaus.org/blocklists/do-not-route-or-peer
 * (one pull an hour at most, the credit stays); the headers of abuse.ch's lists (CC0,
 * made anew every five minutes); www.blocklist.de/en/export.html (every 30 minutes);
 * rules.emergingthreats.net (made anew every 12 hours); team-cymru.com, fullbogons
 * (every four hours); the header of DShield's block list.
 */
static const struct sw_provider providers[] = {
	{ "spamhaus.org", "/drop/", "Spamhaus DROP", HOUR,
	  "(c) The Spamhaus Project SLU, https://www.spamhaus.org/drop/; free as long as this "
	  "credit is kept" },
	{ "feodotracker.abuse.ch", "", "abuse.ch Feodo Tracker", 5 * MINUTE,
	  "https://feodotracker.abuse.ch/, CC0" },
	{ "threatfox.abuse.ch", "", "abuse.ch ThreatFox", 5 * MINUTE,
	  "https://threatfox.abuse.ch/, CC0" },
	{ "sslbl.abuse.ch", "", "abuse.ch SSLBL", 5 * MINUTE, "https://sslbl.abuse.ch/, CC0" },
	{ "blocklist.de", "", "blocklist.de", 30 * MINUTE, "https://www.blocklist.de/" },
	{ "emergingthreats.net", "", "Emerging Threats", 12 * HOUR,
	  "https://rules.emergingthreats.net/" },
	{ "team-cymru.org", "", "Team Cymru", 4 * HOUR, "https://www.team-cymru.com/" },
	{ "dshield.org", "", "DShield", HOUR, "https://www.dshield.org/, CC BY-NC-SA" },
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
	for (i = 0; i < sizeof(providers) / sizeof(providers[0]); i++) {
		const char *path = host + strcspn(host, "/?#");

		if (is_host(host, size, providers[i].host) &&
		    !strncmp(path, providers[i].path, strlen(providers[i].path)))
			return &providers[i];
	}
	return NULL;
}
