// SPDX-License-Identifier: GPL-2.0
/*
 * gzip and deflate (RFC 1952, 1950, 1951) by zlib. Brotli (RFC 7932) and Zstandard (RFC
 * 8878) by the libraries that libcurl brings along, which are loaded with it: their few
 * functions, whose form has not changed since they were first released, are named here.
 */
#include "worker/unpack_codecs.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#define WINDOW 15 /* bits, of zlib */
#define GZIP 16	  /* to be added to them */

static struct {
	z_stream z;
	bool used, undecided; /* deflate: with zlib's header, or as some servers have it without */
	bool over;	      /* a member of a gzip file */
	bool padded;	      /* with zeros behind the last, as tapes were */

	void *(*brotli_create)(void *alloc, void *free, void *ctx);
	void (*brotli_destroy)(void *state);
	int (*brotli_step)(void *state, size_t *left, const uint8_t **in, size_t *room,
			   uint8_t **out, size_t *total);
	void *brotli;

	void *(*zstd_create)(void);
	size_t (*zstd_init)(void *stream);
	size_t (*zstd_step)(void *stream, void *out, void *in);
	unsigned (*zstd_is_error)(size_t code);
	void *zstd;
} state;

static int begin_zlib(int bits)
{
	if (state.used)
		inflateEnd(&state.z);
	memset(&state.z, 0, sizeof(state.z));
	state.undecided = state.over = state.padded = false;
	state.used = inflateInit2(&state.z, bits) == Z_OK;
	return state.used ? 0 : -ENOMEM;
}

static int begin_gzip(void)
{
	return begin_zlib(WINDOW + GZIP);
}

static int begin_deflate(void)
{
	int err = begin_zlib(WINDOW);

	state.undecided = !err;
	return err;
}

static int inflate_step(struct sw_codec_step *step)
{
	z_stream *z = &state.z;
	int result;

	z->next_in = (unsigned char *)step->in;
	z->avail_in = step->left;
	z->next_out = (unsigned char *)step->out;
	z->avail_out = step->room;
	result = inflate(z, Z_NO_FLUSH);
	step->in = z->next_in;
	step->left = z->avail_in;
	step->out = (char *)z->next_out;
	step->room = z->avail_out;
	step->ended = result == Z_STREAM_END;
	if (result == Z_MEM_ERROR)
		return -ENOMEM;
	return result == Z_OK || result == Z_STREAM_END || result == Z_BUF_ERROR ? 0 : -EBADMSG;
}

/* Behind the last member nothing but zeros may follow. */
static int step_padding(struct sw_codec_step *step)
{
	while (step->left && !*step->in) {
		step->in++;
		step->left--;
	}
	step->ended = true;
	return step->left ? -EBADMSG : 0;
}

/* One gzip file may be several behind each other, of which the next may come later. */
static int step_gzip(struct sw_codec_step *step)
{
	int err;

	state.padded |= state.over && step->left && !*step->in;
	if (state.padded)
		return step_padding(step);
	if (state.over && step->left && inflateReset(&state.z) != Z_OK)
		return -EBADMSG;
	err = inflate_step(step);
	state.over = step->ended;
	return err;
}

static int step_deflate(struct sw_codec_step *step)
{
	const unsigned char first = step->left ? *step->in : 0;

	if (state.undecided && step->left) {
		state.undecided = false;
		/* The lower four bits of zlib's header are 8, and those of a bare stream hardly
		 * ever are: that would be a stored block, with bits set that mean nothing. */
		if ((first & 15) != 8 && begin_zlib(-WINDOW))
			return -ENOMEM;
	}
	if (inflate_step(step))
		return -EBADMSG;
	return step->ended && step->left ? -EBADMSG : 0;
}

static int begin_brotli(void)
{
	if (state.brotli)
		state.brotli_destroy(state.brotli);
	state.brotli = state.brotli_create(NULL, NULL, NULL);
	return state.brotli ? 0 : -ENOMEM;
}

enum { /* BrotliDecoderResult */
	BROTLI_ERROR,
	BROTLI_SUCCESS,
};

static int step_brotli(struct sw_codec_step *step)
{
	int result = state.brotli_step(state.brotli, &step->left, &step->in, &step->room,
				       (uint8_t **)&step->out, NULL);

	step->ended = result == BROTLI_SUCCESS;
	return result == BROTLI_ERROR || (step->ended && step->left) ? -EBADMSG : 0;
}

static int begin_zstd(void)
{
	if (!state.zstd)
		state.zstd = state.zstd_create();
	return state.zstd && !state.zstd_is_error(state.zstd_init(state.zstd)) ? 0 : -ENOMEM;
}

/* As ZSTD_inBuffer and ZSTD_outBuffer. */
struct zstd_buffer {
	void *at;
	size_t size, done;
};

static int step_zstd(struct sw_codec_step *step)
{
	struct zstd_buffer in = { (void *)step->in, step->left, 0 };
	struct zstd_buffer out = { step->out, step->room, 0 };
	size_t result = state.zstd_step(state.zstd, &out, &in);

	step->in += in.done;
	step->left -= in.done;
	step->out += out.done;
	step->room -= out.done;
	step->ended = !result;
	return state.zstd_is_error(result) ? -EBADMSG : 0;
}

static const struct sw_codec by_gzip = { "gzip", "\x1f\x8b", 2, begin_gzip, step_gzip };
static const struct sw_codec by_deflate = { "deflate", "", 0, begin_deflate, step_deflate };
static const struct sw_codec by_brotli = { "br", "", 0, begin_brotli, step_brotli };
static const struct sw_codec by_zstd = { "zstd", "\x28\xb5\x2f\xfd", 4, begin_zstd, step_zstd };

static bool load(const char *name, const char *const *symbol, void **into[], size_t count)
{
	void *library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	size_t i;

	for (i = 0; library && i < count; i++) {
		*into[i] = dlsym(library, symbol[i]);
		if (!*into[i])
			return false;
	}
	return library;
}

static bool load_brotli(void)
{
	static const char *const symbol[] = { "BrotliDecoderCreateInstance",
					      "BrotliDecoderDestroyInstance",
					      "BrotliDecoderDecompressStream" };
	void **into[] = { (void **)&state.brotli_create, (void **)&state.brotli_destroy,
			  (void **)&state.brotli_step };

	return load("libbrotlidec.so.1", symbol, into, 3);
}

static bool load_zstd(void)
{
	static const char *const symbol[] = { "ZSTD_createDStream", "ZSTD_initDStream",
					      "ZSTD_decompressStream", "ZSTD_isError" };
	void **into[] = { (void **)&state.zstd_create, (void **)&state.zstd_init,
			  (void **)&state.zstd_step, (void **)&state.zstd_is_error };

	return load("libzstd.so.1", symbol, into, 4);
}

const struct sw_codecs *sw_codecs_load(void)
{
	static struct sw_codecs codecs;
	size_t i;

	codecs = (struct sw_codecs){ .codec = { &by_gzip, &by_deflate }, .count = 2 };
	if (load_brotli())
		codecs.codec[codecs.count++] = &by_brotli;
	if (load_zstd())
		codecs.codec[codecs.count++] = &by_zstd;
	for (i = 0; i < codecs.count; i++)
		snprintf(codecs.accepts + strlen(codecs.accepts),
			 sizeof(codecs.accepts) - strlen(codecs.accepts), "%s%s", i ? ", " : "",
			 codecs.codec[i]->name);
	return &codecs;
}
