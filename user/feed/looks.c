// SPDX-License-Identifier: GPL-2.0
#include "feed/looks.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"
#include "feed/endpoint.h"
#include "feed/format.h"
#include "feed/looks_csv.h"
#include "feed/zone.h"

static bool is_address(struct sw_span span)
{
	struct sw_prefix prefix;

	return !sw_span_prefix(span, &prefix);
}

/* Lines are parted at LF, so that this one is several. */
static bool is_of_several(struct sw_span line, char *out, size_t room)
{
	if (!memchr(line.at, '\r', line.size))
		return false;
	snprintf(out, room, "lines that end in CR alone; `tr '\\r' '\\n'` parts them");
	return true;
}

static bool is_action(struct sw_span word)
{
	static const char *const action[] = {
		"alert",     "drop",	   "pass",  "reject", "rejectsrc",
		"rejectdst", "rejectboth", "block", "sdrop",  "log",
	};
	size_t i;

	for (i = 0; i < sizeof(action) / sizeof(action[0]); i++) {
		if (word.size == strlen(action[i]) && !memcmp(word.at, action[i], word.size))
			return true;
	}
	return false;
}

/* "alert ip [192.0.2.1,192.0.2.7] any -> $HOME_NET any (msg:"...";)" */
static bool is_ids_rule(struct sw_span line, char *out, size_t room)
{
	struct sw_span rest = line;

	if (!is_action(sw_cut_word(&rest)) || !memmem(rest.at, rest.size, " any ", 5) ||
	    (!memmem(rest.at, rest.size, "->", 2) && !memmem(rest.at, rest.size, "<>", 2)))
		return false;
	snprintf(out, room,
		 "rules of Suricata or Snort; take the list of addresses that their publisher has, "
		 "too, such as compromised-ips.txt");
	return true;
}

static bool is_json(struct sw_span line, char *out, size_t room)
{
	if (*line.at != '{' && *line.at != '[')
		return false;
	if (*line.at == '[' && line.size > 1 && !memchr(line.at, '"', line.size) &&
	    !memchr(line.at, '{', line.size))
		return false; /* "[Adblock Plus]" */
	if (memmem(line.at, line.size, "\"asn\"", 5) &&
	    memmem(line.at, line.size, "\"asname\"", 8)) {
		snprintf(out, room,
			 "ASN-DROP, which lists AS numbers; only addresses can be listed");
		return true;
	}
	snprintf(out, room,
		 "JSON of another make; `json: { address: ip }` of the feed says where its "
		 "addresses are, and `each` in it where the objects are");
	return true;
}

static bool is_markup(struct sw_span line, char *out, size_t room)
{
	if (*line.at != '<')
		return false;
	snprintf(out, room, "HTML or XML; was an error page saved in its place?");
	return true;
}

/* "[2001:db8::1]", as in a URL */
static bool is_in_brackets(struct sw_span line, char *out, size_t room)
{
	if (line.size < 4 || *line.at != '[' || line.at[line.size - 1] != ']' ||
	    !is_address((struct sw_span){ line.at + 1, line.size - 2 }))
		return false;
	snprintf(out, room, "an address in brackets; `tr -d '[]'` takes them off");
	return true;
}

/* "192.0.2.*" */
static bool is_wild(struct sw_span line, char *out, size_t room)
{
	const char *star = memchr(line.at, '*', line.size);
	unsigned octets = 0;
	size_t i;

	for (i = 0; star && line.at + i < star; i++) {
		if (line.at[i] == '.')
			octets++;
		else if (!isdigit((unsigned char)line.at[i]))
			return false;
	}
	if (!octets || octets > 3 || star[-1] != '.')
		return false;
	snprintf(out, room, "a network with an asterisk; write %.*s%s/%u instead",
		 (int)(star - line.at), line.at,
		 octets == 3   ? "0"
		 : octets == 2 ? "0.0"
			       : "0.0.0",
		 8 * octets);
	return true;
}

/* "Some Organisation:192.0.2.0-192.0.2.255" */
static bool is_p2p(struct sw_span line, char *out, size_t room)
{
	const char *colon = memrchr(line.at, ':', line.size);
	struct sw_address_range range;

	if (!colon || colon == line.at || !sw_range_parse(sw_behind(line, colon), &range))
		return false;
	snprintf(out, room, "a list for PeerGuardian (P2P); sed 's/.*://' leaves its ranges");
	return true;
}

/* "192.000.002.000 - 192.000.002.255 , 000 , Some Org" */
static bool is_dat(struct sw_span line, char *out, size_t room)
{
	struct sw_span rest = line, word = sw_cut_word(&rest);
	struct sw_address_range range;

	if (!rest.size || *rest.at != '-' ||
	    !sw_zone_cut_addresses(SW_ZONE_IP4SET, &word, &range) ||
	    !memchr(rest.at, ',', rest.size))
		return false;
	snprintf(out, room,
		 "an IP filter of eMule's; sed -E 's/ ,.*//; s/\\b0+([0-9])/\\1/g' leaves its "
		 "ranges");
	return true;
}

static bool is_command(struct sw_span word)
{
	static const char *const command[] = {
		"-A",	   "-I",  "-",	      "deny",	     "Deny",
		"Require", "ip",  "iptables", "ip6tables",   "route",
		"ipset",   "nft", "ufw",      "access-list", "ExitAddress",
	};
	size_t i;

	for (i = 0; i < sizeof(command) / sizeof(command[0]); i++) {
		if (word.size == strlen(command[i]) && !memcmp(word.at, command[i], word.size))
			return true;
	}
	return false;
}

/* "deny 192.0.2.1;", "-A INPUT -s 192.0.2.1/32 -j DROP", "- 192.0.2.1" */
static bool is_of_another_program(struct sw_span line, char *out, size_t room)
{
	struct sw_span word = sw_cut_word(&line);

	if (!is_command(word))
		return false;
	while (line.size) {
		word = sw_cut_word(&line);
		if (word.size && strchr(";,", word.at[word.size - 1]))
			word.size--;
		if (!is_address(word))
			continue;
		snprintf(out, room,
			 "commands of another program; "
			 "grep -oE '[0-9]+([.][0-9]+){3}(/[0-9]+)?' leaves IPv4 addresses");
		return true;
	}
	return false;
}

/* "192.0.2.1:443", "[2001:db8::1]:443" */
static bool is_with_port(struct sw_span line, char *out, size_t room)
{
	struct sw_prefix address;
	struct sw_span port;

	if (!sw_endpoint_parse(sw_cut_word(&line), &address, &port))
		return false;
	snprintf(out, room, "an address with a port; sed 's/:[0-9]*$//' takes it off");
	return true;
}

static int mask_length(const struct sw_prefix *mask)
{
	__u32 bits = mask->address, length;

	if (bits && !(bits & (bits + 1)) && bits >> 31 == 0)
		bits = ~bits; /* as access lists have it: 0.0.0.255 */
	length = bits ? __builtin_popcount(bits) : 0;
	return length && bits == ~0U << (32 - length) ? (int)length : -1;
}

/* "192.0.2.0 255.255.255.0", "192.0.2.0/255.255.255.0", "192.0.2.0 0.0.0.255" */
static bool is_with_netmask(struct sw_span line, char *out, size_t room)
{
	const char *slash = memchr(line.at, '/', line.size);
	struct sw_span net = line, mask = line;
	struct sw_prefix address, bits;

	if (slash) {
		net = sw_before(line, slash);
		mask = sw_behind(line, slash);
	} else {
		net = sw_cut_word(&mask);
	}
	mask = sw_cut_word(&mask);
	if (sw_address_parse(net.at, net.size, &address) || address.family != SW_IPV4 ||
	    sw_address_parse(mask.at, mask.size, &bits) || bits.family != SW_IPV4 ||
	    mask_length(&bits) < 0)
		return false;
	snprintf(out, room, "a network with a netmask; write %.*s/%d instead", (int)net.size,
		 net.at, mask_length(&bits));
	return true;
}

static bool is_zone(struct sw_span line, char *out, size_t room)
{
	struct sw_span rest = line, word = sw_cut_word(&rest);
	struct sw_address_range range;

	if (rest.size && *rest.at == '-')
		return false; /* "192.000.002.000 - 192.000.002.255 , 000 , text" */
	/* "192.0.2.1 :127.0.0.2:text", "127/8", "192.0.2", "127.0.0.1-255" */
	if (*line.at != '$' && *line.at != ':' &&
	    !(is_address(word) && rest.size && *rest.at == ':') &&
	    (is_address(word) || !memchr(word.at, '.', word.size) ||
	     !sw_zone_cut_addresses(SW_ZONE_IP4SET, &word, &range)))
		return false;
	snprintf(out, room, "an rbldnsd zone; `format: ip4set` reads it, or ip4trie, or ip6trie");
	return true;
}

static bool is_host_name(struct sw_span span)
{
	bool letter = false, dot = false;
	size_t i;

	for (i = 0; i < span.size; i++) {
		if (!isalnum((unsigned char)span.at[i]) && !strchr(".-_/:", span.at[i]))
			return false;
		letter = letter || isalpha((unsigned char)span.at[i]);
		dot = dot || (i && span.at[i] == '.');
	}
	return letter && dot;
}

static bool is_hosts_file(struct sw_span line, char *out, size_t room)
{
	struct sw_span address = sw_cut_word(&line), name = sw_cut_word(&line);
	struct sw_prefix parsed;
	bool of_others;

	if (sw_span_prefix(address, &parsed) || line.size ||
	    (!is_host_name(name) && !sw_span_is(name, "localhost")))
		return false;
	/* 0.0.0.0 and 127.0.0.1 are nobody's. */
	of_others = parsed.family == SW_IPV4 && parsed.address >> 24 && parsed.address >> 24 != 127;
	snprintf(out, room, "a hosts file, which lists names%s",
		 of_others
			 ? "; if its addresses are meant, `format: urltable` takes names for remarks"
			 : "");
	return true;
}

static bool is_with_text(struct sw_span line, char *out, size_t room)
{
	struct sw_span word = sw_cut_word(&line);

	if (!is_address(word) || !line.size)
		return false;
	snprintf(out, room,
		 "an address with text behind it; `format: urltable` of the feed takes that "
		 "for a remark");
	return true;
}

static struct sw_span cut_field(struct sw_span *line)
{
	struct sw_span field = { line->at, 0 };

	while (field.size < line->size && !strchr(" \t,;", line->at[field.size]))
		field.size++;
	*line = (struct sw_span){ field.at + field.size, line->size - field.size };
	while (line->size && strchr(" \t,;", *line->at))
		*line = (struct sw_span){ line->at + 1, line->size - 1 };
	return field;
}

/* "192.0.2.1, 192.0.2.7", "192.0.2.0 192.0.2.255 24 NAME", "192.0.2.1," */
static bool is_of_addresses(struct sw_span line, char *out, size_t room)
{
	struct sw_span rest = line, field = cut_field(&rest);
	bool columns = memchr(line.at, ',', line.size) || memchr(line.at, ';', line.size);
	unsigned addresses = 0;

	for (; is_address(field); field = cut_field(&rest))
		addresses++;
	if (addresses > 1 && !field.size)
		snprintf(out, room,
			 "several addresses a line; tr -s ' ,;' '\\n' parts them; between the ends "
			 "of a range belongs a -");
	else if (addresses == 2 && !columns)
		snprintf(out, room,
			 "the ends of a range; awk '{ print $1 \"-\" $2 }' makes it one");
	else if (addresses == 1 && !field.size && columns)
		snprintf(out, room, "an address with a comma behind it; tr -d ',;' takes it off");
	return out[0];
}

/* As ipset(8) saves them. */
static bool is_ipset(struct sw_span line, char *out, size_t room)
{
	struct sw_span word = sw_cut_word(&line);

	sw_cut_word(&line); /* the set */
	if (!sw_span_is(word, "create") &&
	    (!sw_span_is(word, "add") || !is_address(sw_cut_word(&line))))
		return false;
	snprintf(out, room,
		 "what `ipset save` writes; sed -n 's/^add [^ ]* //p' takes its entries");
	return true;
}

static bool is_name(struct sw_span line, char *out, size_t room)
{
	if (!is_host_name(line))
		return false;
	snprintf(out, room, "a host name or URL; only addresses can be listed");
	return true;
}

char *sw_feed_looks_like(struct sw_span line, char *out, size_t room)
{
	/* The narrower ones first. */
	static bool (*const guess[])(struct sw_span line, char *out, size_t room) = {
		is_of_several,
		is_ids_rule,
		is_in_brackets,
		is_wild,
		is_p2p,
		is_dat,
		is_of_another_program,
		is_with_port,
		is_ipset,
		is_json,
		is_markup,
		is_with_netmask,
		is_of_addresses,
		sw_feed_looks_like_csv,
		is_zone,
		is_hosts_file,
		is_with_text,
		is_name,
	};
	size_t i;

	out[0] = '\0';
	for (i = 0; line.size && i < SW_COUNT(guess); i++) {
		if (guess[i](line, out, room))
			break;
	}
	return out;
}
