// SPDX-License-Identifier: GPL-2.0
#include "event/tap.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/cpus.h"
#include "event/merge.h"
#include "kernel/gate.h"
#include "kernel/inuse.h"

#define ASKS_FOR_NS 5000000000ULL
#define ASKS_EVERY_NS 1000000000ULL

/* A program has its frame in the ring long before this since it took the time. What is younger
 * waits for the next look, and what is older of all CPUs is there. */
#define SETTLED_NS 1000000ULL

/* The oldest of a ring, which has left it. */
struct fetched {
	struct sw_captured head;
	size_t room;
	char *data; /* of head.size bytes */
	bool is_there;
};

struct sw_tap {
	sw_tapped_fn tapped;
	void *ctx;
	struct sw_capture *asked; /* the kernel's */
	struct sw_gate *gate;	  /* the same */
	struct perf_buffer *rings;
	struct sw_merge merge; /* of the rings */
	struct fetched *fetched;
	size_t reading; /* the ring that is read */
	int out_of_memory;
	__u64 asked_ns; /* when it did so last; 0: it does not */
	int end;	/* what the callback returned, once it is not 0 */
};

/* As perf_event_open(2) has it. What is lost is counted by the programs. */
struct sample {
	struct perf_event_header header;
	__u32 size;
	char data[];
} __attribute__((packed));

static int keep(struct fetched *fetched, const struct sample *sample)
{
	const char *data = sample->data + sizeof(fetched->head);
	char *room = fetched->data;

	memcpy(&fetched->head, sample->data, sizeof(fetched->head));
	if (fetched->head.size > sample->size - sizeof(fetched->head))
		return 0;
	if (fetched->head.size > fetched->room)
		room = realloc(fetched->data, fetched->head.size);
	if (fetched->head.size && !room)
		return -ENOMEM;
	if (room != fetched->data)
		fetched->room = fetched->head.size;
	fetched->data = room;
	if (fetched->head.size)
		memcpy(room, data, fetched->head.size);
	fetched->is_there = true;
	return 0;
}

/* Takes one out of its ring, and no more. */
static enum bpf_perf_event_ret take(void *ctx, int cpu, struct perf_event_header *event)
{
	const struct sample *sample = (const void *)event;
	struct sw_tap *tap = ctx;
	struct fetched *fetched = &tap->fetched[tap->reading];

	(void)cpu;
	if (event->type != PERF_RECORD_SAMPLE || sample->size < sizeof(fetched->head))
		return LIBBPF_PERF_EVENT_CONT;
	tap->out_of_memory = keep(fetched, sample);
	return fetched->is_there || tap->out_of_memory ? LIBBPF_PERF_EVENT_DONE
						       : LIBBPF_PERF_EVENT_CONT;
}

static int fetch(void *ctx, size_t ring, __u64 *time)
{
	struct sw_tap *tap = ctx;
	int err;

	tap->reading = ring;
	tap->fetched[ring].is_there = false;
	err = perf_buffer__consume_buffer(tap->rings, ring);
	*time = tap->fetched[ring].is_there ? tap->fetched[ring].head.time_ns : SW_MERGE_NONE;
	return err ?: tap->out_of_memory;
}

static int tell(void *ctx, size_t ring)
{
	struct sw_tap *tap = ctx;
	const struct fetched *fetched = &tap->fetched[ring];

	tap->end = tap->tapped(tap->ctx, &fetched->head, fetched->data);
	return tap->end;
}

/* A power of two. */
static size_t ring_bytes(int cpus)
{
	size_t bytes = SW_TAP_RING_MOST;

	while (bytes > SW_TAP_RING_LEAST && bytes * cpus > SW_TAP_RINGS_MOST)
		bytes /= 2;
	return bytes;
}

static int order_rings(struct sw_tap *tap)
{
	size_t rings = perf_buffer__buffer_cnt(tap->rings), i;

	tap->merge = (struct sw_merge){
		.next = fetch,
		.tell = tell,
		.ctx = tap,
		.sources = rings,
		.time = calloc(rings, sizeof(*tap->merge.time)),
	};
	tap->fetched = calloc(rings, sizeof(*tap->fetched));
	if (!tap->merge.time || !tap->fetched)
		return -ENOMEM;
	for (i = 0; i < rings; i++)
		tap->merge.time[i] = SW_MERGE_NONE;
	return 0;
}

static int open_rings(const struct sw_state *state, struct sw_tap *tap, struct sw_error *error)
{
	int cpus = sw_possible_cpus();
	size_t bytes = ring_bytes(cpus);
	struct perf_event_attr attributes = {
		.size = sizeof(attributes),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_BPF_OUTPUT,
		.sample_type = PERF_SAMPLE_RAW,
		.sample_period = 1,
		.watermark = 1, /* who waits is woken when there is much, else looks by himself */
		.wakeup_watermark = bytes / 8,
	};

	if (cpus < 0)
		return sw_fail(error, cpus, "cannot count the CPUs: %s", strerror(-cpus));
	tap->rings = perf_buffer__new_raw(state->map[SW_MAP_captured],
					  bytes / sysconf(_SC_PAGESIZE), &attributes, take, tap,
					  NULL);
	if (!tap->rings)
		return sw_fail(error, -errno, "cannot open the rings of a capture: %s",
			       strerror(errno));
	return order_rings(tap);
}

static int map_asked(const struct sw_state *state, struct sw_tap *tap, struct sw_error *error)
{
	void *memory = mmap(NULL, sizeof(*tap->asked), PROT_READ | PROT_WRITE, MAP_SHARED,
			    state->map[SW_MAP_capture], 0);

	if (memory == MAP_FAILED)
		return sw_fail(error, -errno, "cannot map what is asked of the programs: %s",
			       strerror(errno));
	tap->asked = memory;
	tap->gate = sw_gate_open(state->map[SW_MAP_gate]);
	return tap->gate ? 0 : sw_fail(error, -errno, "cannot map the gate: %s", strerror(errno));
}

/* Whoever asked and has died, or has not asked again for long, does so no more. */
static bool is_taken(const struct sw_capture *asked, __u64 owner)
{
	if (!owner || sw_boottime_ns() > __atomic_load_n(&asked->until_ns, __ATOMIC_ACQUIRE))
		return false;
	return !kill(owner, 0) || errno == EPERM;
}

static int own(struct sw_tap *tap, struct sw_error *error)
{
	__u64 owner = __atomic_load_n(&tap->asked->owner, __ATOMIC_ACQUIRE);

	if (!is_taken(tap->asked, owner) &&
	    __atomic_compare_exchange_n(&tap->asked->owner, &owner, getpid(), false,
					__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
		return 0;
	return sw_fail(error, -EBUSY, "process %llu captures, and one can at a time", owner);
}

/* That a program has cleared the gate's word meanwhile is no matter: it is set again. */
static void ask(struct sw_tap *tap)
{
	__u64 now = sw_boottime_ns();

	if (now - tap->asked_ns < ASKS_EVERY_NS)
		return;
	tap->asked_ns = now;
	__atomic_store_n(&tap->asked->until_ns, now + ASKS_FOR_NS, __ATOMIC_RELEASE);
	__atomic_store_n(&tap->gate->capture, 1, __ATOMIC_RELEASE);
}

static void ask_no_more(struct sw_tap *tap)
{
	if (tap->asked_ns &&
	    __atomic_load_n(&tap->asked->owner, __ATOMIC_ACQUIRE) == (__u64)getpid()) {
		__atomic_store_n(&tap->gate->capture, 0, __ATOMIC_SEQ_CST);
		__atomic_store_n(&tap->asked->until_ns, 0, __ATOMIC_SEQ_CST);
	}
	tap->asked_ns = 0;
}

static int begin(const struct sw_state *state, const struct sw_capture_filter *filter,
		 struct sw_tap *tap, struct sw_error *error)
{
	int err = map_asked(state, tap, error);

	if (err || !tap->asked)
		return err;
	err = own(tap, error);
	if (err)
		return err;
	__atomic_store_n(&tap->asked->until_ns, 0, __ATOMIC_SEQ_CST);
	tap->asked->filter = *filter;
	memset(tap->asked->count, 0, sizeof(tap->asked->count));
	err = open_rings(state, tap, error);
	if (!err)
		ask(tap);
	return err;
}

int sw_tap_open(const struct sw_state *state, const struct sw_capture_filter *filter,
		sw_tapped_fn tapped, void *ctx, struct sw_tap **out, struct sw_error *error)
{
	struct sw_tap *tap;
	int err;

	err = sw_in_use_check(state, error);
	if (err)
		return err;
	if (state->map[SW_MAP_capture] < 0 || state->map[SW_MAP_captured] < 0)
		return sw_fail(error, -ENOTSUP,
			       "what is loaded is of a version that cannot capture: `spamweir load` "
			       "replaces it");
	tap = calloc(1, sizeof(*tap));
	if (!tap)
		return -ENOMEM;
	tap->tapped = tapped;
	tap->ctx = ctx;
	err = begin(state, filter, tap, error);
	if (err) {
		sw_tap_close(tap);
		return err;
	}
	*out = tap;
	return 0;
}

/* Who waits is woken when a ring has much, and looks at all when he is not. */
static int wait_for_frames(const struct sw_tap *tap, int timeout_ms)
{
	struct epoll_event ready;

	return epoll_wait(perf_buffer__epoll_fd(tap->rings), &ready, 1, timeout_ms) < 0 ? -errno
											: 0;
}

int sw_tap_poll(struct sw_tap *tap, int timeout_ms)
{
	int waited;

	if (__atomic_load_n(&tap->asked->owner, __ATOMIC_ACQUIRE) != (__u64)getpid())
		return -EBUSY;
	ask(tap);
	waited = wait_for_frames(tap, timeout_ms);
	if (waited && waited != -EINTR)
		return waited;
	return sw_merge_until(&tap->merge, sw_boottime_ns() - SETTLED_NS) ?: waited;
}

int sw_tap_stop(struct sw_tap *tap)
{
	ask_no_more(tap);
	return tap->end ?: sw_merge_until(&tap->merge, SW_MERGE_NONE);
}

void sw_tap_count(const struct sw_tap *tap, __u32 slot, struct sw_capture_count *out)
{
	*out = tap->asked->count[slot];
}

void sw_tap_close(struct sw_tap *tap)
{
	__u64 self = getpid();
	size_t i;

	if (!tap)
		return;
	if (tap->asked) {
		ask_no_more(tap);
		__atomic_compare_exchange_n(&tap->asked->owner, &self, 0, false, __ATOMIC_SEQ_CST,
					    __ATOMIC_SEQ_CST);
		munmap(tap->asked, sizeof(*tap->asked));
	}
	for (i = 0; tap->fetched && i < tap->merge.sources; i++)
		free(tap->fetched[i].data);
	free(tap->fetched);
	free(tap->merge.time);
	sw_gate_close(tap->gate);
	perf_buffer__free(tap->rings);
	free(tap);
}
