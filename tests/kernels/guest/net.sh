# SPDX-License-Identifier: GPL-2.0
# The guest routes between two namespaces; all of its NICs are virtio-net, and
# QEMU's host joins eth2 with eth0, and eth3 with eth1.
#
#   world                  the guest              home
#   eth2 ---------- eth0 upstream, access eth1 ---------- eth3
#   198.19.0.0/24                        198.18.0.0/24
#   2001:db8:19::/64                     2001:db8:18::/64
#
# Sourced.

# The shell would take busybox's own, which knows no namespaces.
ip() { /bin/ip "$@"; }

in_world() { ip netns exec world "$@"; }
in_home() { ip netns exec home "$@"; }

# join NAMESPACE NIC ROUTER_NIC NET4 NET6
join() {
	ip netns add "$1"
	ip link set "$2" netns "$1"
	ip -n "$1" link set lo up
	ip -n "$1" link set "$2" up
	ip link set "$3" up
	ip address add "$4.1/24" dev "$3"
	ip address add "$5::1/64" dev "$3" nodad
	for host in 2 13 25 30 31 40 66; do
		ip -n "$1" address add "$4.$host/24" dev "$2"
		ip -n "$1" address add "$5::$host/64" dev "$2" nodad
	done
	ip -n "$1" route add default via "$4.1"
	ip -n "$1" -6 route add default via "$5::1"
}

# send_as NAMESPACE ADDRESS: what it sends from now on is from there.
send_as() {
	case $1:$2 in
	world:*:*) ip -n world -6 route replace default via 2001:db8:19::1 src "$2" ;;
	world:*) ip -n world route replace default via 198.19.0.1 src "$2" ;;
	home:*:*) ip -n home -6 route replace default via 2001:db8:18::1 src "$2" ;;
	home:*) ip -n home route replace default via 198.18.0.1 src "$2" ;;
	esac
}

listens() {
	in_"$1" netstat -ltn | grep -q ":$2 "
}

serve() {
	in_"$1" nc -ll -p 80 -e /test/send_file &
	in_"$1" nc -ll -p 25 -e /test/greet &
	until_true 60 listens "$1" 80
	until_true 60 listens "$1" 25
}

net_up() {
	ip link set lo up
	sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
	join world eth2 eth0 198.19.0 2001:db8:19
	join home eth3 eth1 198.18.0 2001:db8:18
	for host in 37 38; do
		ip -n world address add "10.0.0.$host/32" dev eth2
	done
	ip route add 10.0.0.0/24 via 198.19.0.2
	dd if=/dev/urandom of=/srv/file bs=64k count=32 2>/dev/null
	serve world
	serve home
}

# How long the following wait, in seconds, for the first answer. With one, it is
# over before TCP tries again: one attempt is one SYN.
patience=10

# Whether pings are answered; options may follow.
pings() {
	local zone=$1 to=$2

	shift 2
	in_"$zone" ping -q -c 2 -A -w "$patience" "$@" "$to" >/dev/null
}

# hears NAMESPACE ADDRESS PORT: what a server says.
hears() {
	in_"$1" timeout 30 nc -w "$patience" "$2" "$3" </dev/null 2>/dev/null
}

# Whether a file arrives whole.
fetches() {
	[ "$(hears "$1" "$2" 80 | md5sum)" = "$(md5sum </srv/file)" ]
}

# mails NAMESPACE ADDRESS [TIMES]: whether SMTP's greeting is heard each time.
mails() {
	local left=${3:-1}

	while [ "$left" -gt 0 ]; do
		hears "$1" "$2" 25 | grep -q '^220' || return 1
		left=$((left - 1))
	done
}

# sum WORD FILE: of the numbers of packets that pings say they have "transmitted"
# or "received".
sum() {
	grep -o "[0-9]* packets $1" "$2" | awk '{ n += $1 } END { print n + 0 }'
}

# pings_until_enough ADDRESS [OPTION...]: short ones, one after the other. One that is
# stopped has answers under way, and may not yet have counted what it has just sent.
pings_until_enough() {
	while [ ! -e /tmp/enough ]; do
		in_home ping -q -c 20 -i 0.03 "$@"
	done
}

# pings_begin, pings_end: pings under way between them, whose sums are left in
# /tmp/clean and, to a C&C host, /tmp/listed.
pings_begin() {
	rm -f /tmp/enough
	pings_until_enough 198.19.0.2 >/tmp/clean &
	clean=$!
	pings_until_enough 198.19.0.66 -c 200 -W 1 >/tmp/listed & # which nobody answers
	listed=$!
}

pings_end() {
	touch /tmp/enough
	wait "$clean"
	wait "$listed"
}

# Packets that a NIC has counted under a reason, in all verdicts.
counted() {
	awk -v nic="interface=\"$1\"" -v reason="reason=\"$2\"" '
		/^spamweir_packets_total/ && index($0, nic) && index($0, reason) { n += $NF }
		END { print n + 0 }' /tmp/metrics
}

# How many more they are than when it was called last.
counted_more() {
	local before=0

	[ ! -e /tmp/metrics ] || before=$(counted "$1" "$2")
	spamweir metrics >/tmp/metrics
	echo $(($(counted "$1" "$2") - before))
}

# passes NAME NIC REASON COMMAND...: the command succeeds, and what let its
# packets pass is the reason.
passes() {
	local name=$1 nic=$2 reason=$3

	shift 3
	if ! "$@"; then
		fail "$name does not get through"
	elif [ "$(counted_more "$nic" "$reason")" -gt 0 ]; then
		pass "$name passes as $reason"
	else
		fail "$name passes, but $nic counts no $reason"
	fi
}

# cut_off NAME NIC REASON COMMAND...: the opposite.
cut_off() {
	local name=$1 nic=$2 reason=$3 patience=1

	shift 3
	if "$@"; then
		fail "$name gets through"
	elif [ "$(counted_more "$nic" "$reason")" -gt 0 ]; then
		pass "$name is cut off as $reason"
	else
		fail "$name is cut off, but $nic counts no $reason"
	fi
}
