# SPDX-License-Identifier: GPL-2.0
# In the container of readme.sh: eth1 with a subscriber behind it, eth0 with the Internet, in which
# 203.0.113.7 is. Sourced by the script that readme.py makes; look_around comes behind each block.

ip link set lo up
for host in subscriber internet; do
	ip netns add "$host"
	ip -n "$host" link set lo up
done
ip link add eth1 type veth peer name eth0 netns subscriber
ip link add eth0 type veth peer name eth0 netns internet
ip address add 100.64.0.1/24 dev eth1
ip address add 192.0.2.2/30 dev eth0
ip -n subscriber address add 100.64.0.7/24 dev eth0
ip -n internet address add 192.0.2.1/30 dev eth0
ip -n internet address add 203.0.113.7/32 dev lo
for nic in eth0 eth1; do ip link set "$nic" up; done
for host in subscriber internet; do ip -n "$host" link set eth0 up; done
ip route add default via 192.0.2.1
ip -n subscriber route add default via 100.64.0.1
ip -n internet route add 100.64.0.0/24 via 192.0.2.2
sysctl -qw net.ipv4.ip_forward=1 2>/dev/null || echo 1 >/proc/sys/net/ipv4/ip_forward

calls() { nsenter --net=/run/netns/subscriber ping -q -c 1 -W "${1:-2}" 203.0.113.7 >/dev/null; }
decided() { spamweir lookup 203.0.113.7 2>/dev/null; }

# What is true by now, of what this README promises: each once.
promised=
promise() {
	[[ $promised != *"$1"* ]] || return 0
	promised+=$1
	say "$2 $1"
}

look_around() {
	case $(decided) in
	*": drop"*"monitor mode: nothing is dropped"*)
		calls && promise "in monitor mode it would be dropped, and passes" pass ;;
	*": drop"*)
		if calls; then promise "it is listed and passes" fail; else promise "it is cut off" pass; fi ;;
	*": pass, allow"*)
		calls && promise "the block is explained, and lifted" pass
		[[ $(cat /root/out) == *"ticket 4711"* ]] || promise "lookup does not say why" fail ;;
	esac
}
