# SPDX-License-Identifier: GPL-2.0
# make            the binary, with the BPF object inside
# make demo       the main job, shown in a lab of network namespaces (root)
# make demo-fleet  forty routers that know what one has found out, by BGP (root)
# make test       all tests (root)
# make test-busy  those that time is anything to, beside four busy loops (root)
# make check      those that need no root: units, and the rules of the house
# make lint       compilers, analyzers, sanitizers, byte order, scripts, manual pages, format
# make mix        who is taken for a zombie in a synthetic mix, over thresholds and SEEDS (root)
# make mix-live   the mix with real programs in network namespaces, for MINUTES (root)
# make test-mailers  real mail programs as senders that are slowed (root)
# make test-fleet  what scripts/fleet has, by the routing daemons of Debian 13 (root)
# make test-kernels  the datapath on other kernels, in QEMU (no KVM needed)
# make fuzz       the parsers under libFuzzer, FUZZ_SECONDS each
# make judge      captures and random frames, replayed, against an independent judge
# make soak       the same for SOAK_SECONDS
# make coverage   of user/, by the unit and packet tests
# make bench      against other filters; bench-quick, bench-check: see tests/bench/bench.mk
# make install    and uninstall: DESTDIR and PREFIX are heeded
# make test-readme  what its Quickstart says, word for word in a fresh Debian 12, timed
# make deb        Debian packages of what is committed; test-packages tries them
# make lint-packages  the bill of materials, the rpm spec and the Ansible role, by others' tools
# make screenshots    what README shows of the dashboard and of a session
# V=1 shows commands.

PREFIX ?= /usr/local
BUILD ?= .build
CLANG ?= clang
BPFTOOL ?= $(firstword $(wildcard /usr/sbin/bpftool) bpftool)
PKG_CONFIG ?= pkg-config
ifeq ($(origin CC),default)
CC := gcc
endif

# The release these sources belong to; a clone that has tags knows it better.
RELEASE := 0.2.0
VERSION := $(or $(patsubst v%,%,$(shell git describe --tags --match 'v*' --dirty 2>/dev/null)),$(RELEASE))

# What is no error to those who package this, with other compilers, is one here:
# in a clone.
WERROR ?= $(if $(wildcard .git),-Werror)

LIBS := libxdp libbpf libelf yaml-0.1 jansson sqlite3 zlib libxxhash libmnl libseccomp libcap-ng ncursesw

CFLAGS ?= -O2 -g
WARN := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes $(WERROR)
INCLUDE := -Iinclude -Iuser -I$(BUILD)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(WARN) $(INCLUDE) $(CPPFLAGS) $(CFLAGS) -MMD -MP
ALL_LIBS = $(shell $(PKG_CONFIG) --libs $(LIBS)) -lpthread -lm

MULTIARCH := $(shell $(CC) -print-multiarch)
BPF_CFLAGS := -target bpf -mcpu=v3 -O2 -g -fdebug-compilation-dir=. -Wall -Wextra $(WERROR) -I/usr/include/$(MULTIARCH) \
	      -Iinclude -Ibpf -MMD -MP
# Whose order of stores programs may count on.
BPF_CFLAGS += $(if $(filter x86_64-% i386-%,$(MULTIARCH)),-D__TARGET_ARCH_x86)

USER_SRC := $(wildcard user/*.c user/*/*.c)
LIB_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out user/main.c,$(USER_SRC)))
UNIT := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c))
PROGRUN := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/progrun/test_*.c))
GUEST := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/kernels/*.c))
PROGRUN_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(filter-out $(wildcard tests/progrun/test_*.c),$(wildcard tests/progrun/*.c)))

ifeq ($(V),1)
Q :=
say :=
else
Q := @
say = @printf '  %-8s %s\n' $(1) $(2)
MAKEFLAGS += --no-print-directory
endif

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: FORCE all tests units clean install uninstall deb test-packages test-readme lint-packages screenshots demo demo-fleet test test-busy mix mix-live test-mailers test-fleet check lint deps build-deps test-kernels fuzz judge soak coverage

all: $(BUILD)/spamweir $(BUILD)/schema/config.schema.json

tests: all $(UNIT) $(PROGRUN) $(GUEST)

$(BUILD)/spamweir.bpf.o: bpf/spamweir.bpf.c Makefile
	$(call say,BPF,$@)
	@mkdir -p $(@D)
	$(Q)$(CLANG) $(BPF_CFLAGS) -MF $(@:.o=.d) -c $< -o $@

$(BUILD)/spamweir.skel.h: $(BUILD)/spamweir.bpf.o
	$(call say,SKEL,$@)
	$(Q)$(BPFTOOL) gen skeleton $< name spamweir_bpf > $@

# Written when it differs, so that a commit does not rebuild what did not change.
$(BUILD)/spamweir.version.h: FORCE
	@mkdir -p $(@D)
	@echo '#define SW_VERSION "$(VERSION)"' | cmp -s - $@ || echo '#define SW_VERSION "$(VERSION)"' > $@

FORCE:

$(BUILD)/%.o: %.c Makefile | $(BUILD)/spamweir.skel.h $(BUILD)/spamweir.version.h
	$(call say,CC,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) -c $< -o $@

$(BUILD)/libspamweir.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && ar qcsP $@ $^ # P: rooms may have files of one name

$(BUILD)/spamweir: $(BUILD)/user/main.o $(BUILD)/libspamweir.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS)

$(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/libspamweir.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS) -lcmocka

$(BUILD)/tests/progrun/%: $(BUILD)/tests/progrun/%.o $(PROGRUN_OBJ) $(BUILD)/libspamweir.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS) -lcmocka

$(BUILD)/tests/kernels/%: $(BUILD)/tests/kernels/%.o $(BUILD)/libspamweir.a
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) $^ -o $@ $(ALL_LIBS)

# The first of them stands for all. What is no verb any more has none.
$(BUILD)/schema/config.schema.json: scripts/schema/make.py $(wildcard user/config/*.c) user/base/names.c
	$(call say,SCHEMA,$(@D))
	$(Q)rm -f $(@D)/*.schema.json
	$(Q)scripts/schema/make.py $(@D)

# A header that changes rebuilds what included it; the skeleton, what embeds it.
-include $(shell test -d $(BUILD) && find $(BUILD) -path '$(BUILD)/base-*' -prune -o -type f -name '*.d' -print)

deps:
	$(Q)scripts/deps.sh

build-deps:
	$(Q)scripts/deps.sh build

demo: deps
	$(Q)$(MAKE) all
	$(Q)scripts/demo.sh $(BUILD)/spamweir

demo-fleet: deps
	$(Q)$(MAKE) all
	$(Q)scripts/demo-fleet.sh $(BUILD)/spamweir $(ROUTERS) $(ENTRIES)

test: deps
	$(Q)$(MAKE) tests
	$(Q)tests/run.sh $(BUILD)

test-busy: deps
	$(Q)$(MAKE) tests
	$(Q)tests/busy.sh $(BUILD) $(PARTS)

SEEDS ?= 30
mix: deps
	$(Q)$(MAKE) all
	$(Q)tests/mix/table.py $(BUILD)/spamweir $(SEEDS)

MINUTES ?= 60
mix-live: deps
	$(Q)$(MAKE) all
	$(Q)tests/mix/live.sh $(BUILD) $(MINUTES)

test-mailers: deps
	$(Q)$(MAKE) all
	$(Q)tests/mailers.sh $(BUILD)

test-fleet: deps
	$(Q)$(MAKE) all
	$(Q)ROUTING=trixie tests/e2e/run.sh $(BUILD) test_fleet.py test_reflectors.py test_routing_facts.py

units: $(UNIT)

lint: deps
	$(Q)$(MAKE) all
	$(Q)tests/lint.sh $(BUILD) $(PARTS)

check:
	$(Q)$(MAKE) all $(UNIT)
	$(Q)tests/check.sh $(BUILD)

test-kernels: deps
	$(Q)$(MAKE) tests
	$(Q)tests/kernels/run.sh $(BUILD) $(KERNELS)

FUZZ_SECONDS ?= 60
fuzz: deps
	$(Q)tests/fuzz/run.sh $(BUILD) $(FUZZ_SECONDS)

judge: deps
	$(Q)$(MAKE) all
	$(Q)tests/judge/run.sh $(BUILD)

SOAK_SECONDS ?= 3600
soak: deps
	$(Q)$(MAKE) all
	$(Q)tests/judge/soak.sh $(BUILD) $(SOAK_SECONDS)

coverage: deps
	$(Q)$(MAKE) all
	$(Q)tests/coverage.sh $(BUILD)

MAN := $(wildcard user/man/*)

# FILE:DIRECTORY[/NAME] below PREFIX; a path that ends with / keeps the file's name.
SHARED_FILES := $(foreach page,$(MAN),$(page):share/man/man$(subst .,,$(suffix $(page)))/) \
	scripts/systemd/spamweir.service:lib/systemd/system/ \
	scripts/systemd/spamweir-worker.service:lib/systemd/system/ \
	scripts/systemd/spamweir-worker.socket:lib/systemd/system/ \
	scripts/systemd/spamweir.sysusers:lib/sysusers.d/spamweir.conf \
	scripts/spamweir.yaml:share/doc/spamweir/examples/ \
	scripts/completion/spamweir.bash:share/bash-completion/completions/spamweir \
	scripts/completion/_spamweir:share/zsh/site-functions/ \
	scripts/completion/spamweir.fish:share/fish/vendor_completions.d/

# Of one of these, where it goes.
placed = $(DESTDIR)$(PREFIX)/$(lastword $(subst :, ,$(1)))$(if $(filter %/,$(1)),$(notdir $(firstword $(subst :, ,$(1)))))

install: all
	install -D -m 755 $(BUILD)/spamweir $(DESTDIR)$(PREFIX)/sbin/spamweir
	install -d $(DESTDIR)/etc/spamweir
	$(Q)set -e; $(foreach file,$(SHARED_FILES),install -D -m 644 $(firstword $(subst :, ,$(file))) $(call placed,$(file));)
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/spamweir/schema $(BUILD)/schema/*.schema.json

# What `install` put there. /etc/spamweir, the state directory and what is in force stay.
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/sbin/spamweir $(foreach file,$(SHARED_FILES),$(call placed,$(file)))
	rm -f $(DESTDIR)$(PREFIX)/share/spamweir/schema/*.schema.json
	-$(Q)rmdir $(DESTDIR)$(PREFIX)/share/spamweir/schema $(DESTDIR)$(PREFIX)/share/spamweir
	-$(Q)rmdir $(DESTDIR)$(PREFIX)/share/doc/spamweir/examples $(DESTDIR)$(PREFIX)/share/doc/spamweir

deb:
	$(Q)scripts/deb.sh $(BUILD) $(RELEASE)

test-packages:
	$(Q)tests/packages/run.sh $(BUILD) $(SUITES)

test-readme:
	$(Q)tests/packages/readme.sh $(BUILD)

# What README shows, made anew: in a lab of the tests.
screenshots: deps
	$(Q)$(MAKE) all
	$(Q)DASHBOARD=$(CURDIR)/scripts/grafana/spamweir.svg tests/e2e/run.sh $(BUILD) test_prometheus.py
	$(Q)scripts/session.sh $(BUILD) >$(BUILD)/session.svg && mv $(BUILD)/session.svg scripts/session.svg

lint-packages:
	$(Q)$(MAKE) all
	$(Q)tests/packages/lint.sh $(BUILD)

clean:
	$(Q)rm -rf $(BUILD)

include tests/bench/bench.mk
