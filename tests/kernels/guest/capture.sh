# SPDX-License-Identifier: GPL-2.0
# Whole frames of what is dropped, where a driver runs the programs: replay says of each what
# was said when it came in.
. /test/report.sh
. /test/net.sh
. /test/config.sh
. /test/captures.sh

captures "two pings to a C&C host" 2 eth1 cnc_dst pings home 198.19.0.66
captures "two pings from a C&C host" 2 eth0 cnc_src pings world 198.18.0.2 -I 198.19.0.66
captures "mail of a zombie" 1 eth1 zombie_feed eval 'send_as home 198.18.0.13; mails home 198.19.0.2'
send_as home 198.18.0.2
check "without a capture it is cut off all the same" eval '! pings home 198.19.0.66'
