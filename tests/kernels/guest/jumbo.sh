# SPDX-License-Identifier: GPL-2.0
# Frames of several buffers, where the driver hands them to XDP at all.
. /test/report.sh
. /test/net.sh

check "unload" spamweir unload
rm /tmp/metrics # counters begin anew
for nic in eth0 eth1; do
	ip link set "$nic" mtu 9000
done
ip -n world link set eth2 mtu 9000
ip -n home link set eth3 mtu 9000
if spamweir load 2>/tmp/refusal; then
	pass "load with an MTU of 9000"
	passes "a ping of 8000 bytes" eth1 clean pings home 198.19.0.2 -s 8000
	passes "a file in large frames" eth0 clean fetches home 198.19.0.2
	cut_off "a ping of 8000 bytes to a C&C host" eth1 cnc_dst pings home 198.19.0.66 -s 8000
else
	check "the refusal names the MTU" grep -qi mtu /tmp/refusal
	skip "frames of 9000 bytes: this kernel's virtio-net has no XDP for them"
	for nic in eth0 eth1; do
		ip link set "$nic" mtu 1500
	done
	check "load with an MTU of 1500" spamweir load
fi
