#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# frr-tools.sh DIR: makes DIR/frr out of Debian's packages without installing them: no routing
# daemon comes to this machine. DIR/frr/run is frr-run.sh.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
dir=$(realpath "${1:?usage: frr-tools.sh DIR}")
[ -x "$dir/frr/vtysh" ] && cmp -s "$here/frr-run.sh" "$dir/frr/run" && exit 0
download=$dir/download-frr
trap 'rm -rf "$download"' EXIT
mkdir -p "$download"
get() { (cd "$download" && apt-get download -qq -o APT::Sandbox::User=root frr libyang2); }
get 2>/dev/null || { apt-get update -qq && get; }
for package in "$download"/*.deb; do
	dpkg-deb -x "$package" "$download/root"
done
rm -rf "$dir/frr"
mkdir -p "$dir/frr"
cp "$download"/root/usr/lib/frr/{zebra,staticd,bgpd} "$download/root/usr/bin/vtysh" "$dir/frr/"
find "$download/root/usr/lib" -name 'lib*.so*' -exec cp -P {} "$dir/frr/" \;
missing=$(LD_LIBRARY_PATH=$dir/frr ldd "$dir"/frr/{zebra,staticd,bgpd,vtysh} |
	awk '/not found/ { print $1 }')
[ -z "$missing" ] || { echo "frr-tools: libraries are missing: $missing" >&2; exit 1; }

# shellcheck disable=SC2016 # for the shell that reads it
echo 'export LD_LIBRARY_PATH=$here && exec "$here/$@"' >"$dir/frr/exec"
cp "$here/frr-run.sh" "$dir/frr/run"
