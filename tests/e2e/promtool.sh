#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# promtool.sh DIR: makes DIR/promtool out of Debian's prometheus package without
# installing it: no monitoring system comes to this machine.
set -euo pipefail

dir=${1:?usage: promtool.sh DIR}
[ -x "$dir/promtool" ] && exit 0

mkdir -p "$dir"
fetched=$(mktemp -d "$dir/promtool.XXXXXX")
trap 'rm -rf "$fetched"' EXIT

download() {
	(cd "$fetched" && apt-get download -qq -o APT::Sandbox::User=root prometheus)
}

# The package lists may be missing or old: once more with fresh ones.
download 2>/dev/null || { apt-get update -qq && download; }
dpkg-deb --fsys-tarfile "$fetched"/prometheus_*.deb | tar -xC "$fetched" ./usr/bin/promtool
mv "$fetched/usr/bin/promtool" "$dir/promtool"
