// SPDX-License-Identifier: GPL-2.0
/*
 * host PREFIXES...: keeps a build of spamweir loaded, once with lists of each
 * size, for `packet` to run (see build.h). Prints the id of each program, in
 * that order. Then it answers commands on stdin, one a line, with "ok":
 * limit INDEX BURST. It ends with its stdin.
 */
#include <bpf/bpf.h>
#include <stdio.h>
#include <stdlib.h>

#include "product.h"

#define MOST 8

static __u32 program_id(const struct bench_product *product)
{
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (bpf_obj_get_info_by_fd(bench_product_program(product), &info, &size))
		bench_die("program");
	return info.id;
}

int main(int argc, char **argv)
{
	struct bench_product *product[MOST];
	struct bench_lists lists;
	unsigned index, burst;
	char line[64];
	int i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (i = 0; i < argc - 1 && i < MOST; i++) {
		bench_draw_lists(strtoul(argv[i + 1], NULL, 10), &lists);
		product[i] = bench_product_load(&lists);
		printf("%u\n", program_id(product[i]));
	}
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "limit %u %u", &index, &burst) != 2 || index >= (unsigned)i) {
			fprintf(stderr, "host: not understood: %s", line);
			return 2;
		}
		bench_product_limit(product[index], burst);
		puts("ok");
	}
	return 0;
}
