#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bgp-tools.sh DIR: makes DIR/gobgpd, DIR/gobgp and DIR/openbgpd/run out of Debian's packages
# without installing them: no routing daemon comes to this machine.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
dir=$(realpath "${1:?usage: bgp-tools.sh DIR}")
[ -x "$dir/gobgpd" ] && cmp -s "$here/openbgpd-run.sh" "$dir/openbgpd/run" && exit 0
download=$dir/download-bgp
trap 'rm -rf "$download"' EXIT
mkdir -p "$download" "$dir/openbgpd"
get() { (cd "$download" && apt-get download -qq -o APT::Sandbox::User=root gobgpd openbgpd libevent-2.1-7); }
get 2>/dev/null || { apt-get update -qq && get; }
for package in "$download"/*.deb; do
	dpkg-deb -x "$package" "$download/root"
done
cp "$download"/root/usr/bin/gobgp{,d} "$dir/"
cp "$download"/root/usr/sbin/{bgpd,bgpctl} "$dir/openbgpd/"
find "$download/root/usr/lib" -name 'libevent-2.1.so*' -exec cp -P {} "$dir/openbgpd/" \;

# shellcheck disable=SC2016 # for the shell that reads it
echo 'export LD_LIBRARY_PATH=$here && exec "$here/$@"' >"$dir/openbgpd/exec"
cp "$here/openbgpd-run.sh" "$dir/openbgpd/run"
