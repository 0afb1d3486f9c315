# SPDX-License-Identifier: GPL-2.0
# A daemon puts back what somebody took off a NIC that is shared, beside what is there
# by then. Each check waits for what the daemon does within seconds.
. /test/report.sh
. /test/net.sh
. /test/config.sh

patience=1

ours_work() { pings home 198.19.0.2 && ! pings home 198.19.0.66; }
other_works() { ! pings home 198.19.0.2 -t 77; }
ours_in() { xdp-loader status eth1 | grep -c '=>.*spamweir_'; }
load_other() { xdp-loader load -m native eth1 /srv/other.o; }

# A program's number in the dispatcher.
id_of() {
	xdp-loader status eth1 | awk -v name="$1" '/=>/ && index($0, name) { print $4; exit }'
}

repaired() { [ "$(grep -c 'eth1: had lost its program; attached again' /tmp/daemon)" = "$1" ]; }

refused() { ! "$@" 2>/tmp/refusal && [ "$(wc -l </tmp/refusal)" = 1 ]; }

# breaks NAME COMMAND...: after which the daemon repairs, for the so manieth time.
breaks() {
	local name=$1

	shift
	times=$((times + 1))
	check "$name" "$@"
	if until_true 60 repaired $times; then
		pass "the daemon puts ours back"
	else
		fail "the daemon does not put ours back: $(tail -n 3 /tmp/daemon | tr '\n' ' ')"
	fi
	equal "ours is in once" "$(ours_in)" 1
	check "it works" ours_work
	check "status says so" sh -c "spamweir status | grep -q '^eth1 .* native, shared with'"
}

! test -e "$pins" || check "unload" spamweir unload
for nic in eth0 eth1; do # xdp-loader asks for no large frames
	ip link set "$nic" mtu 1500
done
configure
sed -i "/name: eth0/d; s/xdp: native/xdp: native, shared: true/" "$config"
times=0
spamweir run >/tmp/daemon 2>&1 &
daemon=$!
check "the daemon runs" until_true 60 grep -q 'running; SIGHUP' /tmp/daemon
check "ours work" ours_work
breaks "ip link takes the dispatcher off" ip link set eth1 xdp off
breaks "xdp-loader takes all off" xdp-loader unload eth1 --all
check "another program is put beside ours" load_other
breaks "xdp-loader takes ours off" xdp-loader unload eth1 -i "$(id_of spamweir_)"
check "the other works still" other_works
breaks "xdp-loader takes both off" xdp-loader unload eth1 --all
check "another program is put beside ours, again" load_other
check "status says what its MTU suffers" \
	sh -c "spamweir status | grep -q '^eth1 .*shared with 1 other XDP programs, which hold its MTU down'"
check "load says so" sh -c "spamweir load 2>&1 | grep -q 'eth1: another program in .*takes no frames of several buffers'"
kill $daemon
wait $daemon
ip link set eth1 mtu 9000 # which virtio-net allows, and then no program for this NIC
check "with a larger one, unload is refused" refused spamweir unload
check "and names the MTU" grep -q 'ip link set eth1 mtu 1500' /tmp/refusal
check "both work still" ours_work
ip link set eth1 mtu 1500
check "unload" spamweir unload
check "the other is left alone" other_works
check "xdp-loader takes it off" xdp-loader unload eth1 --all

# Alone, too: Linux 6.1 would take the link away, and leave the program at work.
sed -i 's/, shared: true//' "$config"
check "load, alone" spamweir load
ip link set eth1 mtu 9000
if ! spamweir unload 2>/tmp/refusal; then
	check "unload is refused, and names the MTU" grep -q 'does not let go.*ip link set eth1 mtu 1500' \
		/tmp/refusal
	check "ours work still" ours_work
	ip link set eth1 mtu 1500
	check "unload" spamweir unload
fi
ip link set eth1 mtu 1500
check "nothing is judged any more" pings home 198.19.0.66
sed -i 's/xdp: native/&, shared: true/' "$config"

# Somebody else's NIC, by now.
check "load" spamweir load
ip netns add away
ip link set eth1 netns away
check "status does not say that it is at work here" \
	sh -c "spamweir status | grep -q 'eth1 (access) is DETACHED: there is no such interface'"
check "unload says that it may be at work there" \
	sh -c "spamweir unload 2>&1 | grep -q 'another network namespace'"
check "it is" sh -c '/bin/ip -n away -d link show eth1 | grep -q prog/xdp'
check "what is said takes it off" ip -n away link set eth1 xdp off
check "it is gone" sh -c '! /bin/ip -n away -d link show eth1 | grep -q prog/xdp'
ip -n away link set eth1 netns 1
ip netns del away
xdp-loader clean >/dev/null 2>&1
