# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Who lives in the lab, what they send, and what arrived. Needs lab.sh, and
# $tools: a directory that tools.sh has filled.
#
# Mail and C&C contacts are counted where they arrive; what legitimate senders
# sent is in the array `sent`.
# shellcheck disable=SC2034,SC2054,SC2154 # used by the demo; ADDRESS,PORT; $tools

declare -A sent
servers=() clients=()

lab_scripts=$(dirname "$(realpath "${BASH_SOURCE[0]}")")

# Internet
MX4=198.19.0.25
MX6=2001:db8:19::25
WEB=198.19.0.80
OUTSIDE_MTA=198.19.0.10
OUTSIDE_ZOMBIES=198.19.100.1+200
CNC=(198.19.66.6,443 198.19.66.7,8080)
CNC6=2001:db8:19:666::6,6667
BULLETPROOF=(198.19.192.10,6667 198.19.193.20,8443)
# Subscribers
RELAY=198.18.0.25
OUR_MX=198.18.0.26
CUSTOMERS=(198.18.1.{1..10} 2001:db8:18:{101,102}::1)
INFECTED=198.18.1.66
LISTED=(2001:db8:18:4000::1+50 198.18.64.1+400)
UNLISTED=(2001:db8:18:5000::1+2 198.18.80.1+10)
SLOW=198.18.90.1+60

# What the classes of senders have in common, as smtp-sink writes addresses.
CLASSES='
function class(a) {
	if (a == "198.18.0.25") return "relay"
	if (a == "198.18.1.66") return "infected"
	if (a ~ /^198\.18\.1\./ || a ~ /^ipv6:2001:db8:18:10[12]:/) return "customers"
	if (a ~ /^198\.18\.6[4-7]\./ || a ~ /^ipv6:2001:db8:18:40/) return "listed"
	if (a ~ /^198\.18\.80\./ || a ~ /^ipv6:2001:db8:18:500/) return "unlisted"
	if (a ~ /^198\.18\.90\./) return "slow"
	if (a == "198.19.0.10") return "inbound"
	if (a ~ /^198\.19\.100\./) return "outside"
	return "unknown"
}'

sink() {
	lab_start "$1" "$tools/smtp-sink" -u nobody -h mx.example -D "$LAB/mail/$2" "${@:3}" 1024 \
		>>"$LAB/servers.log" 2>&1
	servers+=($!)
}

servers_up() {
	mkdir "$LAB/mail" "$LAB/out"
	chown nobody "$LAB/mail"
	cp "$tools/bindsrc.so" "$LAB/" # LD_PRELOAD takes no path with a space
	: >"$LAB/contacts"
	sink internet mx4. -4 "$MX4:25"
	sink internet mx6. -6 "[$MX6]:25"
	sink subscribers ours. -4 "$OUR_MX:25"
	lab_start internet "$lab_scripts/hosts.py" "$LAB/contacts" "${CNC[@]}" "$CNC6" \
		"${BULLETPROOF[@]}" "$WEB,80" >>"$LAB/servers.log" 2>&1
	servers+=($!)
	lab_wait_port internet 25 2
	lab_wait_port subscribers 25 1
	lab_wait_port internet 80 1
}

servers_down() {
	kill "${servers[@]}"
	wait "${servers[@]}" || true
}

# Before a phase: forgets what has arrived, and who sent it.
forget() {
	clients=()
	rm -f "$LAB"/mail/* "$LAB"/out/*
	: >"$LAB/contacts"
}

# mailer NAMESPACE SOURCE TO [OPTION...]: Postfix's client, from that address.
mailer() {
	local ns=$1 source=$2 to=$3

	LD_PRELOAD="$LAB/bindsrc.so" BINDSRC="$source" lab_start "$ns" timeout 20 \
		"$tools/smtp-source" -f someone@customer.example -t someone@mx.example "${@:4}" \
		"$to:25" >>"$LAB/clients.log" 2>&1
	clients+=($!)
}

# bots NAME NAMESPACE ARGUMENT...: what they tried goes to out/NAME.
bots() {
	lab_start "$2" timeout 30 "$tools/bots" "${@:3}" >"$LAB/out/$1" 2>>"$LAB/clients.log"
	clients+=($!)
}

# customers N: each sends N mails, one a second. $sent counts them.
customers() {
	local address to

	for address in "${CUSTOMERS[@]}"; do
		to=$MX4
		[[ $address != *:* ]] || to="[$MX6]"
		mailer subscribers "$address" "$to" -m "$1" -w 1
	done
	sent["customers"]=$((${#CUSTOMERS[@]} * $1))
}

# The whole of it, for so many seconds, in the background.
traffic() {
	local seconds=$1 mx=(-m "$MX4" -m "$MX6") cnc=() where

	for where in "${CNC[@]}" "$CNC6"; do
		cnc+=(-c "$where")
	done
	customers $((seconds - 1))
	mailer subscribers "$RELAY" "$MX4" -s 15 -m $((15 * seconds)) -w 1
	mailer internet "$OUTSIDE_MTA" "$OUR_MX" -s 5 -m $((5 * seconds)) -w 1
	sent["relay"]=$((15 * seconds))
	sent["inbound"]=$((5 * seconds))
	bots listed subscribers "${mx[@]}" -r 350 -t "$seconds" "${LISTED[@]}"
	bots unlisted subscribers "${mx[@]}" -r 150 -t "$seconds" "${UNLISTED[@]}"
	bots outside internet -m "$OUR_MX" -r 100 -t "$seconds" "$OUTSIDE_ZOMBIES"
	bots contacts subscribers "${cnc[@]}" -a 20 -t "$seconds" "${LISTED[@]}"
}

# Until all clients have ended. The servers stay.
clients_end() {
	wait "${clients[@]}" || true
}

# Mails that arrived, of one class of sender or of all.
mails() {
	cat "$LAB"/mail/* 2>/dev/null |
		awk -v want="$1" "$CLASSES"'
		/^X-Client-Addr: / { n += want == "" || class($2) == want }
		END { print n + 0 }'
}

# contacts PREFIX: requests that hosts with that prefix answered.
contacts() {
	awk -v prefix="$1" 'index($1, prefix) == 1 { n++ } END { print n + 0 }' "$LAB/contacts"
}

cnc_contacts() {
	echo $(($(contacts 198.19.66.) + $(contacts 2001:db8:19:666:)))
}

# tried NAME FIELD: what a group of bots says it did.
tried() {
	awk -v want="$2" '{ for (i = 1; i < NF; i += 2) if ($i == want) print $(i + 1) }' \
		"$LAB/out/$1"
}

# TCP connections that the servers of both sides have accepted so far.
connections() {
	local ns total=0 n

	for ns in subscribers internet; do
		n=$(lab_in "$ns" nstat -asz TcpPassiveOpens | awk '/PassiveOpens/ { print $2 }')
		total=$((total + n))
	done
	echo "$total"
}
