# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# The screens of the demo, in order. Needs the lab's other files, and $spamweir.
# shellcheck disable=SC2154 # $spamweir and $tools, and what screen.sh defines

PHASE_S=6
RATE=30 # new connections a minute and subscriber
BURST=10

declare -A arrived # "before.cnc" and so on

# The command on the router, as its operator types it.
weir() {
	(cd "$LAB" && lab_in router "$spamweir" -c spamweir.yaml --state-dir "$LAB/state" "$@")
}

type_weir() {
	command_line spamweir "$@"
	weir "$@" 2>&1 | indent
}

# How many there are of spamweir's.
pins() {
	{ find /sys/fs/bpf/spamweir 2>/dev/null || true; } | wc -l
}

# The IPsum list where it is at hand.
write_known_bad() {
	local ipsum="$lab_scripts/../../../shared/feeds/ipsum.txt"

	if [ -r "$ipsum" ]; then
		cp "$ipsum" "$LAB/known-bad.txt"
	else
		printf '%s\n' 192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 >"$LAB/known-bad.txt"
	fi
}

write_config() {
	write_known_bad
	cat >"$LAB/cnc.txt" <<-EOF
		198.19.66.0/24
		2001:db8:19:666::/64
	EOF
	cat >"$LAB/zombies.txt" <<-EOF
		198.18.64.0/23
		2001:db8:18:4000::/56
		198.19.100.0/24
	EOF
	cat >"$LAB/spamweir.yaml" <<-EOF
		interfaces:
		  - { name: acc0, role: access, xdp: native }
		  - { name: up0, role: upstream, xdp: native }
		mode: monitor
		smtp:
		  limit:
		    access: { rate: $RATE/min, burst: $BURST }
		feeds:
		  - { name: cnc, kind: cnc, path: cnc.txt }
		  - { name: known-bad, kind: cnc, path: known-bad.txt }
		  - { name: zombies, kind: zombie, path: zombies.txt, may_list_own: true }
		  - { name: relay, kind: allow, entries: [$RELAY] }
		  - { name: home, kind: own, entries: [198.18.0.0/17, "2001:db8:18::/48"] }
	EOF
}

screen_lab() {
	title "The lab: three network namespaces, real TCP, real SMTP"
	cat <<-EOF

		   subscribers                   router                   internet
		   198.18.0.0/17         +------------------+         198.19.0.0/16
		   2001:db8:18::/48  ----| acc0        up0  |----  2001:db8:19::/48
		                         | access  upstream |
		   ${#CUSTOMERS[@]} customers          +------------------+   mail server
		   our mail relay              spamweir           web server
		   our mail server       (native, both NICs)      foreign mail server
		   450 zombies, listed                            200 zombies, listed
		   12 zombies, unknown                            C&C hosts, listed
		   60 bots, very quiet                            C&C hosts, unknown

		People's mail is sent and received by Postfix's smtp-source and smtp-sink. Zombies
		blast from all their addresses straight to the mail servers, 600 connections a
		second, and call home. Everything is counted where it arrives. IPv4 and IPv6.
	EOF
}

# measure PHASE TEXT: the traffic once, and what arrived of it.
measure() {
	local phase=$1 text=$2 start class

	forget
	start=$(connections)
	traffic "$PHASE_S"
	progress "$PHASE_S" "$text"
	clients_end
	for class in customers relay inbound listed unlisted outside; do
		arrived["$phase.$class"]=$(mails "$class")
	done
	arrived["$phase.cnc"]=$(cnc_contacts)
	arrived["$phase.rate"]=$((($(connections) - start) / PHASE_S))
}

# got PHASE CLASS...: their sum.
got() {
	local class sum=0

	for class in "${@:2}"; do
		sum=$((sum + ${arrived["$1.$class"]}))
	done
	echo "$sum"
}

# In every phase; people must not notice.
expect_legitimate() {
	expect "customers' mail delivered" "$(got "$1" customers)" -eq "${sent[customers]}"
	expect "our relay's, faster than the limit" "$(got "$1" relay)" -eq "${sent[relay]}"
	expect "from abroad to us" "$(got "$1" inbound)" -eq "${sent[inbound]}"
}

screen_before() {
	title "Without spamweir"
	measure before "everybody at work"
	row "mail of customers" "$(got before customers)"
	row "mail of our relay, and from abroad" "$(got before relay inbound)"
	row "spam" "$(got before listed unlisted outside)"
	row "C&C contacts" "$(got before cnc)"
	row "new connections a second" "$(got before rate)"
	echo
	expect_legitimate before
	expect "spam delivered" "$(got before listed unlisted outside)" -ge $((PHASE_S * 540))
	expect "C&C contacts" "$(got before cnc)" -ge $((PHASE_S * 18))
}

# xdp FIELD: of each program attached to a NIC of the router.
xdp() {
	lab_in router bpftool -j net | jq -r ".[].xdp[] | $1"
}

screen_monitor() {
	title "Monitor mode: judge and count, drop nothing"
	type_weir check
	type_weir load
	type_weir status
	xdp .id >"$tools/programs"
	expect "NICs with native XDP" "$(xdp .mode | grep -c driver || true)" -eq 2
	snapshot start
	measure monitor "the same traffic"
	snapshot end
	row "packets that would have been dropped" "$(counted would_drop '')"
	row "spam that arrived meanwhile" "$(got monitor listed unlisted outside)"
	echo
	expect_legitimate monitor
	expect "packets that would be dropped" "$(counted would_drop '')" -ge $((PHASE_S * 540))
	expect "dropped" "$(counted drop '')" -eq 0
	expect "spam delivered" "$(got monitor listed unlisted outside)" -ge $((PHASE_S * 540))
	expect "C&C contacts" "$(got monitor cnc)" -ge $((PHASE_S * 18))
}

arrivals_table() {
	local class text

	table_head "what arrived in $PHASE_S s" before monitor after
	while read -r class text; do
		row "$text" "$(got before "$class")" "$(got monitor "$class")" "$(got after "$class")"
	done <<-EOF
		customers mail of customers
		relay mail of our relay (in the allow feed)
		inbound mail from abroad to us
		listed spam of zombies in the feed
		unlisted spam of zombies that nobody listed
		outside spam from abroad to us
		cnc C&C contacts
		rate new connections a second, all servers
	EOF
}

drops_table() {
	local reason feed

	table_head "dropped packets by reason" access upstream
	for reason in zombie_feed rate_limit cnc_dst cnc_src; do
		row "$reason" "$(counted drop "$reason" access)" "$(counted drop "$reason" upstream)"
	done
	table_head "by feed"
	for feed in zombies cnc known-bad; do
		row "$feed" "$(counted_by "$feed")"
	done
	echo
}

screen_enforce() {
	local limit blasts reports refused

	title "Enforce mode"
	command_line sed -i s/monitor/enforce/ spamweir.yaml
	sed -i s/monitor/enforce/ "$LAB/spamweir.yaml"
	type_weir reload
	snapshot start
	measure after "the same traffic"
	snapshot end
	arrivals_table
	drops_table
	limit=$((12 * (BURST + RATE * (PHASE_S + 1) / 60 + 1)))
	blasts=$(($(tried listed tried) + $(tried outside tried)))
	reports=$(tried contacts reports)
	refused=$(($(tried unlisted tried) - $(tried unlisted connected)))
	expect_legitimate after
	expect "spam of listed zombies" "$(got after listed outside)" -eq 0
	expect "spam of unknown zombies, slowed" "$(got after unlisted)" -le "$limit"
	expect "but not cut off" "$(got after unlisted)" -gt 0
	expect "C&C contacts" "$(got after cnc)" -eq 0
	expect "counted as zombie_feed, of $blasts attempts" "$(counted drop zombie_feed)" -ge "$blasts"
	expect "counted as rate_limit, of $refused attempts" "$(counted drop rate_limit)" -ge "$refused"
	expect "counted as cnc_dst, of $reports attempts" "$(counted drop cnc_dst)" -ge "$reports"
	type_weir lookup 198.18.64.7
}

screen_infected() {
	local start i mail web spam=0 answered=0 blocked=0 lifted=0

	title "A customer's PC is infected: the abuse desk stops its mail for 6 s"
	forget
	bots infected subscribers -m "$MX4" -r 2 -t 12 "$INFECTED"
	bots browser subscribers -c "$WEB,80" -a 4 -t 12 "$INFECTED"
	timeline_head "its spam" "its web requests answered"
	start=$(now_us)
	for ((i = 1; i <= 12; i++)); do
		sleep_until "$start" "$i"
		mail=$(($(mails infected) - spam))
		web=$(($(contacts "$WEB") - answered))
		spam=$((spam + mail)) answered=$((answered + web))
		timeline "$i" "$mail" 10 "$web" 10
		((i < 5 || i > 8)) || blocked=$((blocked + mail))
		((i < 10)) || lifted=$((lifted + mail))
		if [ "$i" = 3 ]; then
			type_weir zombie add "$INFECTED" --for 6s --why "ticket 4711"
			type_weir zombie list
		fi
	done
	clients_end
	echo
	expect "spam while it was listed" "$blocked" -eq 0
	expect "spam after the entry ended by itself" "$lifted" -gt 0
	expect "web requests answered all the while, of 48" "$answered" -ge 44
}

screen_mccolo() {
	local start i mail cnc spam=0 contacts=0 cut=6 spam_before contacts_before
	local spam_after=0 contacts_after=0

	title "The McColo moment: a botnet below every limit loses its hoster"
	echo "    60 bots, a mail every 3 s each, on orders from two hosts in 198.19.192.0/22"
	forget
	customers 8
	bots slow subscribers -m "$MX4" -r 20 -c "${BULLETPROOF[0]}" -c "${BULLETPROOF[1]}" -a 60 \
		-o -t 13 "$SLOW"
	timeline_head "C&C contacts" "spam that arrived"
	start=$(now_us)
	for ((i = 1; i <= 12; i++)); do
		sleep_until "$start" "$i"
		mail=$(($(mails slow) - spam))
		cnc=$(($(contacts 198.19.19) - contacts))
		spam=$((spam + mail)) contacts=$((contacts + cnc))
		timeline "$i" "$cnc" 60 "$mail" 30
		((i <= cut + 1)) || contacts_after=$((contacts_after + cnc))
		((i <= cut + 3)) || spam_after=$((spam_after + mail))
		if [ "$i" = "$cut" ]; then
			spam_before=$spam contacts_before=$contacts
			command_line echo 198.19.192.0/22 '>>' cnc.txt
			echo 198.19.192.0/22 >>"$LAB/cnc.txt"
			type_weir reload
		fi
	done
	clients_end
	echo
	expect "C&C contacts before" "$contacts_before" -ge $((cut * 40))
	expect "spam before, none over the limit" "$spam_before" -ge $((cut * 10))
	expect "C&C contacts after" "$contacts_after" -eq 0
	expect "spam when the last orders are 2 s old" "$spam_after" -eq 0
	expect "customers' mail delivered meanwhile" "$(mails customers)" -eq "${sent[customers]}"
}

programs_on_nics() {
	xdp .id | wc -l
}

screen_undo() {
	title "Undo"
	type_weir unload
	expect "pins left" "$(pins)" -eq 0
	expect "XDP programs left on NICs" "$(settled programs_on_nics)" -eq 0
	forget
	bots listed subscribers -m "$MX4" -m "$MX6" -r 50 -t 1 "${LISTED[@]}"
	clients_end
	expect "spam of listed zombies arrives again, of 50" "$(mails listed)" -ge 45
	servers_down
	lab_down
	expect "namespaces left in the lab" "$(ip netns list | wc -l)" -eq 0
}
