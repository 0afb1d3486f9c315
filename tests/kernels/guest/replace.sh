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
pings_begin
for n in 1 2; do
	configure enforce $((20000 + n * 5000))
	check "load $n, with pings under way" spamweir load
done
pings_end

equal "the links are the same" "$(link_id eth0),$(link_id eth1)" "$links"
check "the programs are others" test "$(program_id eth0),$(program_id eth1)" != "$programs"
check "there were clean pings" test "$(sum transmitted /tmp/clean)" -ge 20
equal "all of them were answered" "$(sum received /tmp/clean)" "$(sum transmitted /tmp/clean)"
check "there were pings to a C&C host" test "$(sum transmitted /tmp/listed)" -ge 20
equal "none of those was answered" "$(sum received /tmp/listed)" 0
equal "the counters went on counting" "$(counted_more eth1 cnc_dst)" \
	"$(sum transmitted /tmp/listed)"
