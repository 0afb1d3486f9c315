#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A response policy zone names prefixes of answers that a resolver holds back, backwards:
# 24.0.113.0.203.rpz-ip is 203.0.113.0/24. Where an address in a network stands for the
# network, 198.51.100.7/24, one file means three things. BIND 9.18 leaves the line out, the
# PowerDNS Recursor 4.8 takes the network, and unbound 1.17 takes what is in the network
# and not below the address: .7 to .255, in IPv6 likewise. An IPv6 address that is not
# shortened as BIND would do it is none to BIND, and one to the others. All three start, BIND
# alone says something of it, in its log. Who writes such a zone clears host bits, and
# writes the longest run of zeros as zz.
# In a network namespace of its own.
set -euo pipefail

if [ "$(id -u)" != 0 ] || ! command -v ip unshare >/dev/null; then
	echo "skipped: needs root and iproute2"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
bind=1:9.18.49-1~deb12u3 unbound=1.17.1-2+deb12u4 powerdns=4.8.8-1+deb12u1
apt-get download -qq -o APT::Sandbox::User=root "bind9=$bind" "bind9-libs=$bind" \
	"bind9-dnsutils=$bind" "unbound=$unbound" "pdns-recursor=$powerdns" libjemalloc2 liblmdb0 \
	libfstrm0 libprotobuf-c1 libmaxminddb0 libuv1 libnghttp2-14 libsodium23 libwrap0 \
	libevent-2.1-7 libpython3.11 libboost-context1.74.0 libluajit-5.1-2 libsnmp40 libsensors5 \
	libjson-c5 libxml2 libicu72 libedit2 libhiredis0.14
for package in *.deb; do dpkg -x "$package" root; done
LD_LIBRARY_PATH=$(find "$work/root" -name '*.so.*' -printf '%h\n' | sort -u | paste -sd:)
export LD_LIBRARY_PATH PATH="$work/root/usr/sbin:$work/root/usr/bin:$PATH"

# shellcheck disable=SC2016 # of the zone file
records='$TTL 60
@ SOA localhost. root.localhost. 1 3600 600 86400 60
@ NS localhost.'
cat >policy.zone <<END
$records
24.0.113.0.203.rpz-ip CNAME .
24.7.100.51.198.rpz-ip CNAME .
48.zz.7.19.db8.2001.rpz-ip CNAME .
128.1.0.0.0.0.20.db8.2001.rpz-ip CNAME .
END
cat >mail.zone <<END
$records
free A 192.0.2.1
right A 203.0.113.5
below A 198.51.100.3
at A 198.51.100.7
above A 198.51.100.200
below6 AAAA 2001:db8:19:6::1
above6 AAAA 2001:db8:19:8::1
long6 AAAA 2001:db8:20::1
END
options='listen-on-v6 { none; }; pid-file none; session-keyfile none; dnssec-validation no;'
cat >source.conf <<END
options { directory "$work"; listen-on port 5301 { 127.0.0.1; }; recursion no; $options };
controls { };
zone "mail.example" { type primary; file "mail.zone"; };
END
cat >bind.conf <<END
options { directory "$work"; listen-on port 5302 { 127.0.0.1; }; recursion yes; $options
	response-policy { zone "policy.example"; }; };
controls { };
zone "policy.example" { type primary; file "policy.zone"; };
zone "mail.example" { type forward; forward only; forwarders { 127.0.0.1 port 5301; }; };
END
cat >unbound.conf <<END
server:
 interface: 127.0.0.1
 port: 5303
 do-not-query-localhost: no
 username: ""
 chroot: ""
 directory: "$work"
 pidfile: ""
 use-syslog: no
 module-config: "respip iterator"
rpz:
 name: policy.example
 zonefile: "$work/policy.zone"
forward-zone:
 name: "mail.example"
 forward-addr: 127.0.0.1@5301
END
mkdir powerdns
echo "rpzFile('$work/policy.zone', { policyName = 'policy.example' })" >policy.lua

cat >ask <<'END'
ip link set lo up
named -g -c source.conf >source.log 2>&1 &
named -g -c bind.conf >bind.log 2>&1 &
unbound -d -c unbound.conf >unbound.log 2>&1 &
pdns_recursor --config-dir=powerdns --socket-dir=powerdns --local-address=127.0.0.1 \
	--local-port=5304 --forward-zones=mail.example=127.0.0.1:5301 --lua-config-file=policy.lua \
	--dont-query= --dnssec=off --daemon=no --disable-syslog --setuid= --setgid= \
	--security-poll-suffix= >powerdns.log 2>&1 &
status() {
	dig +time=5 +tries=1 @127.0.0.1 -p "$1" "$2.mail.example" "$3" 2>/dev/null |
		sed -n 's/.*status: \([A-Z]*\).*/\1/p'
}
port=5301
for resolver in source bind unbound powerdns; do
	for ((i = 0; i < 300; i++)); do
		[ "$(status $port free A)" != NOERROR ] || break
		sleep 0.1
	done
	[ $resolver = source ] || for name in free right below at above below6 above6 long6; do
		type=A
		[ "${name%6}" = "$name" ] || type=AAAA
		[ "$(status $port $name $type)" = NXDOMAIN ] && held=held || held=let
		echo "$resolver $name $held"
	done
	port=$((port + 1))
done
END
unshare --net --pid --fork --kill-child bash -eu ask >said

python3 - "$bind" "$unbound" "$powerdns" <<'END'
import sys

NAMES = ("free", "right", "below", "at", "above", "below6", "above6", "long6")
EXPECTED = {"bind": {"right"}, "unbound": {"right", "at", "above", "above6", "long6"},
            "powerdns": set(NAMES) - {"free"}}
held = {resolver: set() for resolver in EXPECTED}
with open("said", encoding="ascii") as said:
    rows = [line.split() for line in said]
for resolver, name, what in rows:
    if what == "held":
        held[resolver].add(name)
for (resolver, names), version in zip(held.items(), sys.argv[1:]):
    print(f"{resolver} {version} holds back:", *(name for name in NAMES if name in names))
if held != EXPECTED or len(rows) != len(NAMES) * len(EXPECTED):
    sys.exit(f"changed: expected {EXPECTED}")
END
