# SPDX-License-Identifier: GPL-2.0
# Bonds: the program is on the bond and so on its slaves, those that come later too,
# and each frame is judged once, whoever is named.
#
#   far              the guest
#   q0 ------------- p0
#     bond7        bond7
#   q1 ------------- p1
. /test/report.sh
. /test/net.sh
. /test/config.sh

patience=2
in_far() { ip netns exec far "$@"; }

configure_bond() {
	mkdir -p /etc/spamweir
	{
		echo 'interfaces:'
		printf '  - { name: %s, role: access }\n' "$@"
		echo 'feeds: [{ name: bots, kind: cnc, entries: [198.18.7.66] }]'
	} >"$config"
}

# enslave NUMBER: in both bonds.
enslave() {
	ip link add "p$1" type veth peer name "q$1" netns far
	ip link set "p$1" master bond7
	ip link set "p$1" up
	ip -n far link set "q$1" master bond7
	ip -n far link set "q$1" up
}

# bond_up MODE...: the same on both sides, with two slaves.
bond_up() {
	ip netns add far
	ip link add bond7 type bond miimon 50 mode "$@"
	ip -n far link add bond7 type bond miimon 50 mode "$@"
	enslave 0
	enslave 1
	addresses_up
}

addresses_up() {
	ip link set bond7 up
	ip -n far link set bond7 up
	ip address add 198.18.7.1/24 dev bond7
	for host in 2 66; do
		ip -n far address add "198.18.7.$host/24" dev bond7
	done
}

# Until links are up and, in 802.3ad, agreed upon: for up to 40 s.
ready() { until_true 1 pings far 198.18.7.1; }

# Until both links of both ends collect and distribute, and say so of each other (IEEE 802.1AX,
# state 0x3d, 0x3f with short timeouts): while another link joins, a bond may send by none.
agreed_in() {
	[ "$("$@" cat /proc/net/bonding/bond7 | grep -c 'port state: 6[13]$')" = 4 ]
}

both_agreed() { agreed_in env && agreed_in in_far; }

bond_down() {
	ip netns del far
	for link in p0 p1; do
		! ip link show dev $link >/dev/null 2>&1 || ip link del $link
	done
	ip link del bond7
}

# mode_of NIC: and with whom it is shared, as status says in its last column.
mode_of() {
	spamweir status | sed -n "s/^$1 .*  \\([A-Za-z].*\\)/\\1/p"
}

# Whether each ping of a C&C host is dropped, and counted once by NIC, and by no other. What a
# bond loses by itself never comes: then there is another go, twice. None may be counted twice.
drops() {
	local go before counted sent

	for go in 1 2 3; do
		before=$(counted_by "$@")
		! in_far ping -q -c 5 -i 0.1 -w 2 -I 198.18.7.66 198.18.7.1 >/tmp/listed || return 1
		sent=$(sum transmitted /tmp/listed)
		until_true 10 all_counted "$before" "$sent" "$@" || :
		counted=$(($(counted_by "$@") - before))
		echo "$sent pings, $counted counted, go $go"
		[ $counted -le "$sent" ] || return 1
		[ $counted = 0 ] || [ $counted != "$sent" ] || return 0
	done
	return 1
}

# Whoever pings does not wait for the last one to arrive.
all_counted() {
	local before=$1 sent=$2

	shift 2
	[ $(($(counted_by "$@") - before)) -ge "$sent" ]
}

# And whether others' get through.
judges() { drops "$@" && pings far 198.18.7.1; }

# Packets of C&C hosts, counted by one NIC, and by another.
counted_by() {
	spamweir metrics >/tmp/metrics
	echo $(($(counted "$1" cnc_src) + $(counted "${2:-none}" cnc_src)))
}

# refused CODE COMMAND...: it ends so, and what it says is in one line in /tmp/refusal.
refused() {
	local code=$1 is=0

	shift
	"$@" 2>/tmp/refusal || is=$?
	[ "$is" = "$code" ] && [ "$(wc -l </tmp/refusal)" = 1 ]
}

no_program() { ! bpftool prog list | grep -q 'name spamweir_'; }

says() { grep -q "$1" /tmp/refusal; }

! ip link show dev bond0 >/dev/null 2>&1 || ip link del bond0 # the module's own

for mode in balance-rr active-backup balance-xor 802.3ad; do
	bond_up "$mode"
	check "$mode: traffic passes" ready
	[ "$mode" != 802.3ad ] || check "$mode: both links have agreed" until_true 60 both_agreed
	configure_bond bond7
	check "$mode: load on the bond" spamweir load
	equal "$mode: natively" "$(mode_of bond7)" native
	check "$mode: it judges" judges bond7
	check "$mode: unload" spamweir unload
	check "$mode: no program is left" until_true 20 no_program
	check "$mode: nothing is judged then" pings far 198.18.7.1 -I 198.18.7.66
	bond_down
done

# A slave that comes later, and failover to it.
ip netns add far
for zone in "" "-n far"; do
	# shellcheck disable=SC2086 # no word, or two
	ip $zone link add bond7 type bond miimon 50 mode active-backup
done
enslave 0
addresses_up
check "traffic passes" ready
check "load on a bond with one slave" spamweir load
enslave 1
check "the bond judges on" judges bond7
ip -n far link set q0 down
check "it judges what comes in by the other slave" ready
equal "which is that" "$(cat /sys/class/net/bond7/bonding/active_slave)" p1
check "also a C&C host's" judges bond7
ip -n far link set q0 up

check "load --shared on the bond" spamweir load --shared
equal "natively, in a dispatcher" "$(mode_of bond7)" "native, shared with 0 other XDP programs"
check "it judges there" judges bond7
check "load goes back to a link" spamweir load
equal "natively, alone" "$(mode_of bond7)" native

# One or the other, whoever is named.
configure_bond p0 p1 bond7
check "check names a slave beside its bond" refused 1 spamweir check
check "and says why" says ':2: what comes in by p0 comes in by bond7 (line 4) too'
check "load leaves both slaves out" sh -c 'spamweir load 2>/tmp/refusal; [ $? = 3 ]'
equal "and names them" "$(grep -o 'p[01] is left out' /tmp/refusal | tr '\n' ' ')" \
	"p0 is left out p1 is left out "
equal "the bond is attached" "$(mode_of bond7)" native
check "status says so of the slave" sh -c 'spamweir status | grep -q "p0 (access) is DETACHED: what comes in by it is judged on another"'
check "each frame is judged once" judges bond7 p0

configure_bond p0 p1
check "load goes over to the slaves" spamweir load
equal "natively" "$(mode_of p0) $(mode_of p1)" "native native"
check "they judge" judges p0 p1
configure_bond p0
check "a slave that is not named is warned of" refused 0 spamweir load
check "by name" says 'its slave p1 is not named: what comes in there passes unjudged'
configure_bond p0 p1
check "load on both" spamweir load
configure_bond bond7
check "load goes back to the bond" spamweir load
equal "natively, again" "$(mode_of bond7)" native
check "each frame is judged once there" judges bond7 p0
ip link add link bond7 name bond7.5 type vlan id 5
configure_bond bond7.5 bond7
check "a VLAN device beside what it lies on is left out" refused 3 spamweir load
check "with the reason" says 'what comes in by bond7.5 comes in by bond7 (line 3) too'
check "each frame is judged once" judges bond7 bond7.5
ip link del bond7.5

# The daemon, of a bond that appears and gets its slaves later.
configure_bond bond7
spamweir run >/tmp/daemon 2>&1 &
daemon=$!
check "the daemon runs" until_true 60 grep -q 'running; SIGHUP' /tmp/daemon
bond_down
check "it says that the bond is gone" until_true 60 grep -q 'there is no interface bond7; waiting' \
	/tmp/daemon
ip netns add far
for zone in "" "-n far"; do
	# shellcheck disable=SC2086 # no word, or two
	ip $zone link add bond7 type bond miimon 50 mode active-backup
done
check "a bond without slaves waits for one" until_true 60 grep -q 'is a bond without slaves.*waiting' \
	/tmp/daemon
enslave 0
enslave 1
addresses_up
check "with slaves it is attached" until_true 60 grep -q 'bond7: is back, as another NIC' /tmp/daemon
equal "natively, by the daemon" "$(mode_of bond7)" native
check "traffic passes again" ready
check "and judges" judges bond7
kill $daemon
wait $daemon
check "unload" spamweir unload
bond_down

# What the kernel refuses, with advice.
for mode in broadcast balance-tlb balance-alb; do
	bond_up $mode
	configure_bond bond7
	sed -i 's/role: access/&, xdp: native/' "$config"
	check "$mode is refused" refused 1 spamweir load
	check "$mode: with its name, and what to name instead" says "in mode $mode.*instead: p0, p1"
	bond_down
done
bond_up balance-alb
configure_bond bond7
check "generic by itself, with a warning" refused 0 spamweir load
check "which says why" says "in mode balance-alb.*GENERIC"
check "it drops" drops bond7
configure_bond bond7 p0 p1
check "beside its slaves such a bond is left out" refused 3 spamweir load
check "by name" says 'bond7 is left out'
equal "the slaves are attached" "$(mode_of p0) $(mode_of p1)" "native native"
check "each frame is judged once on them" drops p0 p1
check "unload" spamweir unload
bond_down
bond_up balance-xor xmit_hash_policy vlan+srcmac
configure_bond bond7
sed -i 's/role: access/&, xdp: native/' "$config"
check "vlan+srcmac is refused" refused 1 spamweir load
command=$(grep -o 'ip link set bond7 type bond xmit_hash_policy [^`]*' /tmp/refusal)
# shellcheck disable=SC2086 # a command
check "the command that is advised: $command" $command
check "then it loads" spamweir load
check "unload" spamweir unload
ip link set p1 xdpdrv obj /srv/other.o sec xdp.frags
check "a slave with a program of its own is refused" refused 1 spamweir load
check "by name" says 'its slave p1 has an XDP program of its own'
ip link set p1 xdp off
ip link set eth0 up
ip link add link eth0 name eth0.9 type vlan id 9
ip link set eth0.9 master bond7
check "a slave without native XDP is refused" refused 1 spamweir load
check "among the slaves" says 'a slave of it has no native XDP.*instead: p0, p1, eth0.9'
ip link set eth0.9 nomaster
check "without it, the bond loads" spamweir load
check "and takes that slave no more" sh -c '! /bin/ip link set eth0.9 master bond7'
ip link del eth0.9
check "unload" spamweir unload

# A slave that nobody has named comes later.
ip link set p1 nomaster
configure_bond p0
spamweir run >/tmp/daemon 2>&1 &
daemon=$!
check "the daemon runs on a slave" until_true 60 grep -q 'running; SIGHUP' /tmp/daemon
ip link set p1 down
ip link set p1 master bond7
check "it says that another one came" until_true 60 grep -q 'its slave p1 is not named' /tmp/daemon
kill $daemon
wait $daemon
check "unload" spamweir unload
bond_down
