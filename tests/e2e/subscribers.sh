#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# subscribers.sh DIR: unpacks Kea and FreeRADIUS of Debian into DIR/subscribers without
# installing them: no server comes to this machine. Libraries they lack are installed.
set -euo pipefail

dir=$(realpath -m "${1:?usage: subscribers.sh DIR}")
[ -e "$dir/subscribers/ready" ] && exit 0

packages="kea-common kea-dhcp4-server kea-dhcp6-server kea-admin
	  freeradius freeradius-common freeradius-config freeradius-utils libfreeradius3"
libraries="libmariadb3 libpq5 liblog4cplus-2.0.5 libtalloc2 libct4 libwbclient0 libperl5.36
	   libjson-c5 libgdbm6 libpcap0.8 libpcre3"

trap 'rm -rf "$dir/download"' EXIT
mkdir -p "$dir/download" "$dir/subscribers"

download() {
	# shellcheck disable=SC2086 # a list
	(cd "$dir/download" && apt-get download -qq -o APT::Sandbox::User=root $packages)
}

echo "subscribers: unpacking Kea and FreeRADIUS into $dir/subscribers"
# The package lists may be missing or old: once more with fresh ones.
download 2>/dev/null || { apt-get update -qq && download; }
for package in "$dir"/download/*.deb; do
	dpkg-deb --fsys-tarfile "$package" | tar -x -C "$dir/subscribers" --exclude=./etc --exclude=./lib
done
# shellcheck disable=SC2086 # a list
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $libraries >/dev/null
touch "$dir/subscribers/ready"
