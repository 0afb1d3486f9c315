#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bird-tools.sh DIR: makes DIR/bird and DIR/birdc out of Debian's package without installing
# it: no routing daemon comes to this machine. The library it lacks is installed.
set -euo pipefail

dir=$(realpath "${1:?usage: bird-tools.sh DIR}")
[ -x "$dir/bird" ] && [ -x "$dir/birdc" ] && exit 0
download=$dir/download-bird
trap 'rm -rf "$download"' EXIT
mkdir -p "$download"
get() { (cd "$download" && apt-get download -qq -o APT::Sandbox::User=root bird2); }
get 2>/dev/null || { apt-get update -qq && get; }
dpkg-deb -x "$download"/bird2_*.deb "$download/root"
if ldd "$download/root/usr/sbin/bird" | grep -q 'not found'; then
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		libssh-gcrypt-4 >/dev/null
fi
cp "$download"/root/usr/sbin/bird{,c} "$dir/"
