# SPDX-License-Identifier: GPL-2.0
# `spamweir load` attaches to the driver of a NIC with several queues.
. /test/report.sh
. /test/net.sh
. /test/config.sh

equal "there are four NICs" "$(ls -d /sys/class/net/eth? | wc -l)" 4
net_up
configure
check "load" spamweir load
for nic in eth0 eth1; do
	equal "$nic is driven by virtio-net" "$(ethtool -i "$nic" | sed -n 's/^driver: //p')" virtio_net
	equal "$nic has two queues" "$(ls -d /sys/class/net/$nic/queues/rx-* | wc -l)" 2
	check "the kernel says that $nic has XDP in its driver" \
		sh -c "bpftool net list dev $nic | grep -q '^$nic([0-9]*) driver'"
	check "status says so too" sh -c "spamweir status | grep -q '^$nic .* native'"
done
