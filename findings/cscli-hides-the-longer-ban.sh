#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# `cscli decisions list` of CrowdSec 1.4.6 shows one decision of an address, type and scope:
# the one that was made last. That is the one that ends first, if an address that is banned
# for a month is banned for an hour once more, as by a scenario that it trips. Those who
# enforce decisions are told of the longest (/v1/decisions/stream): the list shows an end
# of 1 h, and the address stays banned for 720 h. `-o json` leaves it out, too, and has the
# alert without its decision; that something was left out is said where people read it
# alone, and no option turns it off. `cscli alerts list` has both. Who exports the list
# exports bans that end too early.
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
cscli decisions add -i 192.0.2.1 -d 720h -R month
cscli decisions add -i 192.0.2.1 -d 1h -R hour
cscli decisions list -o json >listed
cscli alerts list -o json >alerts
python3 - "$key" >enforced <<'PYTHON'
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


def load(name):
    with open(name, encoding="ascii") as file:
        return json.load(file)


def decisions(name):
    return sorted(d["scenario"] for alert in load(name) for d in alert["decisions"])


listed, alerts = decisions("listed"), decisions("alerts")
enforced = sorted(d["scenario"] for d in load("enforced")["new"])
print(f"crowdsec {sys.argv[1]}, of 192.0.2.1 banned for a month and then for an hour:",
      f"decisions list has {listed}, alerts list {alerts}, who enforces is told {enforced}")
if (listed, alerts, enforced) != (["hour"], ["hour", "month"], ["month"]):
    sys.exit("changed: expected the hour alone, both, and the month alone")
END
