# SPDX-License-Identifier: GPL-2.0
"""routes.py DIR: messages of routes as rtnetlink(7) has them, for the target `route`."""
import ipaddress
import itertools
import pathlib
import struct
import sys

NEWLINK, NEWROUTE, DELROUTE = 16, 24, 25
DST, OIF, GATEWAY, PRIORITY, METRICS, MULTIPATH, TABLE = 1, 4, 5, 6, 8, 9, 15
UNICAST, BLACKHOLE, UNREACHABLE, PROHIBIT, THROW = 1, 6, 7, 8, 9


def attribute(kind, data):
    text = struct.pack("=HH", 4 + len(data), kind) + data
    return text + bytes(-len(text) % 4)


def number(kind, value):
    return attribute(kind, struct.pack("=I", value))


def message(prefix, kind, *attributes, what=NEWROUTE, table=0, flags=0, tos=0):
    network = ipaddress.ip_network(prefix)
    family = 2 if network.version == 4 else 10
    body = struct.pack("=8BI", family, network.prefixlen, 0, tos, table, 12, 0, kind, flags)
    if network.prefixlen:
        body += attribute(DST, network.network_address.packed)
    body += b"".join(attributes)
    return struct.pack("=IHHII", 16 + len(body), what, 2, 1, 0) + body


def main():
    directory = pathlib.Path(sys.argv[1])
    table = number(TABLE, 666)
    hop = struct.pack("=HBBi", 8, 0, 0, 2)
    seeds = [
        message("192.0.2.1/32", BLACKHOLE, table),
        message("2001:db8:7::/64", BLACKHOLE, table, number(PRIORITY, 1024), number(OIF, 1)),
        message("0.0.0.0/0", UNICAST, number(OIF, 2), table=254),
        message("::/0", UNREACHABLE, table),
        message("192.0.2.0/24", PROHIBIT, table, what=DELROUTE),
        message("192.0.2.9/32", THROW, table),
        message("192.0.2.7/32", UNICAST, table, attribute(MULTIPATH, hop + hop),
                attribute(METRICS, number(2, 1400))),
        message("2001:db8::7/128", UNICAST, table, flags=0x200),
        message("192.0.2.8/32", UNICAST, table, attribute(GATEWAY, bytes(4)), tos=8),
        struct.pack("=IHHII", 16, NEWLINK, 0, 1, 0),
    ]
    seeds.append(b"".join(seeds))
    for name, text in zip(itertools.count(), seeds):
        (directory / f"routes-{name}").write_bytes(text)


if __name__ == "__main__":
    main()
