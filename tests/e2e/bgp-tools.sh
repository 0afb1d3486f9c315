#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# bgp-tools.sh DIR: makes DIR/gobgpd, DIR/gobgp and DIR/openbgpd/run out of Debian's packages
# without installing them: no routing daemon comes to this machine.
set -euo pipefail

dir=$(realpath "${1:?usage: bgp-tools.sh DIR}")
[ -x "$dir/gobgpd" ] && [ -x "$dir/openbgpd/run" ] && exit 0
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

# It wants a user that the package would make, and its home to go to.
cat >"$dir/openbgpd/run" <<'RUN'
#!/bin/sh
here=$(dirname "$(realpath "$0")")
export LD_LIBRARY_PATH="$here"
mkdir -p /run/openbgpd
chmod 755 /run/openbgpd
exec unshare -m sh -c '{ cat /etc/passwd; echo _openbgpd:x:9872:9872::/run/openbgpd:/bin/false; } >"$1/passwd" &&
	{ cat /etc/group; echo _openbgpd:x:9872:; } >"$1/group" &&
	mount --bind "$1/passwd" /etc/passwd && mount --bind "$1/group" /etc/group && shift &&
	exec "$@"' - "$here" "$here/bgpd" "$@"
RUN
chmod +x "$dir/openbgpd/run"
