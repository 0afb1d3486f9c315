#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# iprange 1.0.4, the tool that merges and optimises FireHOL's blocklists, is for
# IPv4. Given a list in which an IPv6 address stands too, it neither skips that
# line nor fails: it takes what stands before the first colon for a host's name,
# and "2001" is a name that the resolver reads as the address 0.0.7.209. The list
# that comes out has one host more, which nobody listed, and the exit code is 0; a
# warning goes to stderr. (inet_aton(3) reads a bare number as an address.)
# Keep the families apart before a list reaches it.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
apt-get download -qq -o APT::Sandbox::User=root iprange=1.0.4+ds-2
dpkg -x iprange_*.deb root

printf '192.0.2.1\n2001:db8::1\n' >list
code=0
root/usr/bin/iprange list >out 2>err || code=$?
echo "iprange 1.0.4+ds-2, of 192.0.2.1 and 2001:db8::1, exit code $code:"
cat out

# shellcheck disable=SC2015 # who comes to the end of the list leaves
printf '0.0.7.209\n192.0.2.1\n' | cmp -s - out && [ "$code" = 0 ] &&
	grep -q "Ignoring text after hostname '2001'" err || {
	echo "changed: expected 0.0.7.209 and 192.0.2.1, exit code 0" >&2
	exit 1
}
