# SPDX-License-Identifier: GPL-2.0
# Configurations. Sourced.

config=/etc/spamweir/spamweir.yaml

# configure [MODE [ENTRIES]]: ENTRIES is how many addresses the long list has.
configure() {
	mkdir -p /etc/spamweir
	awk -v n="${2:-20000}" 'BEGIN {
		for (i = 37; n--; i += 37)
			printf "10.%d.%d.%d\n", i / 65536, i / 256 % 256, i % 256
	}' >/etc/spamweir/long.txt
	cat >"$config" <<-END
		interfaces:
		  - { name: eth1, role: access, xdp: native }
		  - { name: eth0, role: upstream, xdp: native }
		mode: ${1:-enforce}
		smtp:
		  limit:
		    access: { rate: 1/h, burst: 3 }
		    upstream: { rate: 1/h, burst: 5 }
		feeds:
		  - { name: bots, kind: cnc, entries: [198.19.0.66, "2001:db8:19::66"] }
		  - { name: long, kind: cnc, path: long.txt, may_list_special: true }
		  - { name: zombies, kind: zombie, entries: [198.18.0.13, 198.19.0.13, "2001:db8:18::13"] }
		  - { name: relays, kind: allow, entries: [198.18.0.25] }
	END
}

pins=/sys/fs/bpf/spamweir
