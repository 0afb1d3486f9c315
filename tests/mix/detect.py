# SPDX-License-Identifier: GPL-2.0
"""Replays a mix, and tells who was taken for a zombie, and when."""
import json
import subprocess

import mixture

# A NIC that sees both sides: what spamweir(8) calls roles by VLAN. No limit, for what a capture
# holds is no answer to it.
CONFIG = """
interfaces:
  - {{ name: mix0, role: access, vlans: {{ 100: access, 200: upstream }} }}
smtp: {{ ports: [25, 465, 587], limit: {{ access: off, upstream: off }} }}
feeds:
  - {{ name: botnet, kind: cnc, entries: [{cnc}] }}
suspects:
  {rules}
"""
# As by default, but that who breaks a rule is listed: then replay tells when.
LIST = "servers: { action: list }\n  failures: { action: list }\n  max_listed: 65536"


def detections(weir, mix, directory, rules=LIST):
    """When each was listed or first called C&C, in seconds: by address."""
    capture, config = directory / "mix.pcap", directory / "mix.yaml"
    mixture.write_pcap(mix.packets, capture)
    config.write_text(CONFIG.format(cnc=", ".join(mixture.CNC), rules=rules))
    found = {}
    with subprocess.Popen([weir, "replay", capture, "--interface", "mix0", "--json",
                           "-c", config], stdout=subprocess.PIPE, text=True) as replay:
        for line in replay.stdout:
            if '"suspect"' not in line and '"cnc_dst"' not in line:
                continue
            judged = json.loads(line)
            if "n" not in judged:
                continue
            who = judged["suspect"]["prefix"] if "suspect" in judged else judged["src"]
            found.setdefault(who, mix.packets[judged["n"] - 1][0])
    assert replay.returncode == 0
    return found


def by_kind(mix, found):
    """Of each kind how many there are, and how long each that was found took, sorted."""
    kinds = {}
    for subscriber in mix.subscribers.values():
        count, times = kinds.get(subscriber.kind, (0, []))
        if subscriber.address in found:
            times = times + [found[subscriber.address] - subscriber.first]
        kinds[subscriber.kind] = count + 1, sorted(times)
    return kinds
