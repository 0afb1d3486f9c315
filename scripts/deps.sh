#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# deps.sh [build]: installs the Debian packages that are missing for building, demo and tests, or
# for building alone; names them first.
set -eu

build="clang llvm make gcc pkg-config bpftool libbpf-dev libxdp-dev libelf-dev zlib1g-dev
       libyaml-dev libjansson-dev libpcap-dev libsqlite3-dev libxxhash-dev libmnl-dev libseccomp-dev
       libcap-ng-dev libcurl4-openssl-dev libncurses-dev linux-libc-dev python3"
lab="iproute2 ethtool util-linux procps jq"
lint="clang-format cppcheck shellcheck gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user
      python3-jsonschema"
tests="mandoc libcmocka-dev python3 python3-pytest python3-pytest-xdist python3-scapy python3-yaml tcpdump tshark libclang-rt-14-dev
       rbldnsd tmux nginx-light tinyproxy-bin openssl zsh fish python3-aiosmtpd"
wanted="chromium"
[ "${1:-}" != build ] || lab='' lint='' tests='' wanted=''

missing=
for package in $build $lab $tests $lint; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		missing="$missing $package"
done
# Tests that need one of these and do not find it are skipped, and counted as such.
for package in $wanted; do
	dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
		! apt-cache show "$package" >/dev/null 2>&1 || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "installing:$missing"
[ "$(id -u)" = 0 ] || { echo "deps: run as root to install them" >&2; exit 1; }
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # a list
apt-get install -y -qq --no-install-recommends $missing >/dev/null
