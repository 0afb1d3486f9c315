// SPDX-License-Identifier: GPL-2.0
#include "detect/contacts.h"

#include <stdlib.h>

#include "base/array.h"

struct reading {
	const struct sw_settings *settings;
	struct sw_contacts *out;
};

/* Whether what is cut of it passes, for monitor mode of all or of its NIC. A feed on trial may
 * have been what decided last: that says nothing of the others. */
static bool passes(const struct sw_settings *settings, const struct sw_ledger_view *view)
{
	return settings->monitor || (view->monitored && !settings->feed[view->feed].monitor);
}

static __u64 limited(const struct sw_settings *settings, const struct sw_ledger_view *view)
{
	if (passes(settings, view))
		return 0;
	return view->by_reason[SW_RATE_LIMIT] + view->by_reason[SW_SMTP_CLOSED] +
	       view->by_reason[SW_PROTECT_LIMIT];
}

static int note(void *ctx, const struct sw_ledger_view *view)
{
	const struct reading *r = ctx;
	struct sw_contacts *contacts = r->out;
	struct sw_contact contact = {
		.subject = view->subject,
		.contacts = view->calls,
		.limited = limited(r->settings, view),
		.first_age_s = view->first_age_s,
		.last_age_s = view->last_age_s,
	};
	int err;

	if (!contact.contacts && !contact.limited)
		return 0;
	if (view->reason == SW_CNC_DST) {
		contact.peer = view->peer;
		contact.feed = view->feed;
	}
	if (contacts->count == contacts->room) {
		err = sw_grow((void **)&contacts->contact, &contacts->room,
			      sizeof(*contacts->contact), 1024);
		if (err)
			return err;
	}
	contacts->contact[contacts->count++] = contact;
	return 0;
}

static int compare(const void *a, const void *b)
{
	const struct sw_contact *left = a, *right = b;

	return sw_prefix_compare(&left->subject, &right->subject);
}

int sw_contacts_read(const struct sw_state *state, const struct sw_settings *settings,
		     struct sw_contacts *out)
{
	int err;

	*out = (struct sw_contacts){ 0 };
	err = sw_ledger_each(state, settings, SW_SIDE_SUBSCRIBER, note,
			     &(struct reading){ settings, out });
	if (!err && out->count)
		qsort(out->contact, out->count, sizeof(*out->contact), compare);
	return err;
}

void sw_contacts_free(struct sw_contacts *contacts)
{
	free(contacts->contact);
}

struct sw_contact *sw_contacts_find(const struct sw_contacts *contacts,
				    const struct sw_prefix *subject)
{
	const struct sw_contact key = { .subject = *subject };

	if (!contacts->count)
		return NULL;
	return bsearch(&key, contacts->contact, contacts->count, sizeof(key), compare);
}
