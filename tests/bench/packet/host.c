// SPDX-License-Identifier: GPL-2.0
/*
 * host PREFIXES...: keeps a build of spamweir loaded, once with lists of each
 * size, for `packet` to run (see build.h). Prints the id of each program, in
 * that order, then those of the variants with lists of the last size, or 0. Then it
 * answers commands on stdin, one a line, with "ok": limit INDEX BURST, and
 * brake INDEX 0|1. It ends with its stdin.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "product.h"

#define MOST 8

static __u32 program_id(int program)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(program, &info, &size))
		bench_die("program");
	return info.id;
}

static void print_variants(const struct bench_product *product)
{
	int i;

	for (i = 0; i < BENCH_VARIANTS; i++)
		printf("%u\n",
		       bench_product_variant ? program_id(bench_product_variant(product, i)) : 0);
}

static bool obey(const char *line, struct bench_product **product, unsigned count)
{
	unsigned index, value;

	if (sscanf(line, "limit %u %u", &index, &value) == 2 && index < count) {
		bench_product_limit(product[index], value);
		return true;
	}
	if (sscanf(line, "brake %u %u", &index, &value) == 2 && index < count) {
		if (bench_product_brake)
			bench_product_brake(product[index], value);
		return true;
	}
	if (sscanf(line, "suspects %u %u", &index, &value) == 2 && index < count) {
		if (bench_product_suspects)
			bench_product_suspects(product[index], value);
		return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct bench_product *product[MOST];
	struct bench_lists lists;
	char line[64];
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < argc - 1 && i < MOST; i++) {
		bench_draw_lists(strtoul(argv[i + 1], NULL, 10), &lists);
		product[i] = bench_product_load(&lists);
		printf("%u\n", program_id(bench_product_program(product[i])));
	}
	print_variants(product[i - 1]);
	while (fgets(line, sizeof(line), stdin)) {
		if (!obey(line, product, i)) {
			fprintf(stderr, "host: not understood: %s", line);
			return 2;
		}
		puts("ok");
	}
	return 0;
}
