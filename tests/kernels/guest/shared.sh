# SPDX-License-Identifier: GPL-2.0
# Beside another XDP program, in libxdp's dispatcher: in whichever order they
# come, replaced without a gap, killed on the way, and gone without the other.
. /test/report.sh
. /test/net.sh
. /test/config.sh
. /test/captures.sh

# The other program drops what has a TTL of 77.
other_works() { ! pings home 198.19.0.2 -t 77; }
other_is_gone() { pings home 198.19.0.2 -t 77; }
ours_work() { pings home 198.19.0.2 && ! pings home 198.19.0.66; }
both_work() { ours_work && other_works; }

load_other() { xdp-loader load -m native eth1 /srv/other.o; }

# How many programs of ours are in the dispatcher.
ours_in() {
	xdp-loader status eth1 | grep -c '=>.*spamweir_'
}

shared_with() {
	spamweir status | grep -q "^eth1 .* $2, shared with $1 other XDP programs"
}

refused() {
	! "$@" 2>/tmp/refusal && [ "$(wc -l </tmp/refusal)" = 1 ]
}

# reload_says LINE: a reload publishes, and says in one line what only a load changes.
reload_says() {
	spamweir reload 2>/tmp/refusal
	[ "$?" = 3 ] && [ "$(wc -l </tmp/refusal)" = 1 ] && grep -q "$1" /tmp/refusal
}

status_says() { spamweir status | grep -q "$1"; }

# Who shares, of the one NIC of this part; other arguments as configure has them.
configure_eth1() {
	configure enforce "${2:-20000}"
	sed -i "/name: eth0/d; s/xdp: native/$1/" "$config"
}

patience=1 # of pings, none of which is lost

configure_eth1 'xdp: native'
check "load --shared takes over from a link" spamweir load --shared
check "status says so" shared_with 0 native
equal "no link is left" "$(ls "$pins" | grep -c link_)" 0
check "ours work" ours_work
if [ "$(cat /sys/class/net/eth1/mtu)" = 9000 ]; then
	check "a ping of 8000 bytes passes the dispatcher" pings home 198.19.0.2 -s 8000
fi
check "unload" spamweir unload
for nic in eth0 eth1; do # xdp-loader asks for no large frames
	ip link set "$nic" mtu 1500
done

check "another program is put on the NIC" load_other
check "it works" other_works
check "a load that does not share is refused" refused spamweir load
check "the refusal says what to do" grep -q 'load --shared' /tmp/refusal
check "nothing of ours is left" test ! -e "$pins"
check "load --shared, the other being there" spamweir load --shared
check "status says that the NIC is shared" shared_with 1 native
check "both work" both_work
captures "beside another, two pings to a C&C host" 2 eth1 cnc_dst pings home 198.19.0.66
check "a load that does not share is refused, now too" refused spamweir load
check "unload" spamweir unload
equal "ours is gone" "$(ours_in)" 0
check "the other is left alone" other_works
check "nothing is left to be cut off by ours" pings home 198.19.0.66
check "xdp-loader takes the other off" xdp-loader unload eth1 --all

configure_eth1 'xdp: native, shared: true'
rm -f /tmp/metrics # counters begin anew
check "load with shared: true, nobody being there" spamweir load
check "status says that the NIC is shared, with nobody" shared_with 0 native
check "reload of what is in force" spamweir reload
sed -i 's/shared: true/&, vlans: { 7: upstream }/' "$config"
check "reload says that VLANs have changed" reload_says '`vlans` of eth1 are not in force, others'
check "status says it" status_says '`vlans` of the configuration are not in force'
configure_eth1 'xdp: native, shared: true'
echo 'tunnels: [4in6]' >>"$config"
check "reload says that tunnels have changed" reload_says '`tunnels` is not in force as it stands'
check "status says it" status_says '`tunnels` of the configuration is not in force'
configure_eth1 'xdp: generic, shared: true'
check "reload says that the mode has changed" reload_says '`xdp: generic` of eth1 is not in force: `spamweir load`'
configure_eth1 'xdp: native, shared: true'
sed -i 's/name: eth1/name: eth0/; s/role: access/role: upstream/' "$config"
check "reload says which NIC is no longer named" sh -c \
	"spamweir reload 2>&1 | grep -q 'does not name eth1, which is judged still: .spamweir load. ends'"
configure_eth1 'xdp: native, shared: true'
check "reload of what is in force" spamweir reload
check "another program is put beside ours" load_other
configure_eth1 'xdp: generic, shared: true'
check "reload says that another program holds the mode" reload_says \
	'`xdp: generic` of eth1 is not in force: libxdp.s dispatcher is there in native mode'
configure_eth1 'xdp: native, shared: true'
check "status says that it is there" shared_with 1 native
check "both work" both_work

counted_more eth1 cnc_dst >/dev/null
pings_begin
check "load, with pings under way" spamweir load
configure_eth1 'xdp: native' 60000
check "reload that outgrows the tables and says no more of sharing" spamweir reload
pings_end
check "the NIC is shared still" shared_with 1 native
equal "ours is in once" "$(ours_in)" 1
equal "all clean pings were answered" "$(sum received /tmp/clean)" "$(sum transmitted /tmp/clean)"
equal "none to a C&C host was" "$(sum received /tmp/listed)" 0
equal "each of those was counted once" "$(counted_more eth1 cnc_dst)" \
	"$(sum transmitted /tmp/listed)"

# At about this step the new program is in and the old one is not out.
DIE_AT=40 LD_PRELOAD=/lib/die.so spamweir load --shared 2>/dev/null
equal "a load is killed on the way" "$?" 137
pass "that was while ours was in $(ours_in) times"
check "both work" both_work
check "the next load mends" spamweir load --shared
equal "ours is in once" "$(ours_in)" 1
check "both work" both_work
xdp-loader clean >/dev/null 2>&1 # what was killed inside libxdp

check "xdp-loader takes the other off" xdp-loader unload eth1 -i \
	"$(xdp-loader status eth1 | awk '/=>.* other / { print $4 }')"
check "ours is left alone" ours_work
check "the other is gone" other_is_gone
check "a load that does not share goes back to a link" spamweir load
check "it is there" test -e "$pins/link_eth1"
check "no pin says that the NIC is shared" test -z "$(ls "$pins" | grep shared_)"
check "ours work" ours_work
configure_eth1 'xdp: generic, shared: true'
check "load in generic mode, shared" spamweir load
check "status says so" shared_with 0 generic
check "ours work" ours_work
