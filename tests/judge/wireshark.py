#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Holds dissect.py against tshark: of every packet that dissect.py finds sound, addresses, tags
and ports must be the same. Behind headers of mobility and HIP tshark does not go on, nor behind
options that make no sense to it.

    wireshark.py FILE...
"""
import ipaddress
import subprocess
import sys

import capture
from dissect import TCP, UDP, dissect

TAGS = ("vlan.id", "ieee8021ad.id", "ieee8021ad.svid", "ieee8021ad.cvid")
FIELDS = ("frame.protocols", "_ws.malformed", "ip.src", "ip.dst", "ipv6.src", "ipv6.dst",
          "tcp.srcport", "tcp.dstport", "udp.srcport", "udp.dstport") + TAGS
PREFERENCES = ("ip.defragment:FALSE", "ipv6.defragment:FALSE", "ip.use_geoip:FALSE",
               "tcp.desegment_tcp_streams:FALSE", "tcp.analyze_sequence_numbers:FALSE",
               "vlan.qinq_ethertype:0x9100")


def read(path):
    """For every packet, its fields as tshark prints them, several values of one with commas."""
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "occurrence=a",
               "-E", "separator=/t", "-E", "aggregator=,"]
    for field in FIELDS:
        command += ["-e", field]
    for preference in PREFERENCES:
        command += ["-o", preference]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    for line in run.stdout.split("\n")[:-1]:
        yield dict(zip(FIELDS, line.split("\t"), strict=True))


def seen(fields):
    """What tshark saw, the outermost of everything."""
    outer = {field: text.split(",")[0] for field, text in fields.items()}
    family = 4 if outer["ip.src"] and not _inner(fields, "ip", "ipv6") else 6
    prefix = "ip" if family == 4 else "ipv6"
    result = {side: str(ipaddress.ip_address(outer[f"{prefix}.{side}"] or 0))
              for side in ("src", "dst")}
    result["vlan"] = sorted(text for field in TAGS
                            for text in fields[field].split(",") if text)
    for proto in "tcp", "udp":
        result[proto] = outer[f"{proto}.srcport"], outer[f"{proto}.dstport"]
    return result


def _inner(fields, this, other):
    """Whether this protocol is carried within the other."""
    protocols = fields["frame.protocols"].split(":")
    return other in protocols and protocols.index(other) < protocols.index(this)


def known(packet, fields):
    """The same of dissect.py, as far as tshark can know it."""
    make = ipaddress.IPv4Address if packet.family == 4 else ipaddress.IPv6Address
    result = {"src": str(make(packet.src)), "dst": str(make(packet.dst))}
    if fields["frame.protocols"].split(":").count("eth") == 1:     # else some are in a tunnel
        result["vlan"] = sorted(map(str, packet.vlan))
    proto = {TCP: "tcp", UDP: "udp"}.get(packet.proto)
    if proto and packet.fragment == "none" and packet.sport is not None:
        stops = {"mipv6", "hip"} & set(fields["frame.protocols"].split(":"))
        if not stops and not fields["_ws.malformed"]:
            result[proto] = str(packet.sport), str(packet.dport)
    return result


def differences(path):
    """[(n, field, expected, got)], and how many packets were compared."""
    differ, compared = [], 0
    for n, ((_, frame), fields) in enumerate(zip(capture.read(path), read(path), strict=True), 1):
        packet = dissect(frame)
        if not packet.family or packet.finding:
            continue
        compared += 1
        have = seen(fields)
        for field, want in known(packet, fields).items():
            if have[field] != want:
                differ.append((n, field, want, have[field]))
    return differ, compared


def main():
    failed = False
    for path in sys.argv[1:]:
        differ, compared = differences(path)
        for n, field, want, have in differ:
            print(f"{path}:{n}: {field}: expected {want}, tshark says {have}")
        print(f"{path}: {compared} packets compared")
        failed |= bool(differ)
    return failed


if __name__ == "__main__":
    sys.exit(main())
