#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# An interval set of nftables with `auto-merge` joins elements that overlap or touch. Where
# the set has timeouts as well, nft 1.0.6 joins elements of different timeouts, too, and
# gives the whole the timeout of the one that came last; what was there for good is so no
# longer. A host that is banned for seconds takes the ban of its neighbour along, which was
# to last a day or for ever; the other way round it stays as long as its neighbour. The
# exit code is 0, and a listing shows one range, as if it had been asked for.
# Lists without an end and bans with one belong in two sets, the latter without auto-merge.
# In a network namespace of its own, on the kernel that runs.
set -euo pipefail

if [ "$(id -u)" != 0 ]; then
	echo "skipped: needs root"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1.0.6-2+deb12u2
apt-get download -qq -o APT::Sandbox::User=root "nftables=$version" "libnftables1=$version" \
	libnftnl11=1.2.4-2 libmnl0 libxtables12 libjansson4 libedit2 libbsd0 libmd0 libgmp10
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH

cat >rules <<'END'
table inet filter {
	set plain { type ipv4_addr; flags interval, timeout; }
	set merged { type ipv4_addr; flags interval, timeout; auto-merge; }
}
END
# One host is listed for good and one for a day. Then the neighbour of each is banned.
cat >ask <<'END'
PATH=$PWD/root/usr/sbin:$PATH
if ! nft -f rules 2>err; then
	echo "skipped: this kernel has no nftables"
	exit 0
fi
for set in plain merged; do
	nft add element inet filter $set '{ 192.0.2.8, 198.51.100.8 timeout 1d }'
	nft add element inet filter $set '{ 192.0.2.9 timeout 5s, 198.51.100.9 timeout 5s }'
	nft list set inet filter $set | sed -n 's/ expires [0-9a-z]*//g; s/}//g; /elements/,$p' |
		tr -s '\t\n ' ' ' | sed "s/^/$set:/; s/ *$/\n/"
done
for ((i = 0; i < 300; i++)); do
	nft get element inet filter merged '{ 198.51.100.9 }' >/dev/null 2>&1 || break
	sleep 0.1
done
for set in plain merged; do
	for address in 192.0.2.8 198.51.100.8; do
		is=gone
		nft get element inet filter $set "{ $address }" >/dev/null 2>&1 && is='still there'
		echo "$set, once the neighbour's ban is over: $address is $is"
	done
done
END
unshare --net bash -eu ask >said
sed "s/^[^s]/nft $version, &/" said
grep -q '^skipped' said && exit 0

cat >expected <<'END'
plain: elements = { 192.0.2.8, 192.0.2.9 timeout 5s, 198.51.100.8 timeout 1d, 198.51.100.9 timeout 5s
merged: elements = { 192.0.2.8/31 timeout 5s, 198.51.100.8/31 timeout 5s
plain, once the neighbour's ban is over: 192.0.2.8 is still there
plain, once the neighbour's ban is over: 198.51.100.8 is still there
merged, once the neighbour's ban is over: 192.0.2.8 is gone
merged, once the neighbour's ban is over: 198.51.100.8 is gone
END
cmp -s said expected || {
	echo "changed: expected" >&2
	cat expected >&2
	exit 1
}
