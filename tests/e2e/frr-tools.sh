#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# frr-tools.sh DIR: makes DIR/frr out of Debian's packages without installing them: no routing
# daemon comes to this machine. DIR/frr/run DAEMON ... runs one.
set -euo pipefail

dir=$(realpath "${1:?usage: frr-tools.sh DIR}")
[ -x "$dir/frr/run" ] && exit 0
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
cp "$download"/root/usr/lib/frr/{zebra,staticd,bgpd} "$dir/frr/"
find "$download/root/usr/lib" -name 'lib*.so*' -exec cp -P {} "$dir/frr/" \;
missing=$(LD_LIBRARY_PATH=$dir/frr ldd "$dir"/frr/{zebra,staticd,bgpd} | awk '/not found/ { print $1 }')
[ -z "$missing" ] || { echo "frr-tools: libraries are missing: $missing" >&2; exit 1; }

# They want a group that the package would make.
cat >"$dir/frr/run" <<'RUN'
#!/bin/sh
here=$(dirname "$(realpath "$0")")
export LD_LIBRARY_PATH="$here"
daemon=$1
shift
exec unshare -m sh -c '{ cat /etc/group; echo frrvty:x:9871:root; } >"$1/group" &&
	mount --bind "$1/group" /etc/group && shift && exec "$@"' - \
	"$here" "$here/$daemon" -u root -g root "$@"
RUN
chmod +x "$dir/frr/run"
