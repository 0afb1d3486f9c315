# SPDX-License-Identifier: GPL-2.0
# Loading again, with tables that grow, replaces the programs in one step: no
# packet is lost, and none gets by.
. /test/report.sh
. /test/net.sh
. /test/config.sh

link_id() {
	bpftool link show pinned "$pins/link_$1" | sed -n '1s/:.*//p'
}

program_id() {
	bpftool link show pinned "$pins/link_$1" | sed -n 's/.*prog \([0-9]*\).*/\1/p'
}

links=$(link_id eth0),$(link_id eth1)
programs=$(program_id eth0),$(program_id eth1)
counted_more eth1 cnc_dst >/dev/null
in_home ping -q -c 400 -i 0.03 198.19.0.2 >/tmp/clean &
clean=$!
in_home ping -q -c 400 -i 0.03 -W 1 198.19.0.66 >/tmp/listed &
loads=0
while kill -0 "$clean" 2>/dev/null; do
	loads=$((loads + 1))
	configure enforce $((20000 + loads * 5000))
	spamweir load || fail "load $loads"
done
wait

echo "@@ note $loads loads while pings were under way"
check "there were some loads meanwhile" test "$loads" -ge 2
equal "the links are the same" "$(link_id eth0),$(link_id eth1)" "$links"
check "the programs are others" test "$(program_id eth0),$(program_id eth1)" != "$programs"
equal "of 400 clean pings all are answered" \
	"$(sed -n 's/.* \([0-9]*\) packets received.*/\1/p' /tmp/clean)" 400
equal "of 400 to a C&C host, none" \
	"$(sed -n 's/.* \([0-9]*\) packets received.*/\1/p' /tmp/listed)" 0
equal "the counters went on counting" "$(counted_more eth1 cnc_dst)" 400
