// SPDX-License-Identifier: GPL-2.0
#include "kernel/generation.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "kernel/gate.h"

static int map_memory(int fd, size_t size, int protection, struct sw_generation *out,
		      struct sw_error *error)
{
	void *memory = mmap(NULL, size, protection, MAP_SHARED, fd, 0);

	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "cannot map a generation of %zu bytes: %s", size,
			       strerror(errno));
	*out = (struct sw_generation){ .fd = fd, .policy = memory, .size = size };
	return 0;
}

int sw_generation_map(const struct sw_layout *layout, struct sw_error *error)
{
	LIBBPF_OPTS(bpf_map_create_opts, options, .map_flags = BPF_F_MMAPABLE);
	size_t size = sw_policy_size(layout);
	int fd;

	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "generation", sizeof(__u32), size, 1, &options);
	if (fd < 0 && errno == EPERM)
		return sw_fail(error, -EPERM,
			       "the kernel refused the BPF object: %s; root, or CAP_BPF, "
			       "CAP_NET_ADMIN and CAP_PERFMON, is needed",
			       strerror(EPERM));
	if (fd < 0)
		return sw_fail(error, -errno, "no kernel memory for a generation of %zu MiB: %s",
			       size >> 20, strerror(errno));
	return fd;
}

int sw_generation_create(const struct sw_layout *layout, struct sw_generation *out,
			 struct sw_error *error)
{
	int fd = sw_generation_map(layout, error), err;

	if (fd < 0)
		return fd;
	err = map_memory(fd, sw_policy_size(layout), PROT_READ | PROT_WRITE, out, error);
	if (err)
		close(fd);
	return err;
}

#define PAGE 4096UL

static int open_part(void *ctx, struct sw_part part)
{
	struct sw_generation *generation = ctx;
	size_t begin = part.begin & ~(PAGE - 1);

	return mmap((char *)generation->policy + begin, part.end - begin, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_FIXED, generation->fd, begin) == MAP_FAILED
		       ? -errno
		       : 0;
}

/* Its pages but those at its ends, which may be of other parts too. The addresses stay
 * taken. */
static void close_part(void *ctx, struct sw_part part)
{
	struct sw_generation *generation = ctx;
	size_t begin = (part.begin + PAGE - 1) & ~(PAGE - 1), end = part.end & ~(PAGE - 1);

	if (begin < end)
		mmap((char *)generation->policy + begin, end - begin, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

struct sw_parts sw_generation_parts(struct sw_generation *generation)
{
	return (struct sw_parts){ open_part, close_part, generation };
}

int sw_generation_begin(const struct sw_layout *layout, struct sw_generation *out,
			struct sw_error *error)
{
	struct sw_generation begun = { .size = sw_policy_size(layout) };
	void *memory;
	int err;

	begun.fd = sw_generation_map(layout, error);
	if (begun.fd < 0)
		return begun.fd;
	memory = mmap(NULL, begun.size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		      0);
	begun.policy = memory == MAP_FAILED ? NULL : memory;
	err = begun.policy ? open_part(&begun, (struct sw_part){ 0, sizeof(*begun.policy) })
			   : -errno;
	if (err) {
		sw_generation_close(&begun);
		return sw_fail(error, err, "cannot map a generation of %zu bytes: %s", begun.size,
			       strerror(-err));
	}
	*out = begun;
	return 0;
}

#define FEW_PAGES 512 /* from then on it costs less to map all at once */

/* Leaves what is mapped as it is: nobody else has written to it. */
static int reach_all(struct sw_generation *generation)
{
	void *memory = mmap(generation->policy, generation->size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_FIXED, generation->fd, 0);

	if (memory == MAP_FAILED)
		return -errno;
	free(generation->within);
	generation->within = NULL;
	return 0;
}

static int reach_part(void *ctx, struct sw_part part)
{
	struct sw_generation *generation = ctx;
	size_t page, end = (part.end + PAGE - 1) / PAGE;
	int err = 0;

	for (page = part.begin / PAGE; generation->within && page < end && !err; page++) {
		__u64 *word = &generation->within[page / 64], bit = 1ULL << page % 64;

		if (*word & bit)
			continue;
		if (generation->pages == FEW_PAGES)
			return reach_all(generation);
		err = open_part(generation, (struct sw_part){ page * PAGE, (page + 1) * PAGE });
		if (err)
			return err;
		*word |= bit;
		generation->pages++;
	}
	return err;
}

struct sw_parts sw_generation_reaches(struct sw_generation *generation)
{
	return (struct sw_parts){ .open = reach_part, .ctx = generation };
}

int sw_generation_patch(int fd, size_t size, struct sw_generation *out)
{
	struct sw_generation patched = { .fd = fd, .size = size };
	void *memory;
	int err;

	memory = mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -errno;
	patched.policy = memory;
	patched.within = calloc(size / PAGE / 64 + 1, sizeof(*patched.within));
	err = patched.within
		      ? reach_part(&patched, (struct sw_part){ 0, sizeof(struct sw_settings) })
		      : -ENOMEM;
	if (err) {
		patched.fd = -1;
		sw_generation_close(&patched);
		return err;
	}
	*out = patched;
	return 0;
}

static int widen_gate(const struct sw_policy *policy, int gate_map, struct sw_error *error)
{
	struct sw_gate *gate = sw_gate_open(gate_map);

	if (!gate)
		return sw_fail(error, -errno, "cannot map the gate: %s", strerror(errno));
	sw_gate_widen(gate, policy);
	sw_gate_close(gate);
	return 0;
}

/* A patch may have opened few of the pages that are compared. */
static int widen_all(struct sw_generation *generation, int gate_map, struct sw_error *error)
{
	int err = generation->within ? reach_all(generation) : 0;

	if (err)
		return sw_fail(error, err, "cannot map a generation of %zu bytes: %s",
			       generation->size, strerror(-err));
	return widen_gate(generation->policy, gate_map, error);
}

/* The kernel waits for a grace period before it returns. */
static bool swap_in(const struct sw_generation *generation, int policy_map)
{
	__u32 zero = 0;

	return !bpf_map_update_elem(policy_map, &zero, &generation->fd, BPF_ANY);
}

void sw_generation_place(struct sw_generation *generation, int policy_map)
{
	generation->placed = swap_in(generation, policy_map);
}

void sw_generation_take_back(struct sw_generation *generation, int policy_map)
{
	__u32 zero = 0;

	if (generation->placed)
		bpf_map_delete_elem(policy_map, &zero);
	generation->placed = false;
}

int sw_generation_publish(struct sw_generation *generation, int policy_map, int gate_map,
			  struct sw_gate_change *change, struct sw_error *error)
{
	int err = 0;

	if (change && change->gate)
		sw_gate_change_widen(change);
	else
		err = widen_all(generation, gate_map, error);
	if (err)
		return err;
	/* From here on nobody writes to it, until it is a spare (kernel/spare.h). */
	munmap(generation->policy, generation->size);
	generation->policy = NULL;
	if (!generation->placed && !swap_in(generation, policy_map))
		return sw_fail(error, -errno, "the kernel refused the new generation: %s",
			       strerror(errno));
	return 0;
}

void sw_generation_close(struct sw_generation *generation)
{
	if (generation->policy)
		munmap(generation->policy, generation->size);
	if (generation->fd >= 0)
		close(generation->fd);
	free(generation->within);
	*generation = SW_NO_GENERATION;
}

static int refuse_running(struct sw_error *error)
{
	return sw_fail(error, -EPROTO,
		       "the running generation was not made by spamweir: `spamweir load` makes one");
}

/* Maps no more than `most` bytes, because each page that is mapped costs. */
static int open_running(int policy_map, size_t most, struct sw_generation *out,
			struct sw_error *error)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info), zero = 0, id;
	int fd, err;

	if (policy_map < 0 || bpf_map_lookup_elem(policy_map, &zero, &id))
		return sw_fail(error, -ENOENT,
			       "no generation is in force yet: a load is under way, or "
			       "was interrupted");
	fd = bpf_map_get_fd_by_id(id);
	if (fd < 0)
		return sw_fail(error, -errno, "cannot open the running generation: %s",
			       strerror(errno));
	if (bpf_obj_get_info_by_fd(fd, &info, &size))
		err = sw_fail(error, -errno, "cannot measure the running generation: %s",
			      strerror(errno));
	else if (info.type != BPF_MAP_TYPE_ARRAY || info.value_size < sizeof(struct sw_policy))
		err = refuse_running(error);
	else
		err = map_memory(fd, info.value_size < most ? info.value_size : most, PROT_READ,
				 out, error);
	if (err)
		close(fd);
	else if (sw_policy_size(&out->policy->settings.layout) != info.value_size)
		err = refuse_running(error);
	else
		return 0;
	if (out->policy)
		sw_generation_close(out);
	return err;
}

int sw_generation_running(int policy_map, struct sw_generation *out, struct sw_error *error)
{
	return open_running(policy_map, SIZE_MAX, out, error);
}

int sw_generation_glance(int policy_map, struct sw_generation *out, struct sw_error *error)
{
	return open_running(policy_map, sizeof(struct sw_settings), out, error);
}

void sw_generation_settle(int policy_map, int gate_map)
{
	struct sw_generation running = SW_NO_GENERATION;
	struct sw_gate *gate = sw_gate_open(gate_map);
	__u32 zero = 0;

	if (gate && !open_running(policy_map, sizeof(struct sw_policy), &running, NULL)) {
		/* Swapped for itself: the kernel waits for a grace period again, if there
		 * may be programs that have seen a bit which is cleared by now. */
		if (!sw_gate_narrow(gate, running.policy) ||
		    !bpf_map_update_elem(policy_map, &zero, &running.fd, BPF_ANY))
			sw_gate_be_exact(gate, running.policy);
	}
	sw_generation_close(&running);
	sw_gate_close(gate);
}

/* Swapped for itself, as above. */
static int wait_for_programs(int policy_map)
{
	int fd = bpf_map_get_fd_by_id(sw_generation_id(policy_map)), err;
	__u32 zero = 0;

	if (fd < 0)
		return -errno;
	err = bpf_map_update_elem(policy_map, &zero, &fd, BPF_ANY) ? -errno : 0;
	close(fd);
	return err;
}

void sw_generation_settle_change(int policy_map, struct sw_gate_change *change)
{
	if (!sw_gate_change_narrow(change) || !wait_for_programs(policy_map))
		sw_gate_change_be_exact(change);
	sw_gate_change_end(change);
}

int sw_generation_restore(const struct sw_generation *generation, int policy_map, int gate_map,
			  struct sw_error *error)
{
	int err = widen_gate(generation->policy, gate_map, error);
	__u32 zero = 0;

	if (!err && bpf_map_update_elem(policy_map, &zero, &generation->fd, BPF_ANY))
		err = sw_fail(error, -errno, "the kernel refused the previous generation: %s",
			      strerror(errno));
	if (!err)
		sw_generation_settle(policy_map, gate_map);
	return err;
}

__u32 sw_generation_id(int policy_map)
{
	__u32 zero = 0, id;

	return policy_map < 0 || bpf_map_lookup_elem(policy_map, &zero, &id) ? 0 : id;
}
