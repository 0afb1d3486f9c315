#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# CrowdSec's local API tells those who enforce its decisions (/v1/decisions/stream) which
# are `new` and which are `deleted`, by address. An address may have several. 1.4.6 does not
# tell of one that ended while another is in force, but only if the two agree in type, scope
# and spelling. When a captcha ends beside a ban, a Range of /32 beside an Ip, or another
# spelling of an IPv6 address, the address is deleted, though its ban goes on. With
# startup=true one answer has it in both lists, for as long as the ended decision is kept.
# Who takes deletions by address lifts such bans; by `id` he does not.
# In a network namespace of its own.
set -euo pipefail

if [ "$(id -u)" != 0 ]; then
	echo "skipped: needs root"
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
version=1.4.6-6~deb12u1+b1
apt-get download -qq -o APT::Sandbox::User=root "crowdsec=$version"
dpkg -x crowdsec_*.deb root

mkdir notifications plugins
echo '{}' >index.json
echo 'simulation: false' >simulation.yaml
echo 'share_manual_decisions: false' >console.yaml
cat >config.yaml <<END
common: { daemonize: false, log_media: stdout, log_level: info, working_dir: . }
config_paths: { config_dir: $work, data_dir: $work, simulation_path: $work/simulation.yaml,
  hub_dir: $work, index_path: $work/index.json, notification_dir: $work/notifications,
  plugin_dir: $work/plugins }
cscli: { output: human }
db_config: { type: sqlite, db_path: $work/decisions.db, use_wal: false }
api:
  client: { credentials_path: $work/credentials.yaml }
  server: { listen_uri: "127.0.0.1:8080", profiles_path: $work/root/etc/crowdsec/profiles.yaml,
    console_path: $work/console.yaml }
prometheus: { enabled: false }
END

# Each is banned for a day, and decided once more in another way, which is then taken back.
cat >ask <<'END'
cscli() { root/usr/bin/cscli -c config.yaml "$@" 2>>log; }
ip link set lo up
cscli machines add -a -f credentials.yaml --force
key=$(cscli bouncers add enforcer -o raw | tail -n 1)
root/usr/bin/crowdsec -c config.yaml -no-cs >server 2>&1 &
for ((i = 0; i < 300; i++)); do
	! cscli lapi status || break
	sleep 0.1
done
number=0
decide() {
	cscli decisions add -d 24h "$@"
	number=$((number + 1))
}
twice() {
	decide -i "$1"
	decide "${@:2}"
	cscli decisions delete --id $number
}
twice 192.0.2.1 -i 192.0.2.1
twice 192.0.2.2 -i 192.0.2.2 -t captcha
twice 192.0.2.3 -r 192.0.2.3/32
twice 2001:db8::4 -i 2001:db8:0::4
python3 - "$key" >answer <<'PYTHON'
import sys
import urllib.request

print(urllib.request.urlopen(urllib.request.Request(
    "http://127.0.0.1:8080/v1/decisions/stream?startup=true",
    headers={"X-Api-Key": sys.argv[1]}), timeout=30).read().decode())
PYTHON
END
unshare --net --pid --fork --kill-child bash -eu ask

python3 - "$version" <<'END'
import json
import sys

with open("answer", encoding="ascii") as file:
    answer = json.load(file)
parts = {part: {f"{d['scope']} {d['value']}: {d['type']}" for d in answer[part] or []}
         for part in ("new", "deleted")}
for part, decisions in parts.items():
    print(f"crowdsec {sys.argv[1]}, {part}: {', '.join(sorted(decisions))}")
expected = {
    "new": {"Ip 192.0.2.1: ban", "Ip 192.0.2.2: ban", "Ip 192.0.2.3: ban",
            "Ip 2001:db8::4: ban"},
    "deleted": {"Ip 192.0.2.2: captcha", "Range 192.0.2.3/32: ban", "Ip 2001:db8:0::4: ban"},
}
if parts != expected:
    sys.exit(f"changed: expected {expected}")
END
