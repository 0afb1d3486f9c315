# SPDX-License-Identifier: GPL-2.0
# The program stands on a NIC with VLAN devices on top: it sees tagged frames.
. /test/report.sh
. /test/net.sh

# tag NIC_OUTSIDE NIC_INSIDE ID NET: another home, behind one more tag.
tag() {
	ip link add link "$2" name "$2.$3" type vlan id "$3"
	ip -n home link add link "$1" name "$1.$3" type vlan id "$3"
	ip link set "$2.$3" up
	ip -n home link set "$1.$3" up
	ip address add "$4.1/24" dev "$2.$3"
	ip -n home address add "$4.2/24" dev "$1.$3"
}

# From the VLAN's address, for the answer comes back by what routes it.
from_vlan() {
	ip -n home route replace default via "$1.1" src "$1.2"
}

tag eth3 eth1 7 198.18.7
tag eth3.7 eth1.7 8 198.18.8
for net in 198.18.7 198.18.8; do
	from_vlan "$net"
	passes "a file through the VLAN of $net.0" eth1 clean fetches home 198.19.0.2
	cut_off "a ping from that VLAN to a C&C host" eth1 cnc_dst pings home 198.19.0.66
	passes "mail from that VLAN" eth1 smtp_ok mails home 198.19.0.2
done
send_as home 198.18.0.2
ip link del eth1.7
