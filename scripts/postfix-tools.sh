#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# postfix-tools.sh DIR: makes DIR/smtp-sink and DIR/smtp-source, Postfix's test
# server and client, and DIR/postfix, all the rest of it, out of Debian's package
# without installing it: no mail system comes to this machine. Shared libraries
# they lack are installed.
set -euo pipefail

dir=${1:?usage: postfix-tools.sh DIR}
[ -x "$dir/smtp-sink" ] && [ -x "$dir/smtp-source" ] && [ -d "$dir/postfix" ] && exit 0

mkdir -p "$dir"
dir=$(realpath "$dir")
trap 'rm -rf "$dir/download"' EXIT
mkdir -p "$dir/download"

download() {
	(cd "$dir/download" && apt-get download -qq -o APT::Sandbox::User=root postfix)
}

# Those of the package's dependencies that are libraries, without versions.
libraries() {
	dpkg-deb -f "$1" Depends | tr ',' '\n' | sed 's/^ *//; s/[ (|].*//' | grep '^lib'
}

missing_libraries() {
	LD_LIBRARY_PATH="$dir/lib" ldd "$dir"/bin/smtp-* "$dir"/new/{master,smtp,smtpd} |
		grep -q 'not found'
}

echo "postfix-tools: unpacking the postfix package into $dir"
# The package lists may be missing or old: once more with fresh ones.
download 2>/dev/null || { apt-get update -qq && download; }
package=$(echo "$dir"/download/postfix_*.deb)
dpkg-deb -x "$package" "$dir/download/root"
rm -rf "$dir/new"
mkdir -p "$dir/bin" "$dir/lib" "$dir/new"
cp "$dir"/download/root/usr/lib/postfix/libpostfix-*.so "$dir/lib/"
cp "$dir"/download/root/usr/sbin/smtp-{sink,source} "$dir/bin/"
cp "$dir"/download/root/usr/lib/postfix/{sbin/*,libpostfix-*.so} "$dir/new/"
cp "$dir"/download/root/usr/sbin/{post*,sendmail} "$dir/new/"

if missing_libraries; then
	mapfile -t libraries < <(libraries "$package")
	echo "postfix-tools: installing the libraries they need: ${libraries[*]}"
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
		"${libraries[@]}" >/dev/null
fi

# These go last: the check above looks for them.
for tool in smtp-sink smtp-source; do
	cat >"$dir/$tool" <<-WRAPPER
		#!/bin/sh
		export LD_LIBRARY_PATH='$dir/lib'
		exec '$dir/bin/$tool' "\$@"
	WRAPPER
	chmod +x "$dir/$tool"
done
mv -T "$dir/new" "$dir/postfix"
