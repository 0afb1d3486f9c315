// SPDX-License-Identifier: GPL-2.0
#include "worker/answer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/span.h"
#include "base/text.h"
#include "worker/child.h"

static int send_on(void *ctx, const void *bytes, size_t size)
{
	struct sw_answer *answer = ctx;
	size_t done = 0;
	ssize_t got;

	answer->size += size;
	if (answer->size > answer->most)
		return -EFBIG;
	while (done < size) {
		got = write(SW_CHILD_PIPE, (const char *)bytes + done, size - done);
		if (got > 0)
			done += got;
		else if (errno != EINTR)
			return -EPIPE;
	}
	return 0;
}

int sw_answer_init(struct sw_answer *answer, __u64 most)
{
	*answer = (struct sw_answer){ .most = most };
	answer->unpack = sw_unpack_new(send_on, answer);
	return answer->unpack ? 0 : -ENOMEM;
}

void sw_answer_begin(struct sw_answer *answer)
{
	*answer = (struct sw_answer){ .unpack = answer->unpack, .most = answer->most };
}

static bool is_header(struct sw_span line, const char *name, struct sw_span *value)
{
	size_t size = strlen(name);

	if (line.size <= size || strncasecmp(line.at, name, size) || line.at[size] != ':')
		return false;
	*value = sw_behind(line, line.at + size);
	return true;
}

/* libcurl takes the last of several lengths, and one that is too large for none at all. */
static void note_length(struct sw_answer *answer, struct sw_span value)
{
	char length[sizeof(answer->length)];

	if (!value.size || value.size >= sizeof(length)) {
		answer->unclear = true;
		return;
	}
	memcpy(length, value.at, value.size);
	length[value.size] = '\0';
	answer->unclear |= length[strspn(length, "0123456789")] ||
			   (answer->length[0] && strcmp(answer->length, length));
	memcpy(answer->length, length, sizeof(length));
}

/* RFC 9110, 14.4 gives it no meaning with a 200, where services say by it what they like, in
 * units of their own and often without a total: "items 0-14". Only what tells of more before or
 * behind is a part. */
static bool tells_of_more(struct sw_span range)
{
	struct sw_span word = sw_cut_word(&range);
	unsigned long long first, last, all;
	char text[64];
	int got;

	if (!range.size)
		range = word; /* no unit */
	snprintf(text, sizeof(text), "%.*s", (int)range.size, range.at);
	got = sscanf(text, "%llu-%llu/%llu", &first, &last, &all);
	return got >= 2 && (first || (got == 3 && all && last < all - 1));
}

/* libcurl takes headers that break off for all there are. Behind the body there may be
 * more, which end by themselves. */
void sw_answer_header(struct sw_answer *answer, const char *line, size_t size)
{
	struct sw_span header = { line, size && line[size - 1] == '\n' ? size - 1 : size }, value;

	header = sw_trim(header);
	if (!answer->headed && is_header(header, "Content-Length", &value))
		note_length(answer, value);
	if (!answer->headed && is_header(header, "Transfer-Encoding", &value))
		answer->chunked = true;
	if (!answer->headed && is_header(header, "Content-Range", &value))
		answer->part |= tells_of_more(value);
	if (size >= 5 && !memcmp(line, "HTTP/", 5)) {
		answer->headed = false; /* of a proxy, or "100 Continue", were those before */
		answer->chunked = answer->unclear = answer->part = false;
		answer->length[0] = '\0';
	} else if ((size == 2 && !memcmp(line, "\r\n", 2)) || (size == 1 && *line == '\n')) {
		answer->headed = true;
	}
}

/* It reads no more than was announced, and only here says that there was more. */
void sw_answer_remark(struct sw_answer *answer, const char *text, size_t size)
{
	static const char excess[] = "Excess found";

	if (size >= sizeof(excess) - 1 && !memcmp(text, excess, sizeof(excess) - 1))
		answer->excess = true;
}

bool sw_answer_take(struct sw_answer *answer, bool list, const char *encoding, const void *bytes,
		    size_t size)
{
	answer->packed += size;
	if (answer->packed > answer->most)
		answer->err = -EFBIG;
	else if (!list)
		return true;
	if (!answer->err && !answer->begun) {
		snprintf(answer->encoding, sizeof(answer->encoding), "%s", encoding);
		answer->encoding[strcspn(answer->encoding, "\r")] = '\0'; /* if it is empty */
		answer->err = sw_unpack_begin(answer->unpack, answer->encoding);
		answer->begun = true;
	}
	if (!answer->err)
		answer->err = sw_unpack_take(answer->unpack, bytes, size);
	return !answer->err;
}

static int explain(const struct sw_answer *answer, const char *url, struct sw_error *error)
{
	char text[sizeof(answer->encoding) * 4];

	sw_printable(text, sizeof(text), answer->encoding);
	switch (answer->err) {
	case -EFBIG:
		return sw_fail(error, -EFBIG, "%s: is larger than %llu bytes (max_size)", url,
			       answer->most);
	case -EPROTONOSUPPORT:
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the server compresses it by \"%s\" "
			       "(expected one of %s)",
			       url, text, sw_unpack_accepts(answer->unpack));
	case -EBADMSG:
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: what the server sends is not compressed by "
			       "%s, or is damaged",
			       url, *text ? text : "gzip or zstd, as it begins");
	case -ENODATA:
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the compressed answer is cut short", url);
	default:
		return sw_fail(error, -EIO, "%s: cannot be taken: %s", url, strerror(-answer->err));
	}
}

int sw_answer_judge(struct sw_answer *answer, const char *url, struct sw_error *error)
{
	if (!answer->err && answer->begun)
		answer->err = sw_unpack_end(answer->unpack);
	if (answer->err)
		return explain(answer, url, error);
	if (!answer->headed)
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the answer ends within its headers", url);
	if (answer->unclear && !answer->chunked && answer->begun)
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the server sends several Content-Lengths, or "
			       "one that can be none (expected one number of bytes)",
			       url);
	if (answer->part && answer->begun)
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the server sends a part of it, by its "
			       "Content-Range (expected all)",
			       url);
	if (answer->excess && answer->begun)
		return sw_fail(error, -EIO,
			       "%s: cannot be fetched: the server sends more than its "
			       "Content-Length says",
			       url);
	return 0;
}
