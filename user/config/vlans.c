// SPDX-License-Identifier: GPL-2.0
#include "config/vlans.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/names.h"
#include "config/mapping.h"
#include "config/schema.h"

static const char vids[] = "a VLAN or several, such as 100 or 200-299, from 1 to 4094";

/* A VID of at most four digits; 0: it is none. */
static unsigned read_vid(const char **text)
{
	size_t digits = strspn(*text, "0123456789");
	unsigned vid = **text != '0' && digits && digits < 5 ? strtoul(*text, NULL, 10) : 0;

	*text += digits;
	return vid <= SW_VLAN_LAST ? vid : 0;
}

static int read_range(const struct sw_value *key, unsigned *first, unsigned *last)
{
	const char *text = sw_value_text(key, vids);

	if (!text)
		return -EINVAL;
	*first = *last = read_vid(&text);
	if (*first && *text == '-') {
		text++;
		*last = read_vid(&text);
	}
	if (!*first || *text || *last < *first)
		return sw_value_expected(key, vids);
	return 0;
}

static int read_role(const struct sw_value *value, enum sw_vlan_role *role)
{
	const char *words[SW_VLAN_ROLES] = {
		[SW_VLAN_ACCESS] = sw_role_name(SW_ACCESS),
		[SW_VLAN_UPSTREAM] = sw_role_name(SW_UPSTREAM),
		[SW_VLAN_NONE] = "none",
	};
	size_t word;
	int err = sw_value_word(value, words, SW_COUNT(words), &word);

	if (!err)
		*role = word;
	return err;
}

static int read_pair(const struct sw_value *vlans, const yaml_node_pair_t *pair,
		     struct sw_interface_config *interface)
{
	yaml_document_t *document = &vlans->yaml->document;
	struct sw_value value = *vlans;
	enum sw_vlan_role role;
	unsigned vid, last;
	int err;

	value.node = yaml_document_get_node(document, pair->key);
	err = read_range(&value, &vid, &last);
	if (err)
		return err;
	value.node = yaml_document_get_node(document, pair->value);
	err = read_role(&value, &role);
	for (; vid <= last && !err; vid++) {
		if (sw_vlan_role(interface->vlan, vid))
			err = sw_value_fail(&value, "VLAN %u is given a role twice", vid);
		interface->vlan[vid >> 2] |= role << 2 * (vid & 3);
	}
	return err;
}

int sw_config_read_vlans(const struct sw_value *value, void *into)
{
	struct sw_interface_config *interface = into;
	const yaml_node_pair_t *pair;
	int err = 0;

	if (sw_value_is_nothing(value))
		return 0;
	if (!sw_value_is_mapping(value))
		return sw_value_expected(value, "roles by VLAN, such as { 100: upstream, 200-299: "
						"access, 2000: none }");
	for (pair = value->node->data.mapping.pairs.start;
	     pair < value->node->data.mapping.pairs.top && !err; pair++) {
		err = read_pair(value, pair, interface);
		interface->vlans = true;
	}
	return err;
}
