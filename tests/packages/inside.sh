#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# In a container with systemd: a router with one NIC, the other end of which is in a
# network namespace. The life of the package, with traffic. Lines that begin with @@ are
# for run.sh.
export DEBIAN_FRONTEND=noninteractive
set -m # what runs in the background is a group of its own, and does not ignore SIGINT

pass() { echo "@@ pass $1"; }
fail() {
	echo "@@ fail $1"
	journalctl --no-pager -q -n 20 -u spamweir -u spamweir-worker -u spamweir-worker.socket >&2
}

# check TEXT COMMAND...
check() {
	if "${@:2}" >&2; then pass "$1"; else fail "$1"; fi
}

# until COMMAND...: for three minutes, however busy the machine is.
until_it() {
	local i

	for ((i = 0; i < 1800; i++)); do
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

out() { nsenter --net=/run/netns/outside "$@"; }
attached() { ip -j link show dev inside0 | grep -q '"xdp":{'; }
not() { ! "$@"; }
cut_off() { not out ping -q -c 2 -i 0.2 -W 1 -I 198.18.0.66 198.18.0.1; }
loaded() { spamweir status && attached; }

ip link set lo up
ip netns add outside
ip link add inside0 type veth peer name far netns outside
ip address add 198.18.0.1/24 dev inside0
ip link set inside0 up
ip -n outside address add 198.18.0.2/24 dev far
ip -n outside address add 198.18.0.66/24 dev far
ip -n outside link set far up
until_it out ping -q -c 1 -W 1 -I 198.18.0.66 198.18.0.1 || fail "the container's network"

check "it installs" dpkg -i /root/first.deb
check "nothing is started without a configuration" not systemctl is-active -q spamweir
check "nothing is enabled" not systemctl is-enabled -q spamweir
check "there is a user for what comes from outside" getent passwd spamweir
check "the example is a configuration" spamweir check -c /usr/share/doc/spamweir/examples/spamweir.yaml

cat >/etc/spamweir/spamweir.yaml <<C
interfaces:
  - { name: inside0, role: access }
feeds:
  - { name: cut, kind: cnc, entries: [198.18.0.66], may_list_special: true }
C
check "systemctl enable --now works" systemctl enable --now spamweir
check "it is in force then, at once" loaded
check "what is listed is cut off" cut_off
check "what is not passes" out ping -q -c 2 -i 0.2 -W 1 198.18.0.1
for unit in spamweir spamweir-worker; do
	score=$(systemd-analyze security --no-pager "$unit.service" | sed -n 's/.*Overall.*: \([0-9.]*\) .*/\1/p')
	check "$unit.service is as little exposed as can be: ${score:-?}" awk -v s="${score:-9}" 'BEGIN { exit s > 2.0 }'
done
check "an address is listed by hand" spamweir zombie add 198.18.0.77 --why "kept"

daemon=$(systemctl show -p MainPID --value spamweir)
out ping -q -i 0.01 -W 5 198.18.0.1 >/tmp/clean &
clean=$!
out ping -q -i 0.01 -W 5 -I 198.18.0.66 198.18.0.1 >/tmp/cut &
cut=$!
check "it is upgraded under traffic" dpkg -i /root/newer.deb
changed() { [ "$(systemctl show -p MainPID --value spamweir)" != "$daemon" ]; }
until_it changed
check "the daemon was started again" changed
until_it loaded
kill -INT -- "-$clean" "-$cut"
wait "$clean" "$cut"
grep transmitted /tmp/clean /tmp/cut >&2
check "no clean packet was lost" grep -qE ' 0% packet loss' /tmp/clean
check "no listed one passed" grep -qE ' 0 received' /tmp/cut

check "it is restarted" systemctl restart spamweir
check "and in force then" loaded
listed() { spamweir lookup --json "$1" | grep -q '"verdict": *"drop"'; }
sed -i 's/entries: \[/&198.18.0.99, /' /etc/spamweir/spamweir.yaml
check "it is reloaded" systemctl reload spamweir
check "and what is new in force then" listed 198.18.0.99

# What comes from outside, and what goes there, with what the unit leaves the daemon.
mkdir /srv/outside
echo 198.18.0.70 >/srv/outside/list
echo "from: outside" >/etc/spamweir/header
echo 198.18.0.71 >/srv/local.txt
chown nobody /srv/local.txt
chmod 600 /etc/spamweir/header /srv/local.txt
cat >/root/outside.pl <<'P'
use strict;
use IO::Socket::INET;
my $listening = IO::Socket::INET->new(LocalAddr => "198.18.0.2:80", Listen => 9, ReuseAddr => 1) or die;
while (my $one = $listening->accept) {
	my ($asked, $size, $known) = (scalar(<$one>) // "", 0, 0);
	while (my $line = <$one>) {
		last if $line =~ /^\r?$/;
		$size = $1 if $line =~ /^content-length: (\d+)/i;
		$known = 1 if $line =~ /^from: outside/i;
	}
	if ($asked =~ /^POST/) {
		read($one, my $body, $size);
		open(my $posts, ">>", "/srv/outside/posts");
		print $posts "$body\n";
		print $one "HTTP/1.1 204 Thanks\r\nConnection: close\r\n\r\n";
	} else {
		open(my $list, "<", "/srv/outside/list");
		my $text = $known ? join("", <$list>) : "who are you?";
		print $one "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " . length($text) . "\r\n\r\n$text";
	}
	close($one);
}
P
out perl /root/outside.pl >&2 &
outside=$!
cat >/usr/local/bin/page <<'P'
#!/bin/sh
grep -q '"event":"feed"' || exit 3
[ "$(id -un)" = spamweir ] || { echo "it is $(id)" >&2; exit 1; }
grep -qE '^CapEff:\s+0+$' /proc/self/status || { grep Cap /proc/self/status >&2; exit 2; }
id -nG >/srv/pages/told
P
chmod 755 /usr/local/bin/page
mkdir -p /srv/pages /etc/systemd/system/spamweir-worker.service.d
chown spamweir /srv/pages
cat >/etc/systemd/system/spamweir-worker.service.d/override.conf <<D
[Service]
SupplementaryGroups=dialout
ReadWritePaths=/srv/pages
D
systemctl daemon-reload
cp /etc/spamweir/spamweir.yaml /root/alone.yaml
cat >>/etc/spamweir/spamweir.yaml <<C
  - { name: web, kind: cnc, url: "http://198.18.0.2/list", every: 1s, headers_file: /etc/spamweir/header, may_list_special: true }
  - { name: local, kind: cnc, path: /srv/local.txt, may_list_special: true, max_change: off }
notices:
  receivers:
    - { name: pager, exec: /usr/local/bin/page, events: [feed] }
    - { name: hook, webhook: "http://198.18.0.2/hook", events: [feed] }
C
systemctl reload spamweir # what is not fetched yet is partly in force
until_it listed 198.18.0.70
check "a list is fetched" listed 198.18.0.70
check "a list of another user is read" listed 198.18.0.71
echo 198.18.0.72 >/srv/outside/list
until_it listed 198.18.0.72
check "and fetched again when it changes" listed 198.18.0.72
check "the worker lives, and is not root" test "$(stat -c %U "/proc/$(systemctl show -p MainPID --value spamweir-worker)")" = spamweir
systemctl kill -s KILL spamweir-worker
echo 198.18.0.74 >/srv/outside/list
until_it listed 198.18.0.74
check "a worker that was killed is begun again" listed 198.18.0.74
mkdir -p /run/systemd/system/spamweir-worker.service.d
printf '[Service]\nWatchdogSec=4s\n' >/run/systemd/system/spamweir-worker.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart spamweir-worker
systemctl kill -s STOP spamweir-worker
echo 198.18.0.76 >/srv/outside/list
until_it listed 198.18.0.76
check "a worker that hangs is, too" listed 198.18.0.76
systemctl stop spamweir-worker.socket spamweir-worker.service
echo 198.18.0.75 >/srv/local.txt
systemctl reload spamweir
unfit() { spamweir feed list | grep -q "$1"; }
check "it is said that there is no worker" unfit "does not answer"
check "enforcement goes on without a worker" cut_off
systemctl start spamweir-worker.socket
until_it systemctl reload spamweir # notices and fetches that failed are tried again
check "and with one that has come" systemctl reload spamweir
check "it reads what has changed" listed 198.18.0.75
echo nonsense >/srv/local.txt
systemctl reload spamweir # which is partly in force, too
paged() { spamweir notice list --all | grep pager | grep -q sent; }
until_it paged
spamweir notice list --all >&2
check "a program is told of a feed in trouble, and is not root" paged
check "it has what a drop-in gives it" grep -qw dialout /srv/pages/told
until_it grep -q '"event":"feed"' /srv/outside/posts
check "a web server is" grep -q '"event":"feed"' /srv/outside/posts
echo 198.18.0.73 >/srv/local.txt
check "a list that is well again is no trouble" systemctl reload spamweir
check "and in force" listed 198.18.0.73
kill -INT -- "-$outside"
cp /root/alone.yaml /etc/spamweir/spamweir.yaml
check "without them it is as before" systemctl reload spamweir
cp /etc/spamweir/spamweir.yaml /root/good.yaml
echo "interfaces: [" >>/etc/spamweir/spamweir.yaml
check "a reload of what is wrong fails" not systemctl reload spamweir
check "the daemon goes on" systemctl is-active -q spamweir
check "with what was in force" listed 198.18.0.99
systemctl stop spamweir
check "a start with what is wrong fails" not systemctl start spamweir
systemctl stop spamweir
cp /root/good.yaml /etc/spamweir/spamweir.yaml
check "stopping the daemon ends no enforcement" attached
if said=$(spamweir load --shared 2>&1) || ! grep -q 'lets no XDP program be extended' <<<"$said"; then
	check "it is loaded beside other XDP programs" spamweir load --shared
	check "what is listed is cut off there, too" cut_off
	check "and alone again" spamweir load
else
	echo "@@ skip no NIC is shared: ${said##*spamweir: }"
fi
mkdir -p /run/systemd/system/spamweir.service.d
printf '[Service]\nWatchdogSec=4s\n' >/run/systemd/system/spamweir.service.d/watchdog.conf
systemctl daemon-reload
systemctl start spamweir
daemon=$(systemctl show -p MainPID --value spamweir)
kill -STOP "$daemon"
until_it changed
check "a daemon that hangs is started again" changed
until_it loaded

check "it is removed" dpkg -r spamweir
check "the NIC has no program then" not attached
check "nothing is pinned" not test -e /sys/fs/bpf/spamweir
check "configuration and state stay" test -e /etc/spamweir/spamweir.yaml -a -d /var/lib/spamweir
check "one of before there was a worker is installed" dpkg -i /root/older.deb
cat >>/etc/spamweir/spamweir.yaml <<C
  - { name: local, kind: cnc, path: /srv/local.txt, may_list_special: true, max_change: off }
C
systemctl start spamweir
until_it loaded
check "who was listed by hand is" sh -c "spamweir zombie list | grep -q 198.18.0.77"
check "its daemon reads a list" listed 198.18.0.73
daemon=$(systemctl show -p MainPID --value spamweir)
check "it is upgraded to one that has" dpkg -i /root/first.deb
until_it changed
until_it loaded
echo 198.18.0.78 >/srv/local.txt
check "the daemon has its lists read" systemctl reload spamweir
check "and a new one is in force" listed 198.18.0.78
check "by the worker" systemctl is-active -q spamweir-worker
check "it is purged" dpkg -P spamweir
check "nothing of it is left" not ls -d /etc/spamweir /var/lib/spamweir /sys/fs/bpf/spamweir
check "no unit is left" not systemctl cat spamweir spamweir-worker.service
check "nobody listens" not test -e /run/spamweir-worker.socket
