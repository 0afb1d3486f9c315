#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# promtool.sh DIR: makes DIR/promtool, DIR/prometheus and DIR/prometheus-node-exporter out of
# Debian's packages without installing them: no monitoring system comes to this machine.
set -euo pipefail

dir=${1:?usage: promtool.sh DIR}
[ -x "$dir/promtool" ] && [ -x "$dir/prometheus-node-exporter" ] && exit 0

mkdir -p "$dir"
fetched=$(mktemp -d "$dir/promtool.XXXXXX")
trap 'rm -rf "$fetched"' EXIT

download() {
	(cd "$fetched" && apt-get download -qq -o APT::Sandbox::User=root prometheus \
		prometheus-node-exporter)
}

# The package lists may be missing or old: once more with fresh ones.
download 2>/dev/null || { apt-get update -qq && download; }
for package in "$fetched"/*.deb; do
	dpkg-deb --fsys-tarfile "$package" | tar -xC "$fetched" --wildcards './usr/bin/prom*'
done
mv "$fetched/usr/bin"/prom* "$dir/"
