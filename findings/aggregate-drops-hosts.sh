#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# aggregate 1.6, which network operators use to shorten lists of prefixes, leaves
# out what it does not like and goes on with exit code 0: a single address without
# a length (it calls that line too long), and a prefix with host bits set. Of a
# blocklist of addresses nothing at all is left. Give every address its /32, and
# clear host bits, before a list reaches it.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root aggregate=1.6-7+b1
dpkg -x aggregate_*.deb root

printf '192.0.2.0/25\n192.0.2.128/25\n198.51.100.7/24\n203.0.113.9\n' >list
code=0
root/usr/bin/aggregate <list >out 2>err || code=$?
echo "aggregate 1.6-7, of four lines, exit code $code:"
cat out err

# shellcheck disable=SC2015 # who comes to the end of the list leaves
[ "$(cat out)" = 192.0.2.0/24 ] && [ "$code" = 0 ] &&
	grep -q 'line 3.*198.51.100.7/24 inconsistent; ignoring line' err &&
	grep -q 'line 4.*line too long; ignoring line' err || {
	echo "changed: expected 192.0.2.0/24 alone, two lines ignored, exit code 0" >&2
	exit 1
}
