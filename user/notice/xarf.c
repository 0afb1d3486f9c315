// SPDX-License-Identifier: GPL-2.0
#include "notice/xarf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "notice/mime.h"

static json_t *contact(const struct sw_notices_config *notices)
{
	const char *at = strchr(notices->contact ?: "", '@');
	json_t *object = json_object();

	sw_json_set(&object, "org", sw_json_text(notices->organisation ?: ""));
	sw_json_set(&object, "contact", sw_json_text(notices->contact ?: ""));
	sw_json_set(&object, "domain", sw_json_text(at ? at + 1 : ""));
	return object;
}

static json_t *base64(const char *text)
{
	char *encoded = NULL;
	json_t *string = NULL;
	size_t size;
	FILE *out = open_memstream(&encoded, &size);

	if (!out)
		return NULL;
	sw_mime_base64(out, text, strlen(text));
	if (!fclose(out))
		string = json_string(encoded);
	free(encoded);
	return string;
}

static json_t *evidence(const json_t *signals)
{
	char *text = json_dumps(signals, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	json_t *item = text ? json_object() : NULL, *list = json_array();

	if (item) {
		sw_json_set(&item, "content_type", json_string("application/json"));
		sw_json_set(&item, "description",
			    json_string("What was seen, kind by kind and address by address"));
		sw_json_set(&item, "payload", base64(text));
		sw_json_set(&item, "size", json_integer(strlen(text)));
	}
	sw_json_append(&list, item);
	free(text);
	return list;
}

static void set_time(json_t **report, const char *key, const json_t *found, const char *of)
{
	char text[32];

	sw_notice_time(found, of, text, sizeof(text));
	if (text[0])
		sw_json_set(report, key, json_string(text));
}

/* What is known of the botnet. */
static void set_signals(json_t **report, const json_t *signals)
{
	json_t *can = json_array();
	const char *server = "";
	bool mail = false;
	size_t i;

	for (i = 0; i < json_array_size(signals); i++) {
		const json_t *signal = json_array_get(signals, i);

		mail |= sw_notice_is_of_mail(signal);
		if (!*server && sw_notice_is_of_cnc(signal))
			server = sw_notice_text(signal, "peer");
	}
	if (*server)
		sw_json_set(report, "c2_server", sw_json_text(server));
	if (mail) {
		sw_json_append(&can, json_string("spam"));
		sw_json_set(report, "bot_capabilities", can);
	} else {
		json_decref(can);
	}
	sw_json_set(report, "evidence", evidence(signals));
}

json_t *sw_xarf(const struct sw_notice_source *source)
{
	const json_t *found = sw_notice_case(source);
	json_t *report = found ? json_object() : NULL;

	if (!report)
		return NULL;
	sw_json_set(&report, "xarf_version", json_string("4.0.0"));
	sw_json_set(&report, "report_id", sw_json_text(sw_notice_text(source->document, "id")));
	set_time(&report, "timestamp", found, "last");
	sw_json_set(&report, "reporter", contact(source->notices));
	sw_json_set(&report, "sender", contact(source->notices));
	sw_json_set(&report, "source_identifier", sw_json_text(sw_notice_text(found, "address")));
	sw_json_set(&report, "category", json_string("infrastructure"));
	sw_json_set(&report, "type", json_string("botnet"));
	sw_json_set(&report, "evidence_source", json_string("traffic_analysis"));
	sw_json_set(&report, "description", sw_json_text(sw_notice_text(found, "sentence")));
	sw_json_set(&report, "compromise_evidence",
		    sw_json_text(sw_notice_text(found, "sentence")));
	set_time(&report, "first_seen", found, "first");
	set_time(&report, "last_seen", found, "last");
	set_signals(&report, json_object_get(found, "signals"));
	return report;
}
