// SPDX-License-Identifier: GPL-2.0
#include "kernel/generation.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdint.h>
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

static int widen_gate(const struct sw_policy *policy, int gate_map, struct sw_error *error)
{
	struct sw_gate *gate = sw_gate_open(gate_map);

	if (!gate)
		return sw_fail(error, -errno, "cannot map the gate: %s", strerror(errno));
	sw_gate_widen(gate, policy);
	sw_gate_close(gate);
	return 0;
}

int sw_generation_publish(struct sw_generation *generation, int policy_map, int gate_map,
			  struct sw_error *error)
{
	int err = widen_gate(generation->policy, gate_map, error);
	__u32 zero = 0;

	if (err)
		return err;
	/* From here on nobody writes to it, until it is a spare (kernel/spare.h). */
	munmap(generation->policy, generation->size);
	generation->policy = NULL;
	/* The kernel waits for a grace period before it returns. */
	if (bpf_map_update_elem(policy_map, &zero, &generation->fd, BPF_ANY))
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
