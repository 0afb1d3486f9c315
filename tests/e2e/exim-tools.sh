#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# exim-tools.sh DIR: makes DIR/exim out of Debian's packages without installing them: no mail
# system comes to this machine. DIR/exim/run ... runs it.
set -euo pipefail

dir=$(realpath "${1:?usage: exim-tools.sh DIR}")
[ -x "$dir/exim/run" ] && exit 0
download=$dir/download-exim
trap 'rm -rf "$download"' EXIT
mkdir -p "$download"
packages="exim4-daemon-light libgnutls-dane0 libunbound8 libevent-2.1-7 libidn12 libnsl2 libtirpc3
	  libdb5.3 libpcre2-8-0"
# shellcheck disable=SC2086 # a list
get() { (cd "$download" && apt-get download -qq -o APT::Sandbox::User=root $packages); }
get 2>/dev/null || { apt-get update -qq && get; }
for package in "$download"/*.deb; do
	dpkg-deb -x "$package" "$download/root"
done
rm -rf "$dir/exim"
mkdir -p "$dir/exim"
cp "$download/root/usr/sbin/exim4" "$dir/exim/"
find "$download/root" -name 'lib*.so*' -exec cp -P {} "$dir/exim/" \;
missing=$(LD_LIBRARY_PATH=$dir/exim ldd "$dir/exim/exim4" | awk '/not found/ { print $1 }')
[ -z "$missing" ] || { echo "exim-tools: libraries are missing: $missing" >&2; exit 1; }

# It wants a user that the package would make.
{ cat /etc/passwd; echo Debian-exim:x:9872:9872::/:/bin/false; } >"$dir/exim/passwd"
{ cat /etc/group; echo Debian-exim:x:9872:; } >"$dir/exim/group"
cat >"$dir/exim/run" <<'RUN'
#!/bin/sh
here=$(dirname "$(realpath "$0")")
export LD_LIBRARY_PATH="$here"
exec unshare -m sh -c 'mount --bind "$1/passwd" /etc/passwd &&
	mount --bind "$1/group" /etc/group && shift && exec "$@"' - "$here" "$here/exim4" "$@"
RUN
chmod +x "$dir/exim/run"
