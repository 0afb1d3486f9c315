/* SPDX-License-Identifier: GPL-2.0 */
/* Lists as JSON objects, whose members are known by name as columns of a table are. */
#ifndef SPAMWEIR_FEED_OBJECTS_H
#define SPAMWEIR_FEED_OBJECTS_H

#include "feed/table.h"

/* Whether an object where `path` leads, as sw_walk has it, has all members that the
 * table needs, or null for them. */
bool sw_objects_recognise(struct sw_span text, const char *path, const struct sw_table *table);

/* Whether it leads anywhere in the text, as far as that is JSON. */
bool sw_objects_has(struct sw_span text, const char *path);

/* A struct sw_feed_format's read_text: each object where `path` leads is a row. A name
 * may lead further, with dots. A value is a text, a number, true or false as a text, or
 * an array of them with commas between; null is empty. Of table->texts an object that lacks
 * column[0], which another has, is passed over. */
int sw_objects_read(struct sw_feed_reader *reader, struct sw_span text, const char *path,
		    const struct sw_table *table);

/* Whether the first line is an object of its own, with more of them behind it. */
bool sw_objects_are_lines(struct sw_span text);

/* The same as sw_objects_read of those. */
int sw_objects_read_lines(struct sw_feed_reader *reader, struct sw_span text,
			  const struct sw_table *table);

#endif
