# SPDX-License-Identifier: GPL-2.0
# Real traffic through the guest: what is listed is cut off, the rest passes.
. /test/report.sh
. /test/net.sh
. /test/config.sh

# Packets that the program has seen in a queue.
seen_in_queue() {
	ethtool -S "$1" | sed -n "s/^ *rx_*\(queue_\)*$2_xdp_packets: //p"
}

passes "a ping" eth1 clean pings home 198.19.0.2
passes "an IPv6 ping" eth1 clean pings home 2001:db8:19::2
passes "a file from the world" eth0 clean fetches home 198.19.0.2
passes "a file by IPv6" eth0 clean fetches home 2001:db8:19::2
passes "a file from home" eth1 clean fetches world 198.18.0.2
for flow in $(seq 10); do
	hears home 198.19.0.2 $((1000 + flow))
done
for queue in 0 1; do
	check "packets came in by queue $queue" test "$(seen_in_queue eth1 $queue)" -gt 0
done

cut_off "a ping to a C&C host" eth1 cnc_dst pings home 198.19.0.66
cut_off "an IPv6 ping to a C&C host" eth1 cnc_dst pings home 2001:db8:19::66
cut_off "HTTP to a C&C host" eth1 cnc_dst fetches home 198.19.0.66
cut_off "a ping from a C&C host" eth0 cnc_src pings world 198.18.0.2 -I 198.19.0.66
cut_off "a ping to one of a long list" eth1 cnc_dst pings home 10.0.0.37
passes "a ping to its neighbour" eth1 clean pings home 10.0.0.38

passes "mail" eth1 smtp_ok mails home 198.19.0.2
send_as home 198.18.0.13
cut_off "mail of a zombie" eth1 zombie_feed mails home 198.19.0.2
passes "HTTP of a zombie" eth1 clean fetches home 198.19.0.2
send_as world 198.19.0.13
cut_off "mail of a zombie in the world" eth0 zombie_feed mails world 198.18.0.2
send_as home 2001:db8:18::13
cut_off "mail of a zombie by IPv6" eth1 zombie_feed mails home 2001:db8:19::2

send_as home 198.18.0.30
passes "three mails of a burst of 3" eth1 smtp_ok mails home 198.19.0.2 3
cut_off "one more" eth1 rate_limit mails home 198.19.0.2
send_as home 198.18.0.25
passes "five mails of an allowed relay" eth1 allow mails home 198.19.0.2 5
send_as home 2001:db8:18::30
passes "two mails by IPv6" eth1 smtp_ok mails home 2001:db8:19::2 2
send_as home 2001:db8:18::31
passes "mail of another address of the /64" eth1 smtp_ok mails home 2001:db8:19::2
cut_off "one more of the /64" eth1 rate_limit mails home 2001:db8:19::2
send_as world 198.19.0.40
passes "five mails from the world" eth0 smtp_ok mails world 198.18.0.2 5
cut_off "one more from the world" eth0 rate_limit mails world 198.18.0.2

check "a live zombie is entered" spamweir zombie add 198.18.0.31 --for 1h --why test
send_as home 198.18.0.31
cut_off "mail of a live zombie" eth1 zombie_live mails home 198.19.0.2
check "it is taken out again" spamweir zombie del 198.18.0.31
passes "its mail after that" eth1 smtp_ok mails home 198.19.0.2
check "lookup names the feed" sh -c "spamweir lookup 198.19.0.66 | grep -q bots"

spamweir events >/tmp/events &
events=$!
told() {
	local patience=1

	pings home 198.19.0.66
	grep -q cnc_dst /tmp/events
}
check "events tell of a drop" until_true 60 told
kill "$events"

configure monitor
check "reload in monitor mode" spamweir reload
passes "a ping to a C&C host, now" eth1 cnc_dst pings home 198.19.0.66
configure
check "reload in enforcing mode" spamweir reload
cut_off "a ping to a C&C host, again" eth1 cnc_dst pings home 198.19.0.66
