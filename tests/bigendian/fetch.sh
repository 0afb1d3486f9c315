#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# fetch.sh DIR: libraries of s390x, which is big-endian, from Debian into DIR, by a
# package index of its own: the machine's is left as it is. Fails if that cannot
# be done.
set -eu
dir=${1:?usage: fetch.sh DIR}

[ -e "$dir/.complete-xxhash" ] && exit 0
mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
dir=$(realpath "$dir")

foreign() {
	(cd "$dir/cache" && apt-get -qq -o Dir::State::Lists="$dir/lists" -o Dir::Cache="$dir/cache" \
		-o APT::Architectures::=amd64 -o APT::Architectures::=s390x -o APT::Sandbox::User=root "$@")
}

foreign update
foreign download libcmocka-dev:s390x libcmocka0:s390x libyaml-dev:s390x libyaml-0-2:s390x \
	libjansson-dev:s390x libjansson4:s390x libxxhash-dev:s390x libxxhash0:s390x \
	zlib1g-dev:s390x zlib1g:s390x
for package in "$dir"/cache/*.deb; do
	dpkg -x "$package" "$dir/root"
done
touch "$dir/.complete-xxhash"
