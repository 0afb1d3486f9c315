# SPDX-License-Identifier: GPL-2.0
# Included by the Makefile.
# make bench          against other filters, in one run: a quarter of an hour
# make bench-quick    the same with short lists: two minutes
# make bench-packets  packets only, no other filters: a minute at most
# make bench-daemon   the daemon at 10,000 signals a second, of 1,000,000 subscribers
# make bench-check    this tree against tests/bench/baseline.csv
#		      (which is of turns that did not follow XDP_PASS yet: bench-renew first)
# make bench-renew    make bench BASE=0.1.0's, then its results are those of
#		      tests/bench/results and README.md, and the baseline is made anew
# With BASE=rev, any git revision, the first three measure that one too, in turns
# with this tree, and print ratios. It is built in $(BUILD)/base-REV. Example,
# while you change bpf/:
#	make bench-packets BASE=HEAD
# Ratios of packets are of what either adds to XDP_PASS; of two builds of one tree
# they are within 3% of 1, within 10% where a packet is cheap and the machine busy.
# More ROUNDS make them better, and packets are measured sooner if only of CASES,
# an extended regular expression: make bench-packets CASES='drop|SYN'

.PHONY: bench bench-quick bench-packets bench-daemon bench-check bench-renew bench-tools bench-host

BASE ?=
ROUNDS ?=
CASES ?=
BENCH := $(BUILD)/tests/bench
BENCH_BPF := $(patsubst %.bpf.c,%,$(wildcard tests/bench/*.bpf.c tests/bench/packet/*.bpf.c))
BENCH_SKEL := $(BENCH_BPF:%=$(BUILD)/%.skel.h)
BENCH_SRC := $(filter-out %.bpf.c,$(wildcard tests/bench/*.c tests/bench/packet/*.c))
BENCH_OBJ := $(BENCH_SRC:%.c=$(BUILD)/%.o)
BENCH_TOOLS := $(patsubst %.c,$(BUILD)/%,$(filter-out tests/bench/packet/%,$(BENCH_SRC)))
# Only the host knows the product: of a base revision it is all that is built.
BENCH_HOST := $(BENCH)/packet/host
BENCH_HOST_OBJ := $(patsubst %,$(BENCH)/packet/%.o,host product draw)
BENCH_PACKET := $(BENCH)/packet/packet
BENCH_PACKET_OBJ := $(filter-out %/host.o %/product.o,$(filter $(BENCH)/packet/%,$(BENCH_OBJ)))

bench-tools: all $(BENCH_TOOLS) $(BENCH_PACKET) $(BENCH_HOST)

bench-host: $(BENCH_HOST)

# The commit of 0.1.0, as report.py knows it.
bench-renew: BASE = $(shell sed -n 's/^FIRST = "\(.*\)"/\1/p' tests/bench/report.py)

bench bench-quick bench-packets bench-daemon bench-check bench-renew: deps
	$(Q)$(MAKE) $(if $(filter bench-packets,$@),$(BENCH_PACKET) $(BENCH_HOST),bench-tools)
	$(Q)BASE=$(BASE) ROUNDS=$(ROUNDS) CASES='$(CASES)' tests/bench/run.sh $(BUILD) \
		$(patsubst bench-%,%,$(filter bench-%,$@))

$(BENCH_BPF:%=$(BUILD)/%.bpf.o): $(BUILD)/%.bpf.o: %.bpf.c Makefile
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -Itests/bench -Wno-unused-parameter -MF $(@:.o=.d) -c $< -o $@

$(BENCH_SKEL): %.skel.h: %.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name $(*F)_bpf > $@

$(BENCH_OBJ): $(BUILD)/%.o: %.c Makefile | $(BUILD)/spamweir.skel.h $(BENCH_SKEL)
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -I$(@D) -Itests/bench \
		-DBENCH_XDP_FILTER='"/usr/lib/$(MULTIARCH)/bpf/xdpfilt_alw_ip.o"' -c $< -o $@

$(BENCH_TOOLS): %: %.o
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS) -lm

$(BENCH_PACKET): $(BENCH_PACKET_OBJ)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS) -lm

$(BENCH_HOST): $(BENCH_HOST_OBJ) $(BUILD)/libspamweir.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS)
