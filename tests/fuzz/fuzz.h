/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the fuzz targets share. A target decodes one input, runs the product's
 * own code on it and holds the outcome against what must be true of any input;
 * sanitizers watch meanwhile. Inputs are copied to where they end exactly, so
 * that every read behind them is seen.
 */
#ifndef SPAMWEIR_FUZZ_H
#define SPAMWEIR_FUZZ_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv);

#define must(condition) ((condition) ? (void)0 : fuzz_fail(__FILE__, __LINE__, #condition))

/* Past stdio, for a target may have stderr elsewhere. */
_Noreturn static inline void fuzz_fail(const char *file, int line, const char *condition)
{
	dprintf(STDERR_FILENO, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

/* The rest of an input. What lies behind its end reads as 0. */
struct input {
	const __u8 *at;
	size_t size;
};

static inline __u8 take8(struct input *input)
{
	if (!input->size)
		return 0;
	input->size--;
	return *input->at++;
}

static inline __u64 take(struct input *input, unsigned bytes)
{
	__u64 value = 0;

	while (bytes--)
		value = value << 8 | take8(input);
	return value;
}

static inline void *copy_of(const void *data, size_t size)
{
	void *copy = malloc(size);

	must(copy || !size);
	if (size)
		memcpy(copy, data, size);
	return copy;
}

/* One line that a terminal can be trusted with. */
static inline bool is_printable(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			return false;
	}
	return true;
}

static inline bool starts_with(const char *text, const char *start)
{
	return !strncmp(text, start, strlen(start));
}

#endif
